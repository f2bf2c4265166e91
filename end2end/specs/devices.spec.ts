// What is missing, not allowed, busy, unplugged or exchanged: the page says so, does the next best, and one can join
// without it.
import { camerasOn, plantEquipment, plugIn, takeCamera, unplug } from '../equipment.ts';
import { expect, joinTogether, type Person, test } from '../fixtures.ts';
import { colourShown, tonesHeard } from '../measure.ts';
import { capturing, isEnabled, isLive, microphoneId } from '../probe.ts';
import { interceptSignalling } from '../signalling.ts';
import { poll } from '../wait.ts';

test('without a camera one joins with the microphone', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green');
  const dan = await person('Dan', 'cameraless');
  await ada.join(link);

  await dan.preJoin.open(link);
  await expect(dan.page.getByRole('alert').filter({ hasText: /no camera/i })).toBeVisible();
  await dan.preJoin.join('Dan');
  await dan.call.connected();
  await poll(() => tonesHeard(ada.page)).toEqual([700]);
  await poll(() => colourShown(dan.call.video('Ada'))).toBe('green');
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
  await poll(() => colourShown(eve.call.video('Ada'))).toBe('green');
  await poll(() => tonesHeard(eve.page)).toEqual([400]);
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
  await poll(() => capturing(eve.page)).not.toEqual([]);
});

test('with the microphone denied the camera still works', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green');
  const eve = await person('Eve', 'blue', { permissions: ['camera'] });
  await ada.join(link);
  await eve.preJoin.open(link);
  await expect(eve.page.getByRole('alert').filter({ hasText: /microphone/ })).toBeVisible();
  await poll(() => colourShown(eve.preJoin.preview)).toBe('blue');
  await eve.preJoin.join('Eve');
  await eve.call.connected();
  await poll(() => colourShown(ada.call.video('Eve'))).toBe('blue');
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
  await poll(() => colourShown(ada.call.video('Ben'))).toBe('blue');
  await ada.call.expectMark('Ben', 'muted', true);
  expect(await tonesHeard(ada.page)).toEqual([]);
  await ben.call.switch('Microphone', true);
  await poll(() => tonesHeard(ada.page)).toEqual([700]);
});

const FIRST = 'fake_device_0';
const SECOND = 'fake_device_1';

/** What is said politely. */
const said = ({ page }: Person, what: RegExp) => page.getByRole('status').filter({ hasText: what });

