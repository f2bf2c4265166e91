// Leaving in every way there is: devices are released and the others see it soon.
import type { Page } from '@playwright/test';

import { expect, type Person, test } from '../fixtures.ts';
import { colourShown } from '../measure.ts';
import { capturing, slowDevices } from '../probe.ts';
import { poll } from '../wait.ts';

/** LiveKit would notice a silent disappearance after many seconds; a goodbye arrives at once. */
const GOODBYE_MS = 5_000;

/** Holds up the question to be let in; answers how to let it arrive. */
async function holdJoining(page: Page): Promise<() => void> {
  let arrive = (): void => undefined;
  const held = new Promise<void>((resolve) => (arrive = resolve));
  await page.route('**/api/fn/join_room*', async (route) => {
    await held;
    await route.continue();
  });
  return () => arrive();
}

/** Both are in the call, and Ada has devices on. */
async function together(ada: Person, ben: Person): Promise<void> {
  await expect(ben.call.tile('Ada')).toBeVisible();
  await poll(() => capturing(ada.page)).toEqual(['audio', 'video']);
}

/** Ben sees at once that she has gone. */
const expectGone = (ben: Person) => expect(ben.call.tile('Ada')).toHaveCount(0, { timeout: GOODBYE_MS });

test('however one leaves, devices are released and the others see it at once', async ({ person }) => {
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');

  await test.step('back from the preview', async () => {
    await ada.home.open();
    await ada.home.newMeeting.click();
    await poll(() => capturing(ada.page)).toEqual(['audio', 'video']);
    await ada.page.goBack();
    await expect(ada.home.newMeeting).toBeVisible();
    await poll(() => capturing(ada.page)).toEqual([]);
  });

  const link = await test.step('back from the call', async () => {
    await ada.home.newMeeting.click();
    await ada.preJoin.join('Ada');
    await ada.call.connected();
    const address = ada.page.url();
    await ben.join(address);
    await together(ada, ben);
    // The document stays, so nothing but the application itself can release the devices.
    await ada.page.goBack();
    await expect(ada.home.newMeeting).toBeVisible();
    await poll(() => capturing(ada.page)).toEqual([]);
    await expectGone(ben);
    await expect(ada.call.main).toHaveCount(0);
    return address;
  });

  await test.step('"Leave", and "Rejoin" brings everything back', async () => {
    await ada.join(link);
    await together(ada, ben);
    await ada.call.leave();
    await expectGone(ben);
    await poll(() => capturing(ada.page)).toEqual([]);
    await ada.page.getByRole('button', { name: 'Rejoin' }).click();
    await ada.call.connected();
    await poll(() => colourShown(ben.call.video('Ada'))).toBe('green');
    await poll(() => colourShown(ada.call.video('Ben'))).toBe('blue');
  });

  await test.step('another page in the same tab', async () => {
    await ada.page.goto('/');
    await expectGone(ben);
  });

  await test.step('a closed tab', async () => {
    await ada.join(link);
    await together(ada, ben);
    await ada.page.close({ runBeforeUnload: true });
    await expectGone(ben);
  });
});

test('"Rejoin" counts while the good-bye is still being said', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green');
  await ada.join(await meeting());
  const pressed = await ada.page.evaluate(
    () =>
      new Promise((resolve) => {
        new MutationObserver((_, observer) => {
          const rejoin = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Rejoin');
          if (!rejoin) return;
          observer.disconnect();
          rejoin.click();
          resolve(document.querySelector('main')?.dataset.connection);
        }).observe(document.body, { childList: true, subtree: true });
        document.querySelector<HTMLButtonElement>('[data-testid=leave]')?.click();
      }),
  );
  expect(pressed).toBe('disconnecting');
  await ada.call.connected();
});

test('who is somebody else by the time of "Rejoin" comes back as that', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green');
  await ada.join(await meeting());
  await ada.call.leave();
  // As signing in or out in another tab does: the token of before is somebody else's.
  await ada.context.clearCookies();
  await ada.page.getByRole('button', { name: 'Rejoin' }).click();
  await ada.call.connected();
  await ada.call.switch('Chat', true);
  await ada.call.say('here again');
  await expect(ada.call.messages.locator('.message[data-state=sent]')).toContainText('here again');
});

test('it is said how far the setting up of a room is', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green');
  await ada.preJoin.open(await meeting());
  const arrive = await holdJoining(ada.page);
  await ada.preJoin.join('Ada');
  await expect(ada.page.getByRole('heading', { name: 'Setting up your room' })).toBeFocused();
  await expect(ada.page.getByRole('status').filter({ hasText: 'Asking to be let in…' })).toBeVisible();
  const progress = ada.page.getByRole('progressbar', { name: 'Setting up your room' });
  await expect(progress).toHaveJSProperty('max', 3);
  await expect(progress).toHaveJSProperty('value', 0.5);
  arrive();
  await ada.call.connected();
  await expect(progress).toHaveCount(0);
});

test('left before the call was set up, nothing stays on', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green');
  await ada.preJoin.open(await meeting());
  await poll(() => capturing(ada.page)).toEqual(['audio', 'video']);
  const arrive = await holdJoining(ada.page);
  await ada.preJoin.join('Ada');
  await ada.page.getByRole('button', { name: 'Cancel' }).click();
  await poll(() => capturing(ada.page)).toEqual([]);
  const answered = ada.page.waitForResponse('**/api/fn/join_room*');
  arrive();
  await answered;
  await expect(ada.page.getByRole('heading', { name: 'You left the meeting' })).toBeVisible();
  await expect(ada.call.controls).toHaveCount(0);
  expect(await capturing(ada.page)).toEqual([]);
});

test('a camera that is slow and comes after leaving is switched off again', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green');
  await ada.preJoin.open(await meeting());
  await ada.preJoin.camera.click();
  await poll(() => capturing(ada.page)).toEqual(['audio']);
  await ada.preJoin.join('Ada');
  await ada.call.connected();
  const come = await slowDevices(ada.page);
  await ada.call.switch('Camera', true);
  await poll(() => capturing(ada.page)).toEqual(['audio', 'video']);
  await ada.call.leave();
  await poll(() => capturing(ada.page)).toEqual(['video']);
  await come();
  await poll(() => capturing(ada.page)).toEqual([]);

  await ada.page.getByRole('button', { name: 'Rejoin' }).click();
  await ada.call.connected();
  await expect(ada.call.toggle('Camera'), 'what was wanted is wanted again').toHaveAttribute('aria-pressed', 'true');
  await poll(() => colourShown(ada.call.video('Ada'))).toBe('green');
});
