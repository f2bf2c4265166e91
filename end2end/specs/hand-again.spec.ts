// A hand is raised again after a rejoin, also when the server is too busy for it at first, and at its place.
import type { Route } from '@playwright/test';

import { WHILE_GONE, holdLivekit, killLivekit } from '../faults.ts';
import { expect, test } from '../fixtures.ts';
import { poll } from '../wait.ts';

const BUSY = { status: 503, contentType: 'application/problem+json', body: '{"code":"media_unavailable"}' };

const FIRST_ANSWERS: [string, (route: Route) => Promise<void>][] = [
  ['a single refusal', (route) => route.fulfill(BUSY)],
  ['an answer that never comes', () => Promise.resolve()],
];

for (const [what, answer] of FIRST_ANSWERS) {
  test(`${what} after a rejoin does not lower a hand`, async ({ person, meeting }) => {
    const ada = await person('Ada', 'green', { expectedErrors: [...WHILE_GONE, /status of 503/] });
    await ada.join(await meeting());
    await ada.call.switch('Raise hand', true);
    await ada.call.expectMark('Ada', 'hand', true);

    let asked = 0;
    await ada.page.route('**/api/fn/set_hand', async (route) => {
      asked += 1;
      await (asked > 1 ? route.continue() : answer(route));
    });
    killLivekit();
    await expect(ada.call.main).toHaveAttribute('data-connection', 'reconnecting');
    await ada.call.connected();
    await expect.poll(() => asked, { timeout: 15_000 }).toBeGreaterThan(1);
    await ada.call.expectMark('Ada', 'hand', true);
    await expect(ada.call.toggle('Raise hand')).toHaveAttribute('aria-pressed', 'true');
    await expect(ada.page.getByRole('alert').filter({ hasText: 'Your hand could not be raised.' })).toHaveCount(0);
  });
}

test('who lowers a hand between two rooms and raises it again is the last in the queue', async ({ pair }) => {
  const [ada, ben] = await pair({ expectedErrors: WHILE_GONE });
  await ada.call.switch('People', true);
  const places = async () =>
    [await ada.call.handPlace('Ada').textContent(), await ada.call.handPlace('Ben').textContent()].join();
  await ada.call.switch('Raise hand', true);
  await ben.call.expectMark('Ada', 'hand', true);
  await ben.call.switch('Raise hand', true);
  await poll(places).toBe('1,2');

  const letStart = holdLivekit();
  try {
    killLivekit();
    await expect(ada.page.getByRole('button', { name: 'Try now' }), 'the old room is given up').toBeVisible();
    await ada.call.switch('Raise hand', false);
    await ada.call.switch('Raise hand', true);
  } finally {
    letStart();
  }
  for (const { call } of [ada, ben]) await call.connected();
  await poll(places, { timeout: 15_000 }).toBe('2,1');
});
