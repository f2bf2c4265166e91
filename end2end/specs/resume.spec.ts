// What somebody does while livekit-client resumes its session reaches the room when it has.
import type { Page } from '@playwright/test';

import { WHILE_GONE } from '../faults.ts';
import { expect, joinTogether, test, type Person } from '../fixtures.ts';
import { endScreen } from '../probe.ts';

/** Stands between a page that has not connected yet and LiveKit's signalling; answers how to cut that, and then how to let
 * it come back. */
async function breakable(page: Page): Promise<() => () => void> {
  let close = (): void => undefined;
  let allowed = Promise.resolve();
  await page.routeWebSocket(/\/rtc/, async (socket) => {
    await allowed;
    const livekit = socket.connectToServer();
    close = () => {
      void socket.close({ code: 4_000 });
      void livekit.close();
    };
  });
  return () => {
    let allow = (): void => undefined;
    allowed = new Promise((resolve) => (allow = resolve));
    close();
    return allow;
  };
}

/** A room that is joined anew makes more of them. */
const connectionsMade = ({ page }: Person): Promise<number> => page.evaluate(() => window.parlourProbe.connections.length);

test('a screen that ends by itself while nobody can see it is offered again', async ({ person, meeting }) => {
  const cora = await person('Cora', 'red', { expectedErrors: WHILE_GONE });
  const cut = await breakable(cora.page);
  await cora.join(await meeting());
  await cora.call.switch('Share screen', true);
  await expect(cora.call.tile('screen', 'screen_share')).toBeVisible();

  const letReturn = cut();
  await expect(cora.call.main).toHaveAttribute('data-connection', 'reconnecting');
  await endScreen(cora.page);
  await expect(cora.call.toggle('Share screen')).toHaveAttribute('aria-pressed', 'false');
  letReturn();
  await cora.call.connected();
  const notice = cora.page.getByTestId('share-notice');
  await expect(notice).toBeVisible();
  await cora.call.switch('Share screen', true);
  await expect(cora.call.tile('screen', 'screen_share')).toBeVisible();
  await expect(notice, 'it is shared again, if not by its button').toBeHidden();
});

test('a screen that is no longer shared when livekit-client has resumed is gone for everybody', async ({ person, meeting }) => {
  const cora = await person('Cora', 'red', { expectedErrors: WHILE_GONE });
  const ben = await person('Ben', 'blue');
  const cut = await breakable(cora.page);
  await joinTogether(await meeting(), cora, ben);
  await cora.call.switch('Share screen', true);
  const screen = ben.call.tile('Cora', 'screen_share');
  await expect(screen).toBeVisible();
  const made = await connectionsMade(cora);

  const letReturn = cut();
  await expect(cora.call.main).toHaveAttribute('data-connection', 'reconnecting');
  await cora.call.switch('Share screen', false);
  letReturn();
  await cora.call.connected();
  expect(await connectionsMade(cora), 'it is the same room').toBe(made);
  await expect(screen).toHaveCount(0);

  await cora.call.switch('Share screen', true);
  await expect(screen).toHaveCount(1);
});
