// "You are muted": a message between two people that has to arrive, and says whether it has.
import { expect, test } from '../fixtures.ts';
import { tonesHeard } from '../measure.ts';
import { poll } from '../wait.ts';

/** Four times three seconds, and what a slow machine adds. */
const GIVEN_UP_MS = 20_000;

test('who is muted can be asked to unmute, and does with one click', async ({ pair }) => {
  const [ada, ben] = await pair();
  await ada.call.switch('People', true);
  const ask = ada.call.participants.getByRole('button', { name: 'Ask Ben to unmute' });
  await expect(ada.call.participants).toContainText('Ben');
  await expect(ask).toHaveCount(0);

  await ben.call.switch('Microphone', false);
  await ask.click();
  await expect(ada.page.getByRole('status').filter({ hasText: 'Ben was asked to unmute.' })).toBeVisible();
  const notice = ben.page.getByTestId('microphone-notice').filter({ hasText: 'Ada asks you to unmute.' });
  await expect(notice).toBeVisible();
  await notice.getByRole('button', { name: 'Unmute' }).click();
  await expect(notice).toHaveCount(0);
  await expect(ben.call.toggle('Microphone')).toHaveAttribute('aria-pressed', 'true');
  await poll(() => tonesHeard(ada.page)).toEqual([700]);
  await expect(ask).toHaveCount(0);
});

test('nobody is pestered, and nobody is told that a question arrived that did not', async ({ pair }) => {
  const [ada, ben] = await pair();
  await ben.call.switch('Microphone', false);
  await ada.call.switch('People', true);
  const ask = ada.call.participants.getByRole('button', { name: 'Ask Ben to unmute' });
  await ask.click();
  const notice = ben.page.getByTestId('microphone-notice').filter({ hasText: 'Ada asks you to unmute.' });
  await notice.getByRole('button', { name: 'Not now' }).click();
  await expect(notice).toHaveCount(0);
  await expect(ben.call.toggle('Microphone')).toHaveAttribute('aria-pressed', 'false');
  const arrived = ada.page.getByRole('status').filter({ hasText: 'Ben was asked to unmute.' });
  await expect(arrived).toBeVisible();
  await ada.page.getByRole('button', { name: 'Dismiss' }).click();
  await expect(arrived).toHaveCount(0);

  await ask.click();
  await expect(arrived).toBeVisible();
  await expect(notice).toHaveCount(0);

  // His page does nothing any more, so it cannot take anything in: it is asked four times, and given up.
  const hanging = await ben.context.newCDPSession(ben.page);
  await hanging.send('Debugger.enable');
  await hanging.send('Debugger.pause');
  await ask.click();
  const failed = ada.page.getByRole('alert').filter({ hasText: 'Ben could not be asked to unmute.' });
  await expect(failed).toBeVisible({ timeout: GIVEN_UP_MS });
  await hanging.send('Debugger.resume');
});
