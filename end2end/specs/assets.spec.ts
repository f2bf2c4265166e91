// What is fetched where: the media library is never part of the home page, and ready before it is needed.
import type { Page } from '@playwright/test';

import { expect, test } from '../fixtures.ts';

/** The built file that holds livekit-client; signalling (`/rtc…`) is no file. */
const LIBRARY = /\/[^/?]*livekit[^/?]*\.js$/;

function filesFetched(page: Page): string[] {
  const files: string[] = [];
  page.on('request', (request) => files.push(new URL(request.url()).pathname));
  return files;
}

test('the home page does without livekit-client; pre-join fetches it once, ahead of joining', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green');
  const files = filesFetched(ada.page);
  await ada.home.open();
  await ada.page.waitForLoadState('networkidle');
  expect(files.filter((file) => LIBRARY.test(file))).toEqual([]);

  await ada.preJoin.open(await meeting());
  await expect.poll(() => files.filter((file) => LIBRARY.test(file)).length).toBe(1);
  await ada.preJoin.join('Ada');
  await ada.call.connected();
  expect(files.filter((file) => LIBRARY.test(file)), 'fetched once').toHaveLength(1);
});

test('built files are compressed and kept for ever, pages are not', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green');
  const answers: { path: string; encoding?: string; cache?: string }[] = [];
  ada.page.on('response', async (response) => {
    if (!/\.(js|css|wasm)$/.test(new URL(response.url()).pathname)) return;
    const headers = response.headers();
    answers.push({
      path: new URL(response.url()).pathname,
      encoding: headers['content-encoding'],
      cache: headers['cache-control'],
    });
  });
  const page = await ada.page.goto(await meeting());
  await ada.preJoin.interactive();
  expect(page?.headers()['cache-control']).toMatch(/no-store|no-cache/);
  expect(page?.headers()['content-security-policy']).toMatch(/script-src [^;]*'nonce-/);
  expect(page?.headers()['content-security-policy']).not.toMatch(/script-src [^;]*'unsafe-inline'/);
  await expect.poll(() => answers.map(({ path }) => path.replace(/.*\./, '')).sort()).toContain('wasm');
  for (const answer of answers) {
    expect(answer.encoding, answer.path).toBe('br');
    expect(answer.cache, answer.path).toContain('immutable');
  }
});
