// What every spec starts from: people with browsers of their own, whose pages must not complain.
import { test as base, expect, type Browser, type BrowserContext, type Page } from '@playwright/test';

import { Browsers, type Kind } from './browsers.ts';
import { Call } from './pages/call.ts';
import { Home } from './pages/home.ts';
import { MoveCall } from './pages/move-call.ts';
import { PreJoin } from './pages/prejoin.ts';
import { plantProbe } from './probe.ts';

const EVERYTHING: Permission[] = ['camera', 'microphone'];
type Permission = 'camera' | 'microphone';

interface PersonOptions {
  /** What the person allows; both devices when not said. */
  permissions?: Permission[];
  /** Whether the browser goes by these permissions also when both are allowed, because one will be withdrawn. */
  asks?: boolean;
  /** A browser that the test has started, instead of the one of the kind. */
  browser?: Browser;
  /** Complaints of the page that belong to the test, such as a 404 that is asked for. */
  expectedErrors?: RegExp[];
}

/** Somebody with a browser. */
export class Person {
  readonly home: Home;
  readonly preJoin: PreJoin;
  readonly call: Call;
  readonly moveCall: MoveCall;

  constructor(
    readonly name: string,
    readonly context: BrowserContext,
    readonly page: Page,
  ) {
    this.home = new Home(page);
    this.preJoin = new PreJoin(page);
    this.call = new Call(page);
    this.moveCall = new MoveCall(page);
  }

  /** Another tab of the same browser. */
  async anotherTab(): Promise<Person> {
    return new Person(this.name, this.context, await this.context.newPage());
  }

  /** Makes a meeting in the page, as its host, joins it, and answers its link as a path. */
  async begin(): Promise<string> {
    await this.home.open();
    await this.home.newMeeting.click();
    await this.preJoin.name.waitFor();
    const link = new URL(this.page.url()).pathname;
    await this.preJoin.join(this.name);
    await this.call.connected();
    return link;
  }

  /** From the link to the call. */
  async join(link: string): Promise<void> {
    await this.preJoin.open(link);
    await this.preJoin.join(this.name);
    await this.call.connected();
  }
}

/** Has people follow a link at the same time, which takes no longer than the slowest of them. */
export async function joinTogether(link: string, ...people: Person[]): Promise<void> {
  await Promise.all(people.map((person) => person.join(link)));
}

/** What a run is told about its browsers. */
export interface Options {
  /** Whether each test starts its own: one that has been through many outages is slower than one that was just started. */
  freshBrowsers: boolean;
}

interface Fixtures extends Options {
  /** The servers that pages may talk to, by host and port. */
  hosts: string[];
  /** Brings a person with a browser of a kind; they go when the test ends. */
  person: (name: string, kind: Kind, options?: PersonOptions) => Promise<Person>;
  /** Makes a meeting and answers its link as a path. */
  meeting: () => Promise<string>;
  /** Ada, who is green, and Ben, who is blue, in a meeting. */
  pair: (options?: PersonOptions) => Promise<[Person, Person]>;
}

/**
 * What livekit-client calls an error although nothing went wrong: somebody left while the media that
 * the server had already offered from them was on its way. The client drops it, as it should.
 */
const LEFT_BEFORE_THEIR_MEDIA_CAME = /^Tried to add a track for a participant, that's not present\./;

/** What the pages of everybody noted in their journals, and when. */
type Journal = string[];

/** Collects what the pages of a context complain about, whom they talk to, and what they note. */
function watch(context: BrowserContext, who: string, hosts: string[], expected: RegExp[], journal: Journal): string[] {
  const complaints: string[] = [];
  const complain = (what: string) => {
    if (!expected.some((pattern) => pattern.test(what))) complaints.push(`${who}: ${what}`);
  };
  const ours = (url: string) => {
    const { protocol, host, pathname } = new URL(url); // a query may hold a token
    if (/^(https?|wss?):$/.test(protocol) && !hosts.includes(host)) complain(`talks to ${host}${pathname}`);
  };
  context.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'debug') {
      journal.push(`${new Date().toISOString().slice(11, 23)} ${who}: ${text}`);
      return;
    }
    // A call that is well has nothing to mend.
    if (text.startsWith('self-check')) complain(text);
    if (message.type() !== 'error' || LEFT_BEFORE_THEIR_MEDIA_CAME.test(text)) return;
    complain(`console: ${text} (${message.location().url})`);
  });
  context.on('weberror', (error) => complain(`uncaught: ${error.error().stack ?? error.error()}`));
  context.on('request', (request) => ours(request.url()));
  context.on('page', (page) => {
    page.on('crash', () => complain('the page crashed'));
    page.on('websocket', (socket) => ours(socket.url()));
  });
  return complaints;
}

export const test = base.extend<Fixtures, { browsers: Browsers }>({
  browsers: [
    async ({}, use) => {
      const browsers = new Browsers();
      await use(browsers);
      await browsers.close();
    },
    { scope: 'worker' },
  ],

  freshBrowsers: [false, { option: true }],

  hosts: async ({ baseURL }, use) => use([new URL(baseURL ?? '').host]),

  person: async ({ browsers, freshBrowsers, baseURL, hosts, viewport }, use, testInfo) => {
    const contexts: BrowserContext[] = [];
    const complaints: string[][] = [];
    const journal: Journal = [];
    await use(async (name, kind, { permissions = EVERYTHING, asks = permissions !== EVERYTHING, browser, expectedErrors = [] } = {}) => {
      const context = await (browser ?? (await browsers.get(kind, asks))).newContext({ baseURL, permissions, viewport });
      contexts.push(context);
      complaints.push(watch(context, name, hosts, expectedErrors, journal));
      await plantProbe(context);
      return new Person(name, context, await context.newPage());
    });
    await Promise.all(contexts.map((context) => context.close()));
    if (freshBrowsers) await browsers.close();
    if (testInfo.errors.length > 0 || complaints.flat().length > 0) {
      await testInfo.attach('journal', { body: journal.join('\n'), contentType: 'text/plain' });
    }
    expect(complaints.flat(), 'what the pages complained about').toEqual([]);
  },

  meeting: async ({ request }, use) => {
    await use(async () => {
      const answer = await request.post('/api/rooms/create', { data: {} });
      expect(answer.status(), await answer.text()).toBe(201);
      return `/${(await answer.json()).roomName}`;
    });
  },

  pair: async ({ person, meeting }, use) => {
    await use(async (options) => {
      const link = await meeting();
      const ada = await person('Ada', 'green', options);
      const ben = await person('Ben', 'blue', options);
      await joinTogether(link, ada, ben);
      return [ada, ben];
    });
  },
});

export { expect };
