// Leaving in every way there is: devices are released and the others see it soon.
import { expect, test, type Person } from '../fixtures.ts';
import { colourShown } from '../measure.ts';
import { capturing } from '../probe.ts';

/** LiveKit would notice a silent disappearance after many seconds; a goodbye arrives at once. */
const GOODBYE_MS = 5_000;

/** Both are in the call and have devices on. */
async function together(ada: Person, ben: Person, link: string): Promise<void> {
  await ada.join(link);
  await ben.join(link);
  await expect(ben.call.tile('Ada')).toBeVisible();
  await expect.poll(() => capturing(ada.page)).toEqual(['audio', 'video']);
}

test('leave releases the devices, and rejoin brings everything back', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  await together(ada, ben, await meeting());

  await ada.call.leave();
  await expect(ben.call.tile('Ada')).toHaveCount(0, { timeout: GOODBYE_MS });
  await expect.poll(() => capturing(ada.page)).toEqual([]);

  await ada.page.getByRole('button', { name: 'Rejoin' }).click();
  await expect(ada.call.main).toHaveAttribute('data-connection', /connected|idle/);
  // Whether Rejoin goes straight in or by way of the pre-join page, one click on what is there suffices.
  if ((await ada.call.main.getAttribute('data-connection')) === 'idle') await ada.preJoin.joinButton.click();
  await ada.call.connected();
  await expect.poll(() => colourShown(ben.call.video('Ada'))).toBe('green');
  await expect.poll(() => colourShown(ada.call.video('Ben'))).toBe('blue');
});

test('a closed tab is gone from the others at once', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  await together(ada, ben, await meeting());
  await ada.page.close({ runBeforeUnload: true });
  await expect(ben.call.tile('Ada')).toHaveCount(0, { timeout: GOODBYE_MS });
});

test('the back button and a route change leave the call', async ({ person }) => {
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  await ada.home.open();
  await ada.home.newMeeting.click();
  await ada.preJoin.join('Ada');
  await ada.call.connected();
  const link = ada.page.url();
  await ben.join(link);
  await expect(ben.call.tile('Ada')).toBeVisible();
  await expect.poll(() => capturing(ada.page)).toEqual(['audio', 'video']);

  // The document stays, so nothing but the application itself can release the devices.
  await ada.page.goBack();
  await expect(ada.home.newMeeting).toBeVisible();
  await expect.poll(() => capturing(ada.page)).toEqual([]);
  await expect(ben.call.tile('Ada')).toHaveCount(0, { timeout: GOODBYE_MS });
  await expect(ada.call.main).toHaveCount(0);
});

test('going back from the preview releases the devices', async ({ person }) => {
  const ada = await person('Ada', 'green');
  await ada.home.open();
  await ada.home.newMeeting.click();
  await expect.poll(() => capturing(ada.page)).toEqual(['audio', 'video']);
  await ada.page.goBack();
  await expect(ada.home.newMeeting).toBeVisible();
  await expect.poll(() => capturing(ada.page)).toEqual([]);
});

test('another page in the same tab leaves the call', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  await together(ada, ben, await meeting());
  await ada.page.goto('/');
  await expect(ben.call.tile('Ada')).toHaveCount(0, { timeout: GOODBYE_MS });
});

test('left before the call was set up, nothing stays on', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green');
  await ada.preJoin.open(await meeting());
  await expect.poll(() => capturing(ada.page)).toEqual(['audio', 'video']);
  let arrive = (): void => undefined;
  const held = new Promise<void>((resolve) => (arrive = resolve));
  await ada.page.route('**/api/fn/join_room*', async (route) => {
    await held;
    await route.continue();
  });
  await ada.preJoin.join('Ada');
  await ada.page.getByRole('button', { name: 'Cancel' }).click();
  arrive();
  await expect(ada.page.getByRole('heading', { name: 'Setting up your room' })).toHaveCount(0);
  await expect(ada.call.controls).toHaveCount(0);
});
