// The call outlives what carries it: nobody presses anything, and everything is as it was.
import { WHILE_GONE, holdLivekit, killLivekit } from '../faults.ts';
import { expect, joinTogether, type Person, test } from '../fixtures.ts';
import { colourShown, tonesHeard } from '../measure.ts';
import { poll } from '../wait.ts';

/** Longer than LiveKit may take to start, or it would be chance whether Parlour starts it once or twice. */
const OUTAGE_MS = 22_000;

/** Who is first and who second of those who raise a hand, in the open panel. */
const queue = async ({ call }: Person) =>
  [await call.handPlace('Ada').textContent(), await call.handPlace('Ben').textContent()].join();

test('LiveKit is dead for more than twenty seconds and comes back: everybody is in the call again, by themselves', async ({ person, meeting }) => {
  test.setTimeout(180_000);
  const link = await meeting();
  const ada = await person('Ada', 'green', { expectedErrors: WHILE_GONE });
  const ben = await person('Ben', 'blue', { expectedErrors: WHILE_GONE });

  await test.step('Ben shares a screen instead of his camera and sees Ada large, both have a hand up, and Ada writes', async () => {
    await joinTogether(link, ada, ben);
    await poll(() => colourShown(ada.call.video('Ben'))).toBe('blue');
    await ben.call.switch('Camera', false);
    await ben.call.switch('Share screen', true);
    await expect(ada.call.tile('Ben', 'screen_share')).toBeVisible();
    await expect(ben.call.tile('screen', 'screen_share')).toBeVisible();
    const before = await ben.call.width('Ada');
    await ben.call.pin('Ada').click();
    await poll(() => ben.call.width('Ada')).toBeGreaterThan(2 * before);
    await ada.call.switch('Raise hand', true);
    await ben.call.expectMark('Ada', 'hand', true);
    await ben.call.switch('Raise hand', true);
    await ada.call.expectMark('Ben', 'hand', true);
    await ada.call.switch('Chat', true);
    await ada.call.say('before');
    await ada.call.chat.getByRole('textbox', { name: 'Message' }).fill('half a sentence');
  });

  await test.step('the outage', async () => {
    const letStart = holdLivekit();
    const died = Date.now();
    try {
      killLivekit();
      await expect(ada.page.getByTestId('connection-banner')).toBeVisible();
      await expect(ada.call.main).toHaveAttribute('data-connection', 'reconnecting');
      await expect(ada.call.tile('Ada'), 'nobody is taken for gone').toBeVisible();
      await expect(ada.call.tile('Ben'), 'nobody is taken for gone').toBeVisible();
      await expect(ada.call.toggle('Raise hand')).toHaveAttribute('aria-pressed', 'true');
      // The outage is what is tested: it lasts as long as it says.
      await poll(() => Date.now() - died, { timeout: OUTAGE_MS + 5_000 }).toBeGreaterThan(OUTAGE_MS);
    } finally {
      letStart();
    }
    await ada.call.connected();
    await ben.call.connected();
    await expect(ada.page.getByTestId('connection-banner')).toBeHidden();
  });

  await test.step('devices are as they were', async () => {
    await poll(() => colourShown(ben.call.video('Ada'))).toBe('green');
    await poll(() => tonesHeard(ada.page)).toEqual([700]);
    await expect(ben.call.toggle('Camera'), 'what was off stays off').toHaveAttribute('aria-pressed', 'false');
    await expect(ada.call.video('Ben')).toBeHidden();
    await ben.call.switch('Camera', true);
    await poll(() => colourShown(ada.call.video('Ben'))).toBe('blue');
  });

  await test.step('so is what somebody wants to see large, until they want it no more', async () => {
    await expect(ben.call.pin('Ada')).toHaveAttribute('aria-pressed', 'true');
    const large = await ben.call.width('Ada');
    await ben.call.pin('Ada').click();
    await poll(() => ben.call.width('Ada')).toBeLessThan(large / 2);
  });

  await test.step('so is the chat', async () => {
    await expect(ada.call.chat.getByRole('textbox', { name: 'Message' })).toHaveValue('half a sentence');
    await ben.call.switch('Chat', true);
    await expect(ben.call.messages).toContainText('before');
    await ada.call.switch('Chat', false);
  });

  await test.step('the screen is still shared', async () => {
    await expect(ben.call.toggle('Share screen')).toHaveAttribute('aria-pressed', 'true');
    await poll(() => ada.call.video('Ben', 'screen_share').evaluate((video: HTMLVideoElement) => video.videoWidth))
      .toBeGreaterThan(300);
  });

  await test.step('hands are still up, in the same order for both', async () => {
    for (const { call } of [ada, ben]) {
      await call.expectMark('Ada', 'hand', true);
      await call.expectMark('Ben', 'hand', true);
      await expect(call.toggle('Raise hand')).toHaveAttribute('aria-pressed', 'true');
      await call.switch('People', true);
    }
    for (const person of [ada, ben]) await poll(() => queue(person), 'whoever is back first').toBe('1,2');
  });

  await test.step('a hand goes down when its owner leaves', async () => {
    await ada.call.leave();
    await ada.page.getByRole('button', { name: 'Rejoin' }).click();
    await ada.call.connected();
    await expect(ada.call.toggle('Raise hand')).toHaveAttribute('aria-pressed', 'false');
    await ben.call.expectMark('Ada', 'hand', false);
  });
});
