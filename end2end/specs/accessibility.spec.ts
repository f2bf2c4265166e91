// axe finds nothing serious on any page, in light and dark.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { expect, test } from '../fixtures.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function expectAccessible(page: Page, what: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
    const serious = violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`);
    expect(serious, `${what}, ${colorScheme}`).toEqual([]);
  }
}

test('home, pre-join, call with its panels, and the page after it', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  await ben.join(link);

  await ada.home.open();
  await expectAccessible(ada.page, 'home');
  await ada.preJoin.open(link);
  await expect(ada.preJoin.level).toBeVisible();
  await expectAccessible(ada.page, 'pre-join');
  await ada.preJoin.join('Ada');
  await ada.call.connected();
  await expect(ada.call.tiles).toHaveCount(2);
  await expectAccessible(ada.page, 'call');
  await ada.call.switch('Chat', true);
  await ada.call.say('a message');
  await expect(ada.call.messages).toContainText('a message');
  await expectAccessible(ada.page, 'chat');
  await ben.call.switch('Raise hand', true);
  await ada.call.switch('People', true);
  await expect(ada.call.handPlace('Ben')).toHaveText('1');
  await expect(ada.call.participants.getByRole('listitem')).toHaveCount(2);
  await expectAccessible(ada.page, 'people');
  const second = await ada.anotherTab();
  await second.preJoin.open(link);
  await second.preJoin.joinButton.click();
  await expect(second.moveCall.dialog).toBeVisible();
  await expectAccessible(second.page, 'move the call');
  await ada.call.leave();
  await expectAccessible(ada.page, 'left');
});

test('the door from both sides, and what hosts do', async ({ person }) => {
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  const cora = await person('Cora', 'red');
  const link = await ada.begin();
  await ben.join(link);
  await ada.call.more();
  const ask = ada.page.getByRole('switch', { name: 'Ask before joining' });
  await ask.click();
  await expect(ask).toBeChecked();
  await expectAccessible(ada.page, 'what hosts decide');
  await ada.call.more();
  await cora.preJoin.open(link);
  await cora.preJoin.join('Cora');
  await expect(cora.page.getByText('You are the next.')).toBeVisible();
  await expectAccessible(cora.page, 'waiting');
  await expect(ada.page.getByTestId('door-notice')).toBeVisible();
  await expectAccessible(ada.page, 'somebody waits');
  await ada.call.switch('People', true);
  await ada.call.participants.locator('summary').filter({ hasText: 'What to do about Ben' }).press('Enter');
  await expect(ada.call.participants.getByRole('button', { name: 'Make co-host' })).toBeVisible();
  await expectAccessible(ada.page, 'people, with those who wait and what can be done');
  await ada.call.people.getByRole('button', { name: 'Admit', exact: true }).press('Enter');
  await cora.call.connected();
  await expect(ada.call.people.getByRole('heading', { name: 'People' }), 'the focus stays in the list').toBeFocused();
});

test('the 404 page and the guide for denied devices', async ({ person, meeting }) => {
  const eve = await person('Eve', 'blue', { permissions: [], expectedErrors: [/status of 404/] });
  await eve.page.goto('/aaaa-bbbbb-cccc');
  await expectAccessible(eve.page, '404');
  await eve.preJoin.open(await meeting());
  await expect(eve.page.getByRole('alert').filter({ hasText: /join without/i }).first()).toBeVisible();
  await expectAccessible(eve.page, 'denied');
});

test('the call can be left by keyboard alone', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green');
  await ada.preJoin.open(await meeting());
  await ada.preJoin.name.focus();
  await ada.page.keyboard.type('Ada');
  await ada.page.keyboard.press('Enter');
  await ada.call.connected();
  await expect(ada.page.getByRole('heading', { level: 1 }), 'the focus is where the page begins').toBeFocused();
  const focused = () => ada.page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
  for (let presses = 0; presses < 20 && (await focused()) !== 'Chat'; presses++) await ada.page.keyboard.press('Tab');
  await ada.page.keyboard.press('Enter');
  await expect(ada.call.chat.getByRole('textbox', { name: 'Message' })).toBeFocused();
  await ada.call.chat.getByRole('button', { name: 'Close chat' }).press('Enter');
  await expect(ada.call.toggle('Chat'), 'a closed panel gives the focus back').toBeFocused();
  for (let presses = 0; presses < 20 && (await focused()) !== 'Leave'; presses++) await ada.page.keyboard.press('Tab');
  await ada.page.keyboard.press('Enter');
  await expect(ada.page.getByRole('heading', { name: 'You left the meeting' })).toBeVisible();
});
