// `?debug`: what the call does, for whoever reports a bug.
import { readFile } from 'node:fs/promises';
import { expect, test } from '../fixtures.ts';

test('the debug panel shows the call live, and saves a report without names, messages or tokens', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green');
  const ben = await person('Ben Secretname', 'blue');
  await ben.join(link);
  await ben.call.switch('Chat', true);
  await ben.call.say('nobody else is to read this');
  await ada.join(`${link}?debug`);
  const panel = ada.page.getByRole('complementary', { name: 'Debug' });
  await expect(panel).toContainText('connection: connected · profile: production');
  const tracks = panel.getByRole('list', { name: 'Tracks' });
  await expect(tracks.getByRole('listitem').filter({ hasText: /^in camera TR_.* \d+ px [1-9]\d* kbit\/s/ })).toHaveCount(1);
  await expect(tracks.getByRole('listitem').filter({ hasText: /^out microphone TR_/ })).toHaveCount(1);
  await expect(tracks.getByRole('listitem')).toHaveCount(4);
  await expect(panel.getByRole('list', { name: 'Events' })).toContainText('connection connected');

  const [download] = await Promise.all([
    ada.page.waitForEvent('download'),
    panel.getByRole('button', { name: 'Download report' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('parlour-report.json');
  const text = await readFile(await download.path(), 'utf8');
  const report = JSON.parse(text);
  expect(report.connection).toBe('connected');
  expect(report.profile).toMatchObject({ profile: 'production', captureHeight: '720' });
  expect(report.tracks).toHaveLength(4);
  expect(report.events.map(({ kind }: { kind: string }) => kind)).toEqual(expect.arrayContaining(['connection', 'connected']));
  for (const secret of ['Secretname', 'nobody else', link.slice(1), 'eyJ']) expect(text).not.toContain(secret);

  await panel.getByRole('button', { name: 'Close' }).click();
  await expect(panel).toHaveCount(0);
});
