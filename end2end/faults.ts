// Breaks the product under test, which a test may do to nothing else: its LiveKit is found by its data directory.
import { readFileSync, readdirSync } from 'node:fs';

/** What the pages say while LiveKit is gone, and what they cannot help: the browser logs a failed WebSocket itself. */
export const WHILE_GONE = [
  /websocket/i,
  /signal/i,
  /status of (404|50\d)/,
  /requested room does not exist/,
  /leave request/,
];

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

/** Kills LiveKit; Parlour starts another. */
export function killLivekit(): void {
  const [pid, ...more] = livekits();
  if (pid === undefined || more.length > 0) throw new Error(`one LiveKit was expected, not ${[pid, ...more].join()}`);
  process.kill(pid, 'SIGKILL');
}
