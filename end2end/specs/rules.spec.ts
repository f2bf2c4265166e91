// The rules of a meeting show what is so, also when nobody answers or an answer comes late.
import type { Route } from '@playwright/test';

import { expect, test } from '../fixtures.ts';
import { poll } from '../wait.ts';

test('a switch of the meeting goes back when nobody answers', async ({ person }) => {
  const ada = await person('Ada', 'green', { expectedErrors: [/^console: Failed to load/] });
  const ben = await person('Ben', 'blue');
  const link = await ada.begin();
  const asked = '**/api/fn/moderate*';
  const onTheirWay: Route[] = [];
  await ada.page.route(asked, (route) => void onTheirWay.push(route));
  await ada.call.more();
  const lock = ada.page.getByRole('dialog', { name: 'More' }).getByRole('switch', { name: 'Lock the meeting' });
  await lock.click();
  await expect(lock).toBeChecked();
  await expect(lock).not.toBeChecked();
  await expect(ada.page.getByText('Parlour cannot be reached.')).toBeVisible();

  expect(onTheirWay).not.toHaveLength(0);
  for (const route of onTheirWay) await route.abort();
  await ada.page.unroute(asked);
  // The click alone turns the switch: whether the meeting is locked is seen at its door.
  const answered = ada.page.waitForResponse(asked);
  await lock.click();
  expect((await answered).ok()).toBe(true);
  await ben.preJoin.open(link);
  await ben.preJoin.join('Ben');
  await expect(ben.page.getByRole('alert').filter({ hasText: 'The meeting is locked' })).toBeVisible();
  await expect(lock).toBeChecked();
});

test('an answer to what was asked before joining does not undo what was told since', async ({ person }) => {
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  const link = await ada.begin();
  await ben.preJoin.open(link);
  const asked = '**/api/fn/room_status*';
  let arrive = (): void => undefined;
  const held = new Promise<void>((resolve) => (arrive = resolve));
  let isAsked = false;
  await ben.page.route(asked, async (route) => {
    const response = await route.fetch();
    isAsked = true;
    await held;
    await route.fulfill({ response });
  });
  await poll(async () => {
    // It is asked who is inside when there is a chance that something has changed.
    await ben.page.evaluate(() => dispatchEvent(new Event('online')));
    return isAsked;
  }).toBe(true);

  await ben.preJoin.join('Ben');
  await ben.call.connected();
  await ben.call.switch('Chat', true);
  await ada.call.switch('Chat', true);
  await ada.call.more();
  await ada.page.getByRole('dialog', { name: 'More' }).getByRole('switch', { name: 'Only hosts write in the chat' }).click();
  await ada.call.more();
  const closed = ben.call.chat.getByText('Only hosts can write now.');
  await expect(closed).toBeVisible();

  const answered = ben.page.waitForResponse(asked);
  arrive();
  await (await answered).finished();
  await ada.call.say('I am the only one who writes');
  await expect(ben.call.messages).toContainText('the only one');
  await expect(closed, 'what came after the answer is here, and the rule still holds').toBeVisible();
});
