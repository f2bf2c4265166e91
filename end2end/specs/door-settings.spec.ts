// The settings of a meeting: a host sets a password and invites somebody, and the door asks the one and not the other.
import { expectFlawless } from '../accessible.ts';
import { expect, test } from '../fixtures.ts';

const PASSWORD = 'seven quiet lighthouses';

test('a password keeps out who does not know it, and an invitation lets in who has it', async ({ person }) => {
  const ada = await person('Ada', 'green', { expectedErrors: [/400 \(Bad Request\).*\/settings\/password/] });
  const ben = await person('Ben', 'blue');
  const cora = await person('Cora', 'red');
  const link = await ada.begin();
  await ada.call.more();
  const opened = ada.page.context().waitForEvent('page');
  await ada.page.getByRole('link', { name: 'Meeting settings' }).click();
  const settings = await opened;
  await expect(settings.getByRole('heading', { level: 1 })).toContainText('Settings of');
  await expectFlawless(settings, 'settings');

  await settings.getByLabel('New password').fill('short');
  await settings.getByRole('button', { name: 'Set password' }).click();
  await expect(settings.getByLabel('New password')).toHaveAccessibleDescription(/Use at least 10 characters/);
  await settings.getByLabel('New password').fill(PASSWORD);
  await settings.getByRole('button', { name: 'Set password' }).click();
  await expect(settings.getByRole('status')).toContainText('The password is set.');
  await settings.getByRole('textbox', { name: 'For whom' }).fill('Cora');
  await settings.getByRole('button', { name: 'Make invitation' }).click();
  const invitation = (await settings.getByTestId('invitation-link').innerText()).trim();
  await expectFlawless(settings, 'settings with a password and an invitation');

  await ben.preJoin.open(link);
  const password = ben.page.getByLabel('Password of the meeting');
  await password.fill('not this one');
  await ben.preJoin.join('Ben');
  await expect(ben.page.getByRole('alert').filter({ hasText: "not the meeting's password" })).toBeVisible();
  await expect(password).toBeFocused();
  await expectFlawless(ben.page, 'the door that asks for a password');
  await password.fill(PASSWORD);
  await ben.preJoin.joinButton.click();
  await ben.call.connected();

  await cora.preJoin.open(invitation);
  await expect(cora.page.getByLabel('Password of the meeting')).toBeHidden();
  await cora.preJoin.join('Cora');
  await cora.call.connected();
  await expect(cora.page, 'whoever copies the address does not invite').toHaveURL(link);
});

test('a meeting that has not begun says when it does', async ({ person }) => {
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  const link = await ada.begin();
  await ada.page.goto(`${link}/settings`);
  await ada.page.getByLabel('Not before').fill('2030-07-31T09:30');
  await ada.page.getByRole('combobox', { name: 'Time zone' }).selectOption('UTC+05:30');
  await ada.page.getByRole('button', { name: 'Save meeting' }).click();
  await expect(ada.page.getByText('Newcomers come in from 31 July 2030, 09:30 UTC+05:30.')).toBeVisible();
  await ben.preJoin.open(link);
  await expect(ben.page.getByText('The meeting begins on 31 July 2030, 09:30 UTC+05:30.')).toBeVisible();
  await ben.preJoin.join('Ben');
  await expect(ben.page.getByRole('alert').filter({ hasText: 'has not begun yet' })).toBeVisible();
  await ada.page.goto(`${link}/settings/record`);
  await expect(ada.page.getByText('changed the settings.')).toBeVisible();
  await expectFlawless(ada.page, 'the record');
});
