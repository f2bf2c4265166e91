// "You are muted": a message between two people that has to arrive, and says whether it has.
import { WITHOUT_SERVER } from '../faults.ts';
import { expect, test } from '../fixtures.ts';
import { tonesHeard } from '../measure.ts';
import { hang } from '../probe.ts';
import { poll } from '../wait.ts';

/** What a page says that wakes up outside the meeting. */
const REMOVED_MEANWHILE = [...WITHOUT_SERVER, /status of 403/];

test('who is muted can be asked to unmute, is not pestered, and nobody is told that a question arrived that did not', async ({ person }) => {
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue', { expectedErrors: REMOVED_MEANWHILE });
  await ben.join(await ada.begin());
  await ada.call.switch('People', true);
  const line = ada.call.participants.getByRole('listitem').filter({ hasText: 'Ben' });
  const ask = ada.call.participants.getByRole('button', { name: 'Ask Ben to unmute' });
  const arrived = ada.page.getByRole('status').filter({ hasText: 'Ben was asked to unmute.' });
  const notice = ben.page.getByTestId('microphone-notice').filter({ hasText: 'Ada asks you to unmute.' });
  await expect(line).toHaveCount(1);
  await expect(ask).toHaveCount(0);
  await ben.call.switch('Microphone', false);

  await test.step('"Not now" leaves it as it is', async () => {
    await ask.click();
    await expect(arrived).toBeVisible();
    await ada.page.getByRole('button', { name: 'Dismiss' }).click();
    await expect(arrived).toHaveCount(0);
    await notice.getByRole('button', { name: 'Not now' }).click();
    await expect(notice).toHaveCount(0);
    await expect(ben.call.toggle('Microphone')).toHaveAttribute('aria-pressed', 'false');
  });

  await test.step('asked again so soon, it is not shown again', async () => {
    await ask.click();
    await expect(arrived).toBeVisible();
    await expect(notice).toHaveCount(0);
  });

  await test.step('whoever has come anew can be asked, and unmutes with one click', async () => {
    await ben.page.reload();
    await ben.preJoin.interactive();
    await ben.preJoin.join('Ben');
    await ben.call.connected();
    await expect(ben.call.toggle('Microphone'), 'what was off stays off').toHaveAttribute('aria-pressed', 'false');
    await expect(line).toHaveCount(1);
    await ask.click();
    await expect(notice).toBeVisible();
    await notice.getByRole('button', { name: 'Unmute' }).click();
    await expect(notice).toHaveCount(0);
    await expect(ben.call.toggle('Microphone')).toHaveAttribute('aria-pressed', 'true');
    await poll(() => tonesHeard(ada.page)).toEqual([700]);
    await expect(ask).toHaveCount(0);
  });

  await test.step('a question to a page that hangs is given up with whoever it belongs to', async () => {
    await ben.call.switch('Microphone', false);
    await expect(ask).toBeVisible();
    const goOn = await hang(ben.page);
    await ask.click();
    await line.locator('summary').filter({ hasText: 'What to do about Ben' }).click();
    await line.getByRole('button', { name: 'Remove' }).click();
    await expect(ada.page.getByRole('alert').filter({ hasText: 'Ben could not be asked to unmute.' })).toBeVisible();
    await goOn();
  });
});
