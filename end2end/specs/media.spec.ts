// Media is watched apart from signalling: when it stops, the page says so at once.
import { freezeLivekit } from '../faults.ts';
import { expect, joinTogether, test } from '../fixtures.ts';
import { colourShown, tonesHeard } from '../measure.ts';
import { poll } from '../wait.ts';

/** How long it may take until it is said, and unsaid: sizes, not promises. */
const SAID = { timeout: 7_000 };

test('media that stops is said, and unsaid when it is back', async ({ pair }) => {
  const [ada, ben] = await pair();
  await poll(() => colourShown(ada.call.video('Ben'))).toBe('blue');
  await poll(() => tonesHeard(ada.page)).toEqual([700]);
  const notice = ada.page.getByTestId('media-banner');
  await expect(notice).toBeHidden();

  const goOn = freezeLivekit();
  try {
    await poll(() => notice.isVisible(), SAID).toBe(true);
    await expect(ada.call.main, 'signalling is not lost').toHaveAttribute('data-connection', 'connected');
  } finally {
    goOn();
  }
  await poll(() => notice.isVisible(), SAID).toBe(false);
  await poll(() => tonesHeard(ada.page)).toEqual([700]);
  await ada.call.connected();
});

test('where nothing is due, nothing is missed', async ({ pair }) => {
  const [ada, ben] = await pair();
  await poll(() => colourShown(ada.call.video('Ben'))).toBe('blue');
  await ada.page.evaluate(watchForNotices);
  await ben.call.switch('Microphone', false);
  await ben.call.switch('Camera', false);
  await ada.call.expectMark('Ben', 'muted', true);
  await expect(ada.call.video('Ben')).toBeHidden();
  await ada.page.evaluate(() => (window.watched.looks = 0));
  await poll(() => ada.page.evaluate(() => window.watched.looks), 'it went on looking').toBeGreaterThan(12);
  await ben.call.switch('Microphone', true);
  await poll(() => tonesHeard(ada.page)).toEqual([700]);
  expect(await ada.page.evaluate(() => window.watched.notices)).toEqual([]);
});

test('somebody who has been muted since before one came is no silence', async ({ person, meeting }) => {
  const link = await meeting();
  const ben = await person('Ben', 'blue');
  const cora = await person('Cora', 'red');
  const ada = await person('Ada', 'green');
  await ben.join(link);
  await ben.call.switch('Microphone', false);
  await ben.call.switch('Camera', false);
  await joinTogether(link, cora, ada);
  await ada.page.evaluate(watchForNotices);
  await poll(() => tonesHeard(ada.page)).toEqual([1100]);
  await ada.page.evaluate(() => (window.watched.looks = 0));
  await poll(() => ada.page.evaluate(() => window.watched.looks), { timeout: 30_000 }).toBeGreaterThan(16);
  expect(await ada.page.evaluate(() => window.watched.notices)).toEqual([]);
  await ada.call.connected();
});

declare global {
  interface Window {
    watched: { notices: string[]; looks: number };
  }
}

/** Remembers every notice that the page shows from now on, and counts how often it looks at what arrives. */
function watchForNotices(): void {
  const watched = { notices: [] as string[], looks: 0 };
  window.watched = watched;
  new MutationObserver(() => {
    for (const banner of document.querySelectorAll('[data-testid=media-banner], [data-testid=connection-banner]')) watched.notices.push(banner.textContent ?? '');
  }).observe(document.body, { subtree: true, childList: true });
  // Parlour reads whole connections; livekit-client its receivers.
  const getStats = RTCPeerConnection.prototype.getStats;
  RTCPeerConnection.prototype.getStats = function (this: RTCPeerConnection) {
    watched.looks += 1;
    return getStats.call(this);
  } as typeof getStats;
}
