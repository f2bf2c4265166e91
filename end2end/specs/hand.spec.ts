// Raised hands: everybody sees the same queue. That nothing but their owner takes them down, recovery.spec.ts sees.
import { expect, test } from '../fixtures.ts';

test('hands are seen by all in the order in which they went up, and of many clicks the last one counts', async ({ pair }) => {
  const [ada, ben] = await pair();
  await ada.call.switch('People', true);
  await ben.call.switch('People', true);

  await ben.call.switch('Raise hand', true);
  await ada.call.expectMark('Ben', 'hand', true);
  await expect(ada.page.getByRole('status').filter({ hasText: 'Ben raised a hand' })).toBeAttached();
  await expect(ada.call.handPlace('Ben')).toHaveText('1');
  await ada.call.switch('Raise hand', true);
  for (const { call } of [ada, ben]) {
    await call.expectMark('Ada', 'hand', true);
    await expect(call.handPlace('Ben')).toHaveText('1');
    await expect(call.handPlace('Ada')).toHaveText('2');
  }

  await ben.call.switch('Raise hand', false);
  for (const { call } of [ada, ben]) {
    await call.expectMark('Ben', 'hand', false);
    await expect(call.handPlace('Ben')).toHaveCount(0);
    await expect(call.handPlace('Ada')).toHaveText('1');
  }

  await test.step('many clicks', async () => {
    const toggle = ben.call.toggle('Raise hand');
    for (const up of [true, false]) {
      await toggle.evaluate((button: HTMLButtonElement) => [1, 2, 3].forEach(() => button.click()));
      await expect(toggle).toHaveAttribute('aria-busy', 'false');
      await expect(toggle).toHaveAttribute('aria-pressed', String(up));
      await ada.call.expectMark('Ben', 'hand', up);
    }
  });
});

test('a hand that the server does not take goes down again, with a word', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green', { expectedErrors: [/status of 503/] });
  await ada.join(await meeting());
  const toggle = ada.call.toggle('Raise hand');
  let refuse = () => {};
  const asked = new Promise<void>((resolve) => (refuse = resolve));
  await ada.page.route('**/api/fn/set_hand', async (route) => {
    await asked;
    await route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"code":"media_unavailable"}' });
  });
  await ada.call.switch('Raise hand', true);
  await expect(toggle, 'it answers before the server does').toHaveAttribute('aria-busy', 'true');
  refuse();
  await expect(toggle).toHaveAttribute('aria-pressed', 'false');
  await expect(ada.page.getByRole('alert').filter({ hasText: 'Your hand could not be raised.' })).toBeVisible();
});
