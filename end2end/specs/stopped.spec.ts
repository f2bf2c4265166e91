// An application that has stopped cannot leave any more: its page does.
import { expect, joinTogether, test } from '../fixtures.ts';

/** LiveKit would notice a silent disappearance after many seconds; a goodbye arrives at once. */
const GOODBYE_MS = 5_000;

/** Keeps the application from hearing that its page goes: it listens first, and livekit-client's adapter after it. */
function deafenOnce(): void {
  const listen = window.addEventListener.bind(window) as (type: string, ...rest: unknown[]) => void;
  let heard = false;
  window.addEventListener = (type: string, ...rest: unknown[]) => {
    const first = type === 'pagehide' && !heard;
    heard ||= first;
    if (!first) listen(type, ...rest);
  };
}

test('who closes the tab of an application that has stopped leaves no ghost', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green', { expectedErrors: [/^uncaught:/, /^console: Uncaught/] });
  const ben = await person('Ben', 'blue');
  await ada.page.addInitScript(deafenOnce);
  await joinTogether(await meeting(), ada, ben);
  await expect(ben.call.tile('Ada')).toBeVisible();
  await ada.page.evaluate(() => {
    setTimeout(() => {
      throw new WebAssembly.RuntimeError('unreachable');
    });
  });
  await expect(ada.page.getByRole('alert').filter({ hasText: 'stopped working' })).toBeVisible();
  await ada.page.close({ runBeforeUnload: true });
  await expect(ben.call.tile('Ada')).toHaveCount(0, { timeout: GOODBYE_MS });
});
