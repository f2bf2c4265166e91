// The self-check: what browsers and networks break without a word is mended without one.
import { expect, joinTogether, test } from '../fixtures.ts';
import { colourShown, tonesHeard } from '../measure.ts';
import { poll } from '../wait.ts';

/** She may miss what he sends before he does: it depends on who looks first. */
const MISSED = /^self-check: resubscribe/;

test('a microphone that sends nothing any more is published again by itself', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green', { expectedErrors: [MISSED] });
  const ben = await person('Ben', 'blue', { expectedErrors: [/^self-check: republish/] });
  await joinTogether(link, ada, ben);
  await poll(() => tonesHeard(ada.page)).toEqual([700]);
  await poll(() => colourShown(ada.call.video('Ben'))).toBe('blue');

  await ben.page.evaluate(async () => {
    const senders = window.parlourProbe.connections.flatMap((connection) => connection.getSenders());
    for (const sender of senders) if (sender.track?.kind === 'audio') await sender.replaceTrack(null);
  });
  await poll(() => tonesHeard(ada.page)).toEqual([]);
  await poll(() => tonesHeard(ada.page), { timeout: 40_000 }).toEqual([700]);
  await expect(ben.call.toggle('Microphone')).toHaveAttribute('aria-pressed', 'true');
});

test('a camera that ends without a word is opened again', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green', { expectedErrors: [MISSED] });
  const ben = await person('Ben', 'blue', { expectedErrors: [/^self-check: recapture/] });
  await joinTogether(link, ada, ben);
  await poll(() => colourShown(ada.call.video('Ben'))).toBe('blue');

  // No event comes when a page stops its own track: as with browsers that forget to send one.
  await ben.page.evaluate(() => {
    for (const track of window.parlourProbe.captures) if (track.kind === 'video') track.stop();
  });
  const live = () =>
    ben.page.evaluate(() =>
      [...window.parlourProbe.captures].some((track) => track.kind === 'video' && track.readyState === 'live'),
    );
  expect(await live()).toBe(false);
  await poll(live, { timeout: 40_000 }).toBe(true);
  await poll(() => colourShown(ada.call.video('Ben'))).toBe('blue');
});
