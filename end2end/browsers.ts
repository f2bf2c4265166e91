// One Chromium per kind of person: each shows its own colour and says its own tone, so that a receiver can
// tell who arrived. A browser is started when it is first needed and serves every test of its worker.
//
// Who allows everything has Chromium's headless shell where there is one: the same engine without the windows round it,
// whose drawing and profiles take a quarter of the tests' time. It cannot ask for devices; who is asked has a whole browser.
import { chromium, type Browser } from '@playwright/test';

import { NOISE, NO_TONE_HZ, cameraFile, microphoneFile } from './media.mjs';

interface Equipment {
  /** What the camera shows. */
  colour?: string;
  /** How many cameras there are that show the browser's own picture, when none has a colour. */
  cameras?: number;
  /** What the microphone hears, in hertz. */
  tone: number;
}

/** The people of the tests, by what their browsers have. */
export const KINDS = {
  green: { colour: 'green', tone: 400 },
  blue: { colour: 'blue', tone: 700 },
  red: { colour: 'red', tone: 1100 },
  /** A picture that takes all the bandwidth it is given, as people do who move. */
  lively: { colour: NOISE, tone: 700 },
  /** A microphone, but no camera. */
  cameraless: { tone: 700 },
  /** Two cameras, `fake_device_0` and `fake_device_1`. */
  twoCameras: { tone: 700, cameras: 2 },
  /** A microphone that is dead: a switch on it, or the system, keeps it silent. */
  silent: { colour: 'blue', tone: NO_TONE_HZ },
} satisfies Record<string, Equipment>;

export type Kind = keyof typeof KINDS;

/** Playwright's own browser when none is named. */
export function executable(asks: boolean): string | undefined {
  const { PARLOUR_CHROMIUM: browser, PARLOUR_HEADLESS_SHELL: shell } = process.env;
  return (asks ? browser : shell || browser) || undefined;
}

/** Starts a browser of a kind; one that asks goes by the permissions of its context. */
export function launch(kind: Kind, asks: boolean, executablePath = executable(asks), more: string[] = []): Promise<Browser> {
  const { colour, cameras = 0, tone }: Equipment = KINDS[kind];
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox', // not available inside a network namespace
      `--use-fake-device-for-media-stream${colour ? '' : `=device-count=${cameras}`}`,
      ...(colour ? [`--use-file-for-fake-video-capture=${cameraFile(colour)}`] : []),
      `--use-file-for-fake-audio-capture=${microphoneFile(tone)}`,
      // Its dialogues answer themselves, the one for a screen to share too: everything is granted.
      ...(asks ? [] : ['--use-fake-ui-for-media-stream']),
      ...more,
    ],
  });
}

/** The browsers of one worker. */
export class Browsers {
  private readonly running = new Map<string, Promise<Browser>>();

  /** The browser of a kind, started when it is not yet there. */
  get(kind: Kind, asks: boolean): Promise<Browser> {
    const key = `${kind} ${asks}`;
    const browser = this.running.get(key) ?? launch(kind, asks);
    this.running.set(key, browser);
    return browser;
  }

  /** Ends all of them; who is needed again is started anew. */
  async close(): Promise<void> {
    const ended = [...this.running.values()].map(async (browser) => (await browser).close());
    this.running.clear();
    await Promise.all(ended);
  }
}
