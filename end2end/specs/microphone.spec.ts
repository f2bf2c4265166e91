// A microphone that ends, and one that may not be used any more: what the others hear, and what its owner is told.
import { expect, joinTogether, test } from '../fixtures.ts';
import { tonesHeard } from '../measure.ts';
import { capturing } from '../probe.ts';

test('a microphone that ends by itself is opened again and heard', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  await joinTogether(link, ada, ben);
  await expect.poll(() => tonesHeard(ada.page)).toEqual([700]);

  const left = await ben.page.evaluate(() => {
    const microphones = [...window.parlourProbe.captures].filter((track) => track.kind === 'audio');
    for (const track of microphones.filter(({ readyState }) => readyState === 'live')) {
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
    return microphones.filter(({ readyState }) => readyState === 'live').length;
  });
  expect(left).toBe(0);
  await expect.poll(() => capturing(ben.page)).toContain('audio');
  await expect.poll(() => tonesHeard(ada.page)).toEqual([700]);
  await expect(ben.call.toggle('Microphone')).toHaveAttribute('aria-pressed', 'true');
  await ada.call.expectMark('Ben', 'muted', false);
});

test('who may only listen is not asked to unmute, and nothing of theirs stays open', async ({ person }) => {
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  await ben.join(await ada.begin());
  await expect.poll(() => tonesHeard(ada.page)).toEqual([700]);
  await ada.call.switch('People', true);
  const line = ada.call.participants.getByRole('listitem').filter({ hasText: 'Ben' });
  const ask = line.getByRole('button', { name: 'Ask Ben to unmute' });
  const notice = ben.page.getByTestId('microphone-notice');
  await ben.call.switch('Microphone', false);
  await expect(ask).toBeVisible();
  await expect(notice).toContainText('You are talking');

  await line.locator('summary').filter({ hasText: 'What to do about Ben' }).click();
  await line.getByRole('button', { name: 'Let only listen' }).click();
  await expect(ben.call.toggle('Microphone')).toBeDisabled();
  await expect(ask).toHaveCount(0);
  await expect(notice).toBeHidden();
  await expect.poll(() => capturing(ben.page)).toEqual([]);

  await line.getByRole('button', { name: 'Let take part' }).click();
  await expect(ben.call.toggle('Microphone')).toBeEnabled();
  await ben.call.switch('Microphone', true);
  await expect.poll(() => tonesHeard(ada.page)).toEqual([700]);
});
