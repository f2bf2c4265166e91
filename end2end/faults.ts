// Breaks the product under test and its network, which a test may do to nothing else: LiveKit is found by its data directory,
// and packets are dropped only inside the tests' own network namespace.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';

/** What the pages say while LiveKit is gone, and what they cannot help: the browser logs a failed WebSocket itself. */
export const WHILE_GONE = [
  /websocket/i,
  /signal/i,
  /status of (404|50\d)/,
  /requested room does not exist/,
  /leave request/,
];
/** What it says further while there is no server at all. */
export const WITHOUT_SERVER = [...WHILE_GONE, /net::ERR_/, /Failed to fetch/, /data ?channel/i];

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

/** A LiveKit that starts from now on waits; answers how to let it start. */
export function holdLivekit(): () => void {
  const gate = process.env.PARLOUR_TEST_GATE;
  if (!gate) throw new Error('PARLOUR_TEST_GATE is not set: run the tests with `cargo xtask test`');
  writeFileSync(gate, '');
  return () => rmSync(gate, { force: true });
}

/** Waits until LiveKit listens again; answers when that was, in milliseconds since 1970. */
export async function livekitListens(): Promise<number> {
  for (;;) {
    const answer = await fetch(`${process.env.PARLOUR_TEST_URL}/readyz`).catch(() => undefined);
    if (answer?.ok) return Date.now();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Stops LiveKit where it is: no media and no word comes from it, and no connection is closed. Answers how to go on. */
export function freezeLivekit(): () => void {
  const pid = livekit();
  process.kill(pid, 'SIGSTOP');
  return () => process.kill(pid, 'SIGCONT');
}

/** What is dropped on its way, without a word to the sender. */
const DROPPED = {
  /** Media by UDP, for good or for a while: a strict firewall. */
  udp: () => ['meta l4proto udp drop'],
  /** Three of ten packets of media, by chance: a bad radio link. */
  some: () => ['meta l4proto udp numgen random mod 10 < 3 drop'],
  /** Media by UDP and by TCP: a firewall that knows the web only. */
  media: () => ['meta l4proto udp drop', `tcp dport ${process.env.PARLOUR_TEST_MEDIA_TCP_PORT} drop`],
  /** Everything but media: Parlour is out of reach, LiveKit is not. */
  news: () => [`tcp dport ${new URL(process.env.PARLOUR_TEST_URL ?? '').port} reject with tcp reset`],
  /** Everything between browsers and Parlour, its LiveKit included: a cable pulled out. */
  everything: () => {
    const ports = [new URL(process.env.PARLOUR_TEST_URL ?? '').port, process.env.PARLOUR_TEST_MEDIA_TCP_PORT].join();
    return ['meta l4proto udp drop', `tcp dport { ${ports} } drop`, `tcp sport { ${ports} } drop`];
  },
};

/** Tells nftables, in a namespace of our own only. */
function nft(...lines: string[]): void {
  if (process.env.PARLOUR_TEST_NAMESPACE !== 'inside') {
    throw new Error('networks are broken in a network namespace only, and none can be made here');
  }
  execFileSync('nft', ['-f', '-'], { input: `${lines.join('\n')}\n` });
}

/** Drops packets from now on; answers how to let them through again. */
export const drop = (what: keyof typeof DROPPED): (() => void) => follow(DROPPED[what]());

/** One browser's media, by its UDP port, does not get out from now on: what comes to it does. Answers how to end that. */
export const dropFrom = (port: number): (() => void) => follow([`udp sport ${port} drop`]);

/** Of media only that of these browsers gets through from now on, by their UDP ports. Answers how to end that. */
export const dropAllBut = (ports: number[]): (() => void) => {
  const others = `!= { ${ports.join()} }`;
  return follow([`udp sport ${others} udp dport ${others} drop`, `tcp dport ${process.env.PARLOUR_TEST_MEDIA_TCP_PORT} drop`]);
};

function follow(rules: string[]): () => void {
  const chain = 'add chain inet fault in { type filter hook input priority 0; }';
  nft('add table inet fault', chain, ...rules.map((rule) => `add rule inet fault in ${rule}`));
  return () => nft('delete table inet fault');
}

/**
 * One browser's media, by its UDP port, travels over a thin line from now on, as much each way; answers how to end that.
 * Everything is on one machine, so all of it crosses the loopback device, and only this may be held up.
 */
export function thinLine(port: number, kilobits: number): () => void {
  const tc = (line: string) => execFileSync('tc', line.split(' '));
  nft(
    'add table inet thin',
    'add chain inet thin out { type filter hook output priority 0; }',
    `add rule inet thin out udp dport ${port} meta priority set 1:1`,
    `add rule inet thin out udp sport ${port} meta priority set 1:2`,
  );
  tc('qdisc add dev lo root handle 1: htb');
  for (const way of ['1:1', '1:2']) {
    tc(`class add dev lo parent 1: classid ${way} htb rate ${kilobits}kbit burst 10k`);
    tc(`qdisc add dev lo parent ${way} bfifo limit 10k`);
  }
  return () => {
    tc('qdisc del dev lo root');
    nft('delete table inet thin');
  };
}
