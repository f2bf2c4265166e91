// What needs no pointer; what axe has to say of every page, visual.spec.ts asks on its way.
import { expect, test } from '../fixtures.ts';

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
