// A browser in a network of its own, whose address can change as a phone's does between two networks, and which can be gone
// as a laptop's is that sleeps.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium, type Browser } from '@playwright/test';

import { executable, launch, type Kind } from '../browsers.ts';
import { MEDIA_IP } from '../lib/namespace.mjs';

/** The ends of the wire between the networks, and their addresses. */
const [HERE, THERE] = ['elsewhere0', 'elsewhere1'];
const GATEWAY = '10.77.20.1';
const address = (move: number) => `10.77.20.${2 + move}/24`;

export class Elsewhere {
  private moves = 0;

  private constructor(
    readonly browser: Browser,
    /** Parlour's address as seen from there. */
    readonly url: string,
    private readonly inside: (program: string, ...args: string[]) => void,
    private readonly end: () => void,
  ) {}

  /** Starts a browser there, for a Parlour that listens on every address. */
  static async start(kind: Kind, product: { url: string }): Promise<Elsewhere> {
    if (process.env.PARLOUR_TEST_NAMESPACE !== 'inside') {
      throw new Error('a network is made from a network namespace only, and none can be made here');
    }
    const folder = mkdtempSync(join(tmpdir(), 'parlour-elsewhere-'));
    // The namespace lasts as long as this process; `read` ends with its input.
    const holder = spawn('unshare', ['--net', 'sh', '-c', 'echo ready; read forever'], { stdio: ['pipe', 'pipe', 'inherit'] });
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    const there = ['--net', '--target', String(holder.pid)];
    const inside = (program: string, ...args: string[]) => {
      execFileSync('nsenter', [...there, program, ...args]);
    };
    const here = (line: string) => execFileSync('ip', line.split(' '));
    here(`link add ${HERE} type veth peer name ${THERE} netns ${holder.pid}`);
    here(`addr add ${GATEWAY}/24 dev ${HERE}`);
    here(`link set ${HERE} up`);
    inside('ip', 'link', 'set', 'lo', 'up');
    inside('ip', 'link', 'set', THERE, 'up');

    const program = join(folder, 'browser');
    // The headless shell takes no address but https and this machine's own for secure.
    const browser = executable(true) ?? chromium.executablePath();
    writeFileSync(program, `#!/bin/sh\nexec nsenter ${there.join(' ')} '${browser}' "$@"\n`, { mode: 0o755 });
    const url = product.url.replace('127.0.0.1', MEDIA_IP);
    const elsewhere = new Elsewhere(
      await launch(kind, false, program, [`--unsafely-treat-insecure-origin-as-secure=${url}`]),
      url,
      inside,
      () => {
        // The namespace goes when the last connection in it is given up, which the kernel does minutes after a move.
        here(`link del ${HERE}`);
        holder.stdin.end();
        rmSync(folder, { recursive: true, force: true });
      },
    );
    elsewhere.settle();
    return elsewhere;
  }

  /** The network is another one now: what came from the old address is never answered. */
  move(): void {
    this.moves += 1;
    this.inside('ip', 'addr', 'flush', 'dev', THERE);
    this.settle();
  }

  /** There is no network. */
  disconnect(): void {
    this.inside('ip', 'link', 'set', THERE, 'down');
  }

  /** There is one again, with the address that was. */
  connect(): void {
    this.inside('ip', 'link', 'set', THERE, 'up');
    this.route();
  }

  async stop(): Promise<void> {
    await this.browser.close();
    this.end();
  }

  private settle(): void {
    this.inside('ip', 'addr', 'add', address(this.moves), 'dev', THERE);
    this.route();
  }

  /** Routes go with the address or the link that they lead over. */
  private route(): void {
    this.inside('ip', 'route', 'add', 'default', 'via', GATEWAY);
  }
}
