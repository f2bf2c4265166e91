// The call outlives what carries it: nobody presses anything, and everything is as it was.
import { WHILE_GONE, holdLivekit, killLivekit } from '../faults.ts';
import { expect, joinTogether, test } from '../fixtures.ts';
import { colourShown, tonesHeard } from '../measure.ts';
import { poll } from '../wait.ts';

const OUTAGE_MS = 20_000;

test('LiveKit is dead for twenty seconds and comes back: everybody is in the call again, by themselves', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green', { expectedErrors: WHILE_GONE });
  const ben = await person('Ben', 'blue', { expectedErrors: WHILE_GONE });
  await joinTogether(link, ada, ben);
  await poll(() => colourShown(ada.call.video('Ben'))).toBe('blue');
  await ben.call.switch('Camera', false);
  await ada.call.switch('Chat', true);
  await ada.call.say('before');
  await ada.call.chat.getByRole('textbox', { name: 'Message' }).fill('half a sentence');

  const letStart = holdLivekit();
  const died = Date.now();
  try {
    killLivekit();
    await expect(ada.page.getByTestId('connection-banner')).toBeVisible();
    await expect(ada.call.main).toHaveAttribute('data-connection', 'reconnecting');
    await expect(ada.call.tiles, 'nobody is taken for gone').toHaveCount(2);
    // The outage is what is tested: it lasts as long as it says.
    await poll(() => Date.now() - died, { timeout: OUTAGE_MS + 5_000 }).toBeGreaterThan(OUTAGE_MS);
  } finally {
    letStart();
  }
  await ada.call.connected();
  await ben.call.connected();
  await expect(ada.page.getByTestId('connection-banner')).toBeHidden();
  await poll(() => colourShown(ben.call.video('Ada'))).toBe('green');
  await poll(() => tonesHeard(ada.page)).toEqual([700]);
  await expect(ben.call.toggle('Camera'), 'what was off stays off').toHaveAttribute('aria-pressed', 'false');
  await expect(ada.call.video('Ben')).toBeHidden();
  await expect(ada.call.chat.getByRole('textbox', { name: 'Message' })).toHaveValue('half a sentence');
  await ben.call.switch('Camera', true);
  await poll(() => colourShown(ada.call.video('Ben'))).toBe('blue');
  await ben.call.switch('Chat', true);
  await expect(ben.call.messages).toContainText('before');
});

test('a shared screen is still shared after LiveKit died', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green', { expectedErrors: WHILE_GONE });
  const cora = await person('Cora', 'red', { expectedErrors: WHILE_GONE });
  await joinTogether(link, ada, cora);
  await cora.call.switch('Share screen', true);
  await expect(ada.call.tile('Cora', 'screen_share')).toBeVisible();

  killLivekit();
  await expect(ada.call.main).toHaveAttribute('data-connection', 'reconnecting');
  await ada.call.connected();
  await expect(cora.call.toggle('Share screen')).toHaveAttribute('aria-pressed', 'true');
  await poll(() => ada.call.video('Cora', 'screen_share').evaluate((video: HTMLVideoElement) => video.videoWidth))
    .toBeGreaterThan(300);
});
