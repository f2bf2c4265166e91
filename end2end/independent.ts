// LiveKit clients that share no code with Parlour's pages: the Python package `livekit`, in a process of its own.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import type { APIRequestContext } from '@playwright/test';

import { test as base, expect } from './fixtures.ts';

const PROGRAM = fileURLToPath(new URL('lib/livekit-client.py', import.meta.url));

export const SOURCES = ['camera', 'microphone', 'screen_share', 'screen_share_audio'] as const;
export type Source = (typeof SOURCES)[number];

/** What one of the clients saw of somebody: that they came, a track's source, that one fell silent or no longer is, data, or that they left. */
interface Seen {
  by: string;
  from: string;
  what: Source | 'came' | 'data' | 'left' | 'muted' | 'unmuted' | 'unknown';
  topic?: string;
  text?: string;
}

/** What any LiveKit client needs to come in, and who it is then. */
export interface Admission {
  url: string;
  token: string;
  identity: string;
}

/** Somebody is let in by REST. */
export async function admitted(request: APIRequestContext, room: string, name: string): Promise<Admission> {
  const answer = await request.post('/api/connection-details', { data: { roomName: room, participantName: name } });
  expect(answer.status(), await answer.text()).toBe(200);
  const { serverUrl: url, participantToken: token } = await answer.json();
  const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
  return { url, token, identity: claims.sub };
}

/** All of them; `who` is a name of the spec's for one of them. */
export class Clients {
  readonly seen: Seen[] = [];
  private readonly waiting = new Map<number, (error?: string) => void>();
  private readonly ended: Promise<void>;
  private said = '';
  private asked = 0;

  private constructor(private readonly child: ChildProcessWithoutNullStreams) {
    child.stdin.on('error', () => {}); // its end is told below
    child.stderr.on('data', (data) => (this.said += data));
    createInterface({ input: child.stdout }).on('line', (line) => this.hear(JSON.parse(line)));
    this.ended = new Promise((resolve) => {
      const end = () => {
        for (const answer of this.waiting.values()) answer(`the program has ended: ${this.said.slice(-2_000)}`);
        this.waiting.clear();
        resolve();
      };
      child.once('error', end);
      child.once('close', end);
    });
  }

  static start(): Clients {
    const python = process.env.PARLOUR_TEST_PYTHON;
    if (!python) throw new Error('PARLOUR_TEST_PYTHON is not set: run the tests with `cargo xtask test`');
    return new Clients(spawn(python, [PROGRAM]));
  }

  private hear({ id, error, seen }: { id: number; error?: string; seen?: Seen }): void {
    if (seen) {
      this.seen.push(seen);
      return;
    }
    this.waiting.get(id)?.(error);
    this.waiting.delete(id);
  }

  /** Answers what went wrong, or nothing. */
  private ask(what: object): Promise<string | undefined> {
    const id = ++this.asked;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.child.stdin.write(`${JSON.stringify({ id, ...what })}\n`);
    });
  }

  private async demand(what: object): Promise<void> {
    expect(await this.ask(what)).toBeUndefined();
  }

  join(who: string, { url, token }: Admission): Promise<void> {
    return this.demand({ do: 'join', who, url, token });
  }

  /** Whether LiveKit takes it; where it does not, the client waits ten seconds for it to. */
  async publish(who: string, source: Source): Promise<boolean> {
    return (await this.ask({ do: 'publish', who, source })) === undefined;
  }

  /** Mutes and unmutes what it has published, so many times and as quickly as it can be said; LiveKit may hear it in another order. */
  flicker(who: string, source: Source, times: number): Promise<void> {
    return this.demand({ do: 'flicker', who, source, times });
  }

  /** Sends bytes to everybody. That they are on the way does not say that LiveKit passes them on. */
  send(who: string, topic: string, payload: string | Uint8Array, reliable = true): Promise<void> {
    return this.demand({ do: 'send', who, topic, payload: Buffer.from(payload).toString('base64'), reliable });
  }

  /** Waits until a picture of somebody has arrived. */
  watch(who: string, whom: string): Promise<void> {
    return this.demand({ do: 'watch', who, whom });
  }

  /** Says of itself what only the server may; that LiveKit has heard it does not say that others hear it. */
  claim(who: string, attributes: Record<string, string>): Promise<void> {
    return this.demand({ do: 'claim', who, attributes });
  }

  leave(who: string): Promise<void> {
    return this.demand({ do: 'leave', who });
  }

  async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

export const test = base.extend<{ clients: Clients; visitor: () => Promise<APIRequestContext> }>({
  clients: async ({}, use) => {
    const clients = Clients.start();
    await use(clients);
    await clients.stop();
  },

  /** Brings somebody who has a browser as far as HTTP goes: cookies. */
  visitor: async ({ playwright, baseURL }, use) => {
    const visitors: APIRequestContext[] = [];
    await use(async () => {
      const visitor = await playwright.request.newContext({ baseURL });
      visitors.push(visitor);
      return visitor;
    });
    await Promise.all(visitors.map((visitor) => visitor.dispose()));
  },
});

export { expect };
