// A hand is raised again after a rejoin, also when the server is too busy for it at first.
import type { Route } from '@playwright/test';

import { WHILE_GONE, killLivekit } from '../faults.ts';
import { expect, test } from '../fixtures.ts';

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
