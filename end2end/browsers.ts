// One Chromium per kind of person: each shows its own colour and says its own tone, so that a receiver can
// tell who arrived. A browser is started when it is first needed and serves every test of its worker.
import { chromium, type Browser } from '@playwright/test';

import { NOISE, NO_TONE_HZ, cameraFile, microphoneFile } from './media.mjs';

interface Equipment {
  /** What the camera shows. */
  colour?: string;
  /** How many cameras there are that show the browser's own picture, when none has a colour. */
  cameras?: number;
  /** What the microphone hears, in hertz. */
  tone: number;
  /** Further arguments of the browser. */
  args?: string[];
}

/** The people of the tests, by what their browsers have. */
export const KINDS = {
  green: { colour: 'green', tone: 400 },
  blue: { colour: 'blue', tone: 700 },
  /** Can share a screen as well: the browser's own dialogue answers itself, which grants everything. */
  red: { colour: 'red', tone: 1100, args: ['--use-fake-ui-for-media-stream'] },
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

function launch({ colour, cameras = 0, tone, args = [] }: Equipment): Promise<Browser> {
  return chromium.launch({
    // Playwright's own browser when none is named.
    executablePath: process.env.PARLOUR_CHROMIUM || undefined,
    args: [
      '--no-sandbox', // not available inside a network namespace
      `--use-fake-device-for-media-stream${colour ? '' : `=device-count=${cameras}`}`,
      ...(colour ? [`--use-file-for-fake-video-capture=${cameraFile(colour)}`] : []),
      `--use-file-for-fake-audio-capture=${microphoneFile(tone)}`,
      ...args,
    ],
  });
}

/** The browsers of one worker. */
export class Browsers {
  private readonly running = new Map<Kind, Promise<Browser>>();

  /** The browser of a kind, started when it is not yet there. */
  get(kind: Kind): Promise<Browser> {
    const browser = this.running.get(kind) ?? launch(KINDS[kind]);
    this.running.set(kind, browser);
    return browser;
  }

  async close(): Promise<void> {
    await Promise.all([...this.running.values()].map(async (browser) => (await browser).close()));
  }
}
