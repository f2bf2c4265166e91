// Ten minutes of a meeting in which nothing is wrong with media or the connection: nothing may be said to be.
import { expect, test, type Person } from '../fixtures.ts';
import { tonesHeard } from '../measure.ts';
import { TROUBLE, saidIn, watchFor } from '../said.ts';

const MINUTES = 10;
/** That pictures are smaller for a while is true where one machine draws and encodes for everybody: it is told only. */
const QUALITY = '[data-testid=quality-notice]';

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

/** Hides the page as another tab before it does, or shows it; a browser without windows cannot be asked to. */
const hide = (page: Person['page'], hidden: boolean) =>
  page.evaluate((hide) => {
    const state = hide ? 'hidden' : 'visible';
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hide });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);

test(`in a meeting of ${MINUTES} minutes in which all is well nothing is said`, async ({ person, meeting }) => {
  test.setTimeout((MINUTES + 3) * 60_000);
  const link = await meeting();
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  // Her microphone gives silence, for which almost nothing is sent; and she shows a screen on which nothing moves.
  const cora = await person('Cora', 'silent');
  const everybody = [ada, ben, cora];
  for (const somebody of everybody) await somebody.join(link);
  await expect.poll(() => tonesHeard(cora.page)).toEqual([400, 700]);
  await cora.call.switch('Share screen', true);
  await expect(ada.call.video('Cora', 'screen_share')).toBeVisible();
  for (const { page } of everybody) {
    for (const selector of [TROUBLE, QUALITY]) await watchFor(page, selector);
  }

  const end = Date.now() + MINUTES * 60_000;
  while (Date.now() < end) {
    await ada.call.switch('Microphone', false);
    await pause(15);
    await ben.call.switch('Camera', false);
    // So small that not all tiles can be seen.
    await ben.page.setViewportSize({ width: 360, height: 320 });
    await pause(15);
    await ada.call.switch('Microphone', true);
    await hide(ada.page, true);
    await pause(25);
    await hide(ada.page, false);
    await ben.page.setViewportSize({ width: 1280, height: 720 });
    await ben.call.switch('Camera', true);
    await pause(5);
  }
  for (const { page, name } of everybody) {
    console.log(`${name} was told of pictures: ${(await saidIn(page, QUALITY)).join('; ') || 'nothing'}`);
    expect.soft(await saidIn(page, TROUBLE), `what ${name} was told`).toEqual([]);
  }
});
