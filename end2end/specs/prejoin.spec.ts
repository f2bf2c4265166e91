// Before joining: usable before the WebAssembly is there, preview, level, devices.
import { expect, test, type Person } from '../fixtures.ts';
import { colourShown } from '../measure.ts';
import { capturing } from '../probe.ts';
import { poll } from '../wait.ts';

/** Opens a meeting whose WebAssembly does not come until it is let. */
async function openSlowly(ada: Person, link: string): Promise<() => void> {
  let arrive = (): void => undefined;
  const held = new Promise<void>((resolve) => (arrive = resolve));
  await ada.page.route('**/*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  await ada.page.goto(link, { waitUntil: 'commit' });
  return arrive;
}

test('a name typed and Join pressed before the page is hydrated are not lost', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green');
  const arrive = await openSlowly(ada, await meeting());
  await ada.preJoin.name.fill('Ada before all');
  await ada.preJoin.joinButton.click();
  await expect(ada.page.locator('html[data-hydrated]')).toHaveCount(0);
  await expect(ada.preJoin.name).toHaveValue('Ada before all');

  arrive();
  await ada.call.connected();
  await expect(ada.call.tile('Ada before all')).toBeVisible();
});

test('a name typed before the page is hydrated stays typed', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green');
  const arrive = await openSlowly(ada, await meeting());
  await ada.preJoin.name.fill('Ada early');
  arrive();
  await ada.preJoin.interactive();
  await expect(ada.preJoin.name).toHaveValue('Ada early');
});

test('one sees and hears oneself, and is asked for a name', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green');
  await ada.preJoin.open(await meeting());
  await poll(() => colourShown(ada.preJoin.preview)).toBe('green');
  await expect(ada.preJoin.microphone).toHaveAttribute('aria-pressed', 'true');
  await expect(ada.preJoin.camera).toHaveAttribute('aria-pressed', 'true');
  await poll(() => ada.preJoin.level.evaluate((meter: HTMLMeterElement) => meter.value), 'the level follows the voice')
    .toBeGreaterThan(0.1);
  for (const kind of ['Camera', 'Microphone', 'Speaker'] as const) {
    await expect(ada.preJoin.device(kind)).toBeVisible();
  }
  await expect(ada.preJoin.device('Microphone').getByRole('option').nth(1)).toBeAttached();

  await ada.preJoin.name.fill('  ');
  await ada.preJoin.joinButton.click();
  await expect(ada.page.getByRole('alert').filter({ hasText: 'name' })).toBeVisible();
});

test('switched off before joining is off after it, and is remembered', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  await ben.join(link);

  await ada.preJoin.open(link);
  await poll(() => colourShown(ada.preJoin.preview)).toBe('green');
  await ada.preJoin.microphone.click();
  await ada.preJoin.camera.click();
  await expect(ada.preJoin.microphone).toHaveAttribute('aria-pressed', 'false');
  await expect(ada.preJoin.camera).toHaveAttribute('aria-pressed', 'false');
  await poll(() => capturing(ada.page), 'the camera is released').not.toContain('video');

  await ada.page.reload();
  await ada.preJoin.interactive();
  await expect(ada.preJoin.microphone, 'remembered').toHaveAttribute('aria-pressed', 'false');
  await expect(ada.preJoin.camera, 'remembered').toHaveAttribute('aria-pressed', 'false');
  await expect(ada.page.getByText('Your camera is off')).toBeVisible();
  expect(await capturing(ada.page)).toEqual([]);
  await ada.preJoin.join('Ada');
  await ada.call.connected();
  await ben.call.expectMark('Ada', 'muted', true);
  await expect(ben.call.tile('Ada')).toBeVisible();
  await expect(ben.call.video('Ada')).toBeHidden();
  await expect(ada.call.toggle('Microphone')).toHaveAttribute('aria-pressed', 'false');

  await test.step('both can be switched on in the call', async () => {
    await ada.call.switch('Camera', true);
    await ada.call.switch('Microphone', true);
    await poll(() => colourShown(ben.call.video('Ada'))).toBe('green');
    await ben.call.expectMark('Ada', 'muted', false);
  });
});

test('who is inside is shown before joining', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  await ada.join(link);
  await ben.preJoin.open(link);
  await expect(ben.page.getByText('Ada is here.')).toBeVisible();
});

test('who comes while somebody stands before the meeting is shown, too', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  await ben.page.clock.install();
  await ben.preJoin.open(link);
  await expect(ben.page.getByText('Nobody is here yet.')).toBeVisible();
  await ada.join(link);
  await ben.page.clock.fastForward(16_000);
  await expect(ben.page.getByText('Ada is here.')).toBeVisible();
});
