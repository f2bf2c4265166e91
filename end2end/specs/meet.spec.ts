// Two people meet: the whole path, judged by what arrives.
import { expect, test } from '../fixtures.ts';
import { colourShown, tonesHeard } from '../measure.ts';
import { capturing } from '../probe.ts';
import { poll } from '../wait.ts';

test('two people see and hear each other, mute, and switch the camera off', async ({ person }) => {
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');

  const link = await test.step('a new meeting has a link that another browser can open', async () => {
    await ada.home.open();
    await ada.home.newMeeting.click();
    await expect(ada.preJoin.joinButton).toBeVisible();
    await ada.preJoin.join('Ada');
    await ada.call.connected();
    await ben.join(ada.page.url());
    return ada.page.url();
  });
  expect(new URL(link).pathname).toMatch(/^\/[a-z2-9]{4}-[a-z2-9]{5}-[a-z2-9]{4}$/);

  await test.step('each sees the other', async () => {
    await poll(() => colourShown(ada.call.video('Ben'))).toBe('blue');
    await poll(() => colourShown(ben.call.video('Ada'))).toBe('green');
    await poll(() => colourShown(ada.call.video('Ada'))).toBe('green');
    await expect(ada.call.tiles).toHaveCount(2);
    await expect(ben.call.tiles).toHaveCount(2);
  });

  await test.step('each hears the other, and not himself', async () => {
    await poll(() => tonesHeard(ada.page)).toEqual([700]);
    await poll(() => tonesHeard(ben.page)).toEqual([400]);
  });

  await test.step('who speaks is marked', async () => {
    await ben.call.expectMark('Ada', 'speaking', true);
    await ada.call.expectMark('Ben', 'speaking', true);
  });

  await test.step('muted is silent and marked, and ends when unmuted', async () => {
    await ada.call.switch('Microphone', false);
    await ben.call.expectMark('Ada', 'muted', true);
    await poll(() => tonesHeard(ben.page)).toEqual([]);
    await ben.call.expectMark('Ada', 'speaking', false);
    await ada.call.switch('Microphone', true);
    await ben.call.expectMark('Ada', 'muted', false);
    await poll(() => tonesHeard(ben.page)).toEqual([400]);
  });

  await test.step('a camera that is off shows nothing and is released', async () => {
    await ada.call.switch('Camera', false);
    await expect(ben.call.video('Ada')).toBeHidden();
    await expect(ben.call.tile('Ada')).toBeVisible();
    await poll(() => capturing(ada.page)).toEqual(['audio']);
    await ada.call.switch('Camera', true);
    await poll(() => colourShown(ben.call.video('Ada'))).toBe('green');
  });
});

test('a third person joins, is seen, heard and listed, and leaves', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  const cora = await person('Cora', 'red');
  await ada.join(link);
  await ben.join(link);
  await expect(ada.call.tiles).toHaveCount(2);

  await cora.join(link);
  for (const { call, page } of [ada, ben]) {
    await expect(call.tiles).toHaveCount(3);
    await poll(() => colourShown(call.video('Cora'))).toBe('red');
    await poll(() => tonesHeard(page)).toContain(1100);
  }
  await poll(() => colourShown(cora.call.video('Ada'))).toBe('green');
  await poll(() => colourShown(cora.call.video('Ben'))).toBe('blue');
  await poll(() => tonesHeard(cora.page)).toEqual([400, 700]);

  for (const { call } of [ada, ben]) {
    await call.switch('People', true);
    const entries = call.participants.getByRole('listitem');
    await expect(entries).toHaveCount(3);
    for (const name of ['Ada', 'Ben', 'Cora']) await expect(entries.filter({ hasText: name })).toHaveCount(1);
  }

  await cora.call.leave();
  for (const { call, page } of [ada, ben]) {
    await expect(call.tiles).toHaveCount(2);
    await expect(call.tile('Cora')).toHaveCount(0);
    await expect(call.participants.getByRole('listitem')).toHaveCount(2);
    await poll(() => tonesHeard(page)).not.toContain(1100);
  }
  await ada.call.switch('People', false);
  await expect(ada.call.people).toBeHidden();
});
