// Breaks the product under test, which a test may do to nothing else: its LiveKit is found by its data directory.
import { readFileSync, readdirSync } from 'node:fs';

/** The process ids whose command line names the product's data directory and is no guard's. */
function livekits(): number[] {
  const data = process.env.PARLOUR_TEST_DATA;
  if (!data) throw new Error('PARLOUR_TEST_DATA is not set: run the tests with `cargo xtask test`');
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      const line = commandLine(pid);
      return line.includes(data) && !line.includes('livekit-guard');
    })
    .map(Number);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it has ended meanwhile
  }
}

function livekit(): number {
  const [pid, ...more] = livekits();
  if (pid === undefined || more.length > 0) throw new Error(`one LiveKit was expected, not ${[pid, ...more].join()}`);
  return pid;
}

/** Kills LiveKit; Parlour starts another. */
export function killLivekit(): void {
  process.kill(livekit(), 'SIGKILL');
}

/** Stops LiveKit where it is: no media and no word comes from it, and no connection is closed. Answers how to go on. */
export function freezeLivekit(): () => void {
  const pid = livekit();
  process.kill(pid, 'SIGSTOP');
  return () => process.kill(pid, 'SIGCONT');
}
