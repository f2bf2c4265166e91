// Puts one of two people on a thin line, and measures what is left of sound and picture, and when they are back.
import { thinLine } from '../faults.ts';
import { expect, test } from '../fixtures.ts';
import { linesShown } from '../measure.ts';
import { mediaPort } from '../probe.ts';
import { recordTruth } from './measures.ts';
import { Recorder } from './recorder.ts';
import { record } from './results.ts';

// As large as pictures are on a desk: how large they come again is what is measured.
test.use({ viewport: { width: 1280, height: 720 } });

const ROUNDS = Number(process.env.PARLOUR_FAULT_ROUNDS ?? 3);
const KILOBITS = 150;
const SECONDS = 60;
const FAULT = `One person at ${KILOBITS} kbit/s each way for ${SECONDS} s`;
const SOUND_BACK_S = 5;
/** Long enough to measure how late it is; the aim is half a minute. */
const PATIENCE_MS = 90_000;

for (let round = 1; round <= ROUNDS; round++) {
  test(`one person has ${KILOBITS} kbit/s for ${SECONDS} s (${round})`, async ({ person, meeting }) => {
    test.setTimeout((SECONDS + 240) * 1_000);
    const link = await meeting();
    const ada = await person('Ada', 'lively', { expectedErrors: [/./] });
    const ben = await person('Ben', 'lively', { expectedErrors: [/./] });
    await ada.join(link);
    await ben.join(link);
    const both = [ada, ben] as const;
    const recorders = [await Recorder.start(ada.page), await Recorder.start(ben.page)];
    const views = [ada.call.video('Ben'), ben.call.video('Ada')];
    for (const view of views) await expect.poll(() => linesShown(view), { timeout: 30_000 }).toBe(360);

    const port = await mediaPort(ada.page);
    const begin = Date.now();
    const widen = thinLine(port, KILOBITS);
    try {
      // It is said, on her side; and what the others see of her is not taken for the truth when it stands still.
      await expect(ada.page.locator('[data-testid=quality-notice], [data-paused=true]').first()).toBeVisible({ timeout: 30_000 });
      while (Date.now() - begin < SECONDS * 1_000) {
        await new Promise((resolve) => setTimeout(resolve, 5_000));
        const said = await Promise.all(both.map(({ call }) => call.qualityNotice.allTextContents()));
        const lines = await Promise.all(views.map(linesShown));
        console.log(`${Math.round((Date.now() - begin) / 1_000)} s: ${lines.join(' and ')} lines; ${JSON.stringify(said)}`);
      }
    } finally {
      widen();
    }
    const end = Date.now();
    expect(await mediaPort(ada.page), 'she has stayed on the thin line').toBe(port);
    const silences = await Promise.all(recorders.map((recorder) => recorder.longestSilence(begin, 1)));
    const sound = await Promise.all(recorders.map((recorder) => recorder.backAfter(end, 1, false)));
    for (const seconds of sound) expect(seconds).toBeLessThan(SOUND_BACK_S);
    const pictures = await Promise.all(
      views.map(async (view) => {
        await expect.poll(() => linesShown(view), { timeout: PATIENCE_MS, intervals: [100] }).toBe(360);
        return (Date.now() - end) / 1_000;
      }),
    );
    await expect(ada.call.qualityNotice).toBeHidden({ timeout: PATIENCE_MS });
    record(FAULT, 'longest pause without sound, where it is over 0.6 s', silences);
    record(`${FAULT}: sound`, 'until it comes, after the line is wide again', sound);
    record(`${FAULT}: picture`, 'until it is as large as before, after the line is wide again', pictures);
    await recordTruth(FAULT, recorders, begin, 1);
  });
}
