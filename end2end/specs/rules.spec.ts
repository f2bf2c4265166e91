// The switches of a meeting show what is so, also when nobody answers.
import { expect, test } from '../fixtures.ts';

test('a switch of the meeting goes back when nobody answers', async ({ person }) => {
  const ada = await person('Ada', 'green');
  await ada.begin();
  const asked = '**/api/fn/moderate*';
  await ada.page.route(asked, () => undefined); // on its way for ever
  await ada.call.more();
  const lock = ada.page.getByRole('dialog', { name: 'More' }).getByRole('switch', { name: 'Lock the meeting' });
  await lock.click();
  await expect(lock).toBeChecked();
  await expect(lock).not.toBeChecked();
  await expect(ada.page.getByText('Parlour cannot be reached.')).toBeVisible();

  await ada.page.unroute(asked);
  await lock.click();
  await expect(lock).toBeChecked();
});
