// The switches of a meeting show what is so, also when nobody answers.
import type { Route } from '@playwright/test';

import { expect, test } from '../fixtures.ts';

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
