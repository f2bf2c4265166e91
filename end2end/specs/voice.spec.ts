// What a person is told about their own microphone before the others have to.
import { expect, test } from '../fixtures.ts';
import { tonesHeard } from '../measure.ts';
import { poll } from '../wait.ts';

test('who talks while muted is told, and unmutes with one click', async ({ pair }) => {
  const [ada, ben] = await pair();
  await poll(() => tonesHeard(ada.page)).toEqual([700]);
  const notice = ben.page.getByTestId('microphone-notice');
  await expect(notice).toBeHidden();

  await ben.call.switch('Microphone', false);
  await ada.call.expectMark('Ben', 'muted', true);
  await expect(notice).toContainText('muted');
  await poll(() => tonesHeard(ada.page), 'listening to oneself is not sending').toEqual([]);
  await notice.getByRole('button', { name: 'Unmute' }).click();
  await expect(notice).toBeHidden();
  await expect(ben.call.toggle('Microphone')).toHaveAttribute('aria-pressed', 'true');
  await poll(() => tonesHeard(ada.page)).toEqual([700]);
});

test('a microphone that gives nothing is said, and can be exchanged and restarted from there', async ({ person, meeting }) => {
  const ben = await person('Ben', 'silent');
  await ben.join(await meeting());
  const notice = ben.page.getByTestId('microphone-notice');
  await expect(notice).toContainText('no sound');
  await notice.getByRole('button', { name: 'Other microphone' }).click();
  await expect(ben.page.getByRole('status').filter({ hasText: /Parlour uses “Fake Audio Input \d” now/ })).toBeVisible();
  await expect(notice, 'the other one is as silent').toContainText('no sound');
  await notice.getByRole('button', { name: 'Restart it' }).click();
  await expect(notice, 'it is listened to anew').toBeHidden();
});
