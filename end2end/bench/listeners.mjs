// Those who listen while others write: LiveKit's client in Go, in a process of its own. Pages and the client in Python take
// so much of the two cores, the latter as it waits already, that the machine is measured and not the way of a message.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const LOOK_EVERY_MS = 500;
/** Nothing takes longer to arrive. */
const PATIENCE_MS = 20_000;

const pause = () => new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));

export class Listeners {
  /** Brings them in, each with the details of a meeting. */
  static async start(details) {
    const program = process.env.PARLOUR_BENCH_LISTENERS;
    if (!program) throw new Error('PARLOUR_BENCH_LISTENERS names no program: start this by cargo xtask bench');
    const listeners = new Listeners(spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] }));
    for (const { serverUrl, participantToken } of details) {
      listeners.#say(JSON.stringify({ url: serverUrl, token: participantToken }));
    }
    await listeners.#ask('');
    return listeners;
  }

  #child;
  #lines;
  #ended;
  #greetings = [];

  constructor(child) {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout });
    this.#ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`those who listen ended: ${code}`)));
    this.#ended.catch(() => undefined); // when nobody asks them any more, they may
  }

  get pid() {
    return this.#child.pid;
  }

  /** Greets all until each has heard it: who has just come in may not hear the first words. */
  async hear(greet) {
    let heard;
    do {
      await greet();
      await pause();
      heard = JSON.parse(await this.#ask('so far'));
    } while (heard.some((delays) => !delays.length));
    this.#greetings = heard.map((delays) => delays.length);
  }

  /** How long everything took that has arrived since, in milliseconds, once it is so many; else what has come in time. */
  async delaysMs(due) {
    for (const until = performance.now() + PATIENCE_MS; ; await pause()) {
      const heard = JSON.parse(await this.#ask('so far'));
      const delays = heard.flatMap((all, index) => all.slice(this.#greetings[index]));
      if (delays.length >= due || performance.now() > until) return delays;
    }
  }

  stop() {
    this.#child.kill();
  }

  #say(line) {
    this.#child.stdin.write(`${line}\n`);
  }

  async #ask(line) {
    const answer = once(this.#lines, 'line');
    this.#say(line);
    return (await Promise.race([answer, this.#ended]))[0];
  }
}
