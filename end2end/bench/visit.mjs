// One visit to a page, Parlour's or the bare one: they carry the same test ids, so one driver serves both.
import { chromium } from '@playwright/test';

import { cameraFile, microphoneFile } from '../media.mjs';
import { plantTimeline } from './timeline.mjs';

const TIMEOUT_MS = 30_000;

/** A Chromium whose camera shows one colour. */
export const launch = (colour, hz) =>
  chromium.launch({
    executablePath: process.env.PARLOUR_CHROMIUM || undefined,
    args: [
      '--no-sandbox',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${cameraFile(colour)}`,
      `--use-file-for-fake-audio-capture=${microphoneFile(hz)}`,
      '--autoplay-policy=no-user-gesture-required',
    ],
  });

/** Somebody who has opened a page with nothing in the cache. */
export class Visit {
  static async open(browser, url, listen = () => undefined) {
    const context = await browser.newContext({
      permissions: ['camera', 'microphone'],
      viewport: { width: 1280, height: 800 },
    });
    context.setDefaultTimeout(TIMEOUT_MS);
    await plantTimeline(context);
    const page = await context.newPage();
    listen(page);
    await page.goto(url, { waitUntil: 'commit' });
    return new Visit(context, page);
  }

  constructor(context, page) {
    this.context = context;
    this.page = page;
  }

  timeline() {
    return this.page.evaluate(() => window.timeline);
  }

  /** Waits until the page can be used, shows the preview and, in a call, the first frames of `count` others. */
  sees(count) {
    return this.page.evaluate(([frames, ms]) => window.timelineHas(frames, ms), [count, TIMEOUT_MS]);
  }

  /** Waits until the page can be used and shows the preview. */
  ready() {
    return this.sees(0);
  }

  async join(name) {
    await this.page.getByTestId('name').fill(name);
    await this.page.getByTestId('join').click();
  }

  /** Says goodbye as a person does who closes the tab, so that nobody stays behind in the room. */
  async close() {
    const closed = this.page.waitForEvent('close');
    await this.page.close({ runBeforeUnload: true });
    await closed;
    await this.context.close();
  }
}
