// The self-check: what browsers and networks break without a word is mended without one.
import { expect, joinTogether, test } from '../fixtures.ts';
import { colourShown, tonesHeard } from '../measure.ts';
import { poll } from '../wait.ts';

declare global {
  interface Window {
    lostVoice: boolean;
  }
}

/** Either may miss what the other sends before the sender does: it depends on who looks first. */
const MISSED = /^self-check: resubscribe/;
/** A look every ten seconds, of which some see the same. */
const MENDED = { timeout: 40_000 };

test('a microphone that sends nothing any more and a camera that ends without a word are mended by themselves', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green', { expectedErrors: [MISSED, /^self-check: recapture/] });
  const ben = await person('Ben', 'blue', { expectedErrors: [MISSED, /^self-check: republish/] });
  await joinTogether(link, ada, ben);
  await poll(() => tonesHeard(ada.page)).toEqual([700]);
  await poll(() => colourShown(ben.call.video('Ada'))).toBe('green');
  const captures = () =>
    ada.page.evaluate(() =>
      [...window.parlourProbe.captures].some((track) => track.kind === 'video' && track.readyState === 'live'),
    );

  // Not both of one person: who gets nothing at all takes the network for broken.
  await test.step('his microphone and her camera break', async () => {
    await ben.page.evaluate(async () => {
      const senders = window.parlourProbe.connections.flatMap((connection) => connection.getSenders());
      for (const sender of senders) if (sender.track?.kind === 'audio') await sender.replaceTrack(null);
    });
    // No event comes when a page stops its own track: as with browsers that forget to send one.
    await ada.page.evaluate(() => {
      for (const track of window.parlourProbe.captures) if (track.kind === 'video') track.stop();
    });
    expect(await captures()).toBe(false);
    await poll(() => tonesHeard(ada.page)).toEqual([]);
    await expect(ada.call.trouble('Ben')).toHaveText('No sound arrives');
  });

  await test.step('both are there again', async () => {
    await poll(captures, MENDED).toBe(true);
    await poll(() => colourShown(ben.call.video('Ada'))).toBe('green');
    await poll(() => tonesHeard(ada.page), MENDED).toEqual([700]);
    await expect(ben.call.toggle('Microphone')).toHaveAttribute('aria-pressed', 'true');
    await expect(ada.call.trouble('Ben')).toBeHidden();
  });
});

test('a voice that is in the room and never comes is subscribed to again', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green', { expectedErrors: [MISSED] });
  const ben = await person('Ben', 'blue');
  // livekit-client is not told of the first sound that comes in, as when the browser or LiveKit loses it.
  await ada.page.addInitScript(() => {
    window.lostVoice = false;
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        this.addEventListener('track', (event) => {
          // Of nobody's stream is what is only a place for tracks to come.
          if (event.track.kind !== 'audio' || window.lostVoice || !event.streams[0]?.id.startsWith('PA_')) return;
          window.lostVoice = true;
          event.stopImmediatePropagation();
        });
      }
    };
  });
  const mends = ada.page.waitForEvent('console', { predicate: (message) => MISSED.test(message.text()), ...MENDED });
  await joinTogether(link, ada, ben);
  await poll(() => tonesHeard(ben.page)).toEqual([400]);
  await poll(() => ada.page.evaluate(() => window.lostVoice)).toBe(true);
  await mends;
  await poll(() => tonesHeard(ada.page)).toEqual([700]);
});