test('what is exchanged, unplugged or taken by another program makes place for the next best', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'twoCameras');
  await plantEquipment(ben.page);
  await joinTogether(link, ada, ben);
  await expect(ada.call.video('Ben')).toBeVisible();

  await test.step('a microphone that follows the system is exchanged when the system chooses another', async () => {
    await poll(() => tonesHeard(ada.page)).toEqual([700]);
    const before = await microphoneId(ben.page);
    await ben.page.evaluate(() => {
      window.equipment.systemMicrophone = 'Fake Audio Input 2';
      navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    });
    await expect(said(ben, /system has chosen another microphone.*Fake Audio Input 2/)).toBeVisible();
    await poll(() => isLive(ben.page, before)).toBe(false);
    await poll(() => tonesHeard(ada.page)).toEqual([700]);
    await ada.call.expectMark('Ben', 'muted', false);
  });

  await test.step('a camera that is unplugged makes place for the next one, and is used again when it returns', async () => {
    expect(await camerasOn(ben.page)).toEqual([FIRST]);
    await unplug(ben.page, FIRST);
    await expect(said(ben, /camera was disconnected.*fake_device_1/)).toBeVisible();
    await poll(() => camerasOn(ben.page)).toEqual([SECOND]);
    await expect(ben.call.toggle('Camera')).toHaveAttribute('aria-pressed', 'true');
    await expect(ada.call.video('Ben'), 'it goes on').toBeVisible();
    await plugIn(ben.page);
    await expect(said(ben, /camera is back.*fake_device_0/)).toBeVisible();
    await poll(() => camerasOn(ben.page)).toEqual([FIRST]);
    await expect(ada.call.video('Ben')).toBeVisible();
  });

  await test.step('without any it is off, and on again with the first that returns', async () => {
    await unplug(ben.page, FIRST);
    await poll(() => camerasOn(ben.page)).toEqual([SECOND]);
    await unplug(ben.page, SECOND);
    await expect(ben.page.getByRole('alert').filter({ hasText: /No camera was found/ })).toBeVisible();
    await expect(ben.call.toggle('Camera')).toHaveAttribute('aria-pressed', 'false');
    await expect(ada.call.video('Ben')).toBeHidden();
    await plugIn(ben.page);
    await expect(ben.call.toggle('Camera')).toHaveAttribute('aria-pressed', 'true');
    await expect(ada.call.video('Ben')).toBeVisible();
  });

  const again = async () => {
    await ben.call.switch('Camera', false);
    await poll(() => camerasOn(ben.page)).toEqual([]);
    await expect(ben.call.toggle('Camera')).toHaveAttribute('aria-busy', 'false');
  };

  await test.step('a camera that another program has is asked for once more', async () => {
    await again();
    await takeCamera(ben.page, FIRST, 1);
    await ben.call.switch('Camera', true);
    await poll(() => camerasOn(ben.page), 'it was let go of in between').toEqual([FIRST]);
    await expect(said(ben, /Another program/)).toBeHidden();
  });

  await test.step('and then the next one, until there is none', async () => {
    await again();
    await takeCamera(ben.page, FIRST, Infinity);
    await ben.call.switch('Camera', true);
    await expect(said(ben, /Another program is using your camera.*fake_device_1/)).toBeVisible();
    await poll(() => camerasOn(ben.page)).toEqual([SECOND]);

    await again();
    await takeCamera(ben.page, SECOND, Infinity);
    await ben.call.toggle('Camera').click();
    await expect(ben.page.getByRole('alert').filter({ hasText: /Another program is using your camera/ })).toBeVisible();
    await expect(ben.call.toggle('Camera')).toHaveAttribute('aria-pressed', 'false');
  });
});

test('a camera that is asked for too much is asked for less', async ({ person, meeting }) => {
  const ben = await person('Ben', 'twoCameras');
  await plantEquipment(ben.page);
  await ben.page.addInitScript(() => (window.equipment.widest = 320));
  await ben.preJoin.open(await meeting());
  await poll(() => camerasOn(ben.page)).toEqual([FIRST]);
  expect(await ben.page.evaluate(() => window.equipment.widthsAsked)).toEqual([1280, 640, 0]);
  await expect(ben.preJoin.camera).toHaveAttribute('aria-pressed', 'true');
});

test('a permission that is withdrawn in the call is explained, and taken up when it is given again', async ({ pair }) => {
  const [ada, ben] = await pair({ asks: true });
  await poll(() => colourShown(ada.call.video('Ben'))).toBe('blue');

  await ben.context.clearPermissions();
  await ben.context.grantPermissions(['microphone']);
  await expect(ben.page.getByRole('alert').filter({ hasText: /may not use your camera/ })).toBeVisible();
  await expect(ben.call.toggle('Camera')).toHaveAttribute('aria-pressed', 'false');
  await expect(ada.call.video('Ben')).toBeHidden();
  await ben.call.controls.getByRole('button', { name: 'More' }).click();
  const guide = ben.page.getByRole('alert').filter({ has: ben.page.getByRole('button', { name: 'Try again' }) });
  await expect(guide.filter({ hasText: /may not use your camera/ })).toBeVisible();
  await ben.page.keyboard.press('Escape');

  await ben.context.grantPermissions(['camera', 'microphone']);
  await expect(ben.call.toggle('Camera')).toHaveAttribute('aria-pressed', 'true');
  await poll(() => colourShown(ada.call.video('Ben'))).toBe('blue');
});
