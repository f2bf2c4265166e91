// What is missing or not allowed: the page says so, and one can join without it.
import { expect, test } from '../fixtures.ts';
import { colourShown, tonesHeard } from '../measure.ts';
import { capturing, isEnabled, microphoneId } from '../probe.ts';
import { interceptSignalling } from '../signalling.ts';

test('without a camera one joins with the microphone', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green');
  const dan = await person('Dan', 'cameraless');
  await ada.join(link);

  await dan.preJoin.open(link);
  await expect(dan.page.getByRole('alert').filter({ hasText: /no camera/i })).toBeVisible();
  await dan.preJoin.join('Dan');
  await dan.call.connected();
  await expect.poll(() => tonesHeard(ada.page)).toEqual([700]);
  await expect.poll(() => colourShown(dan.call.video('Ada'))).toBe('green');
  await expect(ada.call.tile('Dan')).toBeVisible();
  await expect(ada.call.video('Dan')).toBeHidden();
  await ada.call.expectMark('Dan', 'muted', false);
});

test('with permission denied a guide is shown, and one can join to listen and watch', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green');
  const eve = await person('Eve', 'blue', { permissions: [] });
  await ada.join(link);

  await eve.preJoin.open(link);
  const guide = eve.page.getByRole('alert').filter({ hasText: /camera/ }).filter({ hasText: /join without/i });
  await expect(guide).toBeVisible();
  await expect(guide.getByRole('button', { name: 'Try again' })).toBeVisible();
  await eve.preJoin.join('Eve');
  await eve.call.connected();
  await expect.poll(() => colourShown(eve.call.video('Ada'))).toBe('green');
  await expect.poll(() => tonesHeard(eve.page)).toEqual([400]);
  await expect(eve.call.toggle('Microphone')).toHaveAttribute('aria-pressed', 'false');
  await expect(eve.call.toggle('Camera')).toHaveAttribute('aria-pressed', 'false');
  await ada.call.expectMark('Eve', 'muted', true);
  await expect(ada.call.video('Eve')).toBeHidden();
});

test('permission that is given later is taken up', async ({ person, meeting }) => {
  const eve = await person('Eve', 'blue', { permissions: [] });
  await eve.preJoin.open(await meeting());
  const guides = eve.page.getByRole('alert').filter({ hasText: /join without/i });
  await expect(guides.first()).toBeVisible();
  await eve.context.grantPermissions(['camera', 'microphone']);
  await eve.page.getByRole('button', { name: 'Try again' }).first().click();
  await expect.poll(() => capturing(eve.page)).not.toEqual([]);
});

test('with the microphone denied the camera still works', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green');
  const eve = await person('Eve', 'blue', { permissions: ['camera'] });
  await ada.join(link);
  await eve.preJoin.open(link);
  await expect(eve.page.getByRole('alert').filter({ hasText: /microphone/ })).toBeVisible();
  await expect.poll(() => colourShown(eve.preJoin.preview)).toBe('blue');
  await eve.preJoin.join('Eve');
  await eve.call.connected();
  await expect.poll(() => colourShown(ada.call.video('Eve'))).toBe('blue');
  await ada.call.expectMark('Eve', 'muted', true);
});

test('a microphone that is muted while it is being published stays muted', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  await ada.join(link);

  const signalling = await interceptSignalling(ben.page);
  await ben.preJoin.open(link);
  const microphone = await microphoneId(ben.page);
  signalling.holdAfter(microphone);
  await ben.preJoin.join('Ben');
  await signalling.holding;
  await ben.call.switch('Microphone', false);
  expect(await isEnabled(ben.page, microphone), 'silent at once').toBe(false);
  signalling.release();

  await expect(ben.call.toggle('Microphone')).toHaveAttribute('aria-busy', 'false');
  await expect.poll(() => colourShown(ada.call.video('Ben'))).toBe('blue');
  await ada.call.expectMark('Ben', 'muted', true);
  expect(await tonesHeard(ada.page)).toEqual([]);
  await ben.call.switch('Microphone', true);
  await expect.poll(() => tonesHeard(ada.page)).toEqual([700]);
});
