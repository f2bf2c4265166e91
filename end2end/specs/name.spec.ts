// Another name in the middle of a call.
import { expect, test } from '../fixtures.ts';

test('whoever changes their name is called by it at once, by everybody, and after a reload', async ({ pair }) => {
  const [ada, ben] = await pair();
  await ada.call.more();
  await ada.call.ownName.fill('  ');
  await ada.call.changeName.click();
  await expect(ada.page.getByText('Enter your name')).toBeVisible();

  await ada.call.ownName.fill('Ada Lovelace');
  await ada.call.changeName.click();
  await expect(ada.call.tile('Ada Lovelace (you)')).toBeVisible();
  await expect(ben.call.tile('Ada Lovelace')).toBeVisible();
  await ada.call.more();
  await ada.call.switch('Chat', true);
  await ada.call.say('It is still me.');
  await ben.call.switch('Chat', true);
  await expect(ben.call.messages.getByRole('article')).toContainText('Ada Lovelace');

  await ada.page.reload();
  await expect(ada.preJoin.name).toHaveValue('Ada Lovelace');
});

test('a name that cannot be changed is the old one again', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green', { expectedErrors: [/status of 500/, /Failed to load resource/] });
  await ada.join(await meeting());
  await ada.page.route('**/api/fn/set_name', (route) => route.abort());
  await ada.call.more();
  await ada.call.ownName.fill('Eve');
  await ada.call.changeName.click();
  await expect(ada.page.getByRole('alert').getByText('Your name could not be changed')).toBeVisible();
  await expect(ada.call.tile('Ada (you)')).toBeVisible();
});
