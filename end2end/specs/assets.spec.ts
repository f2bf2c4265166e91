// What is fetched where: the media library is never part of the home page, and ready before it is needed.
import type { Page } from '@playwright/test';

import { expect, test } from '../fixtures.ts';
import { poll } from '../wait.ts';

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
  await poll(() => files.filter((file) => LIBRARY.test(file)).length).toBe(1);
  await ada.preJoin.join('Ada');
  await ada.call.connected();
  expect(files.filter((file) => LIBRARY.test(file)), 'fetched once').toHaveLength(1);
});

test('built files are kept for ever, pages are not, and scripts need a nonce', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green');
  const files: { path: string; cache?: string }[] = [];
  ada.page.on('response', (response) => {
    const path = new URL(response.url()).pathname;
    if (/\.(js|css|wasm)$/.test(path)) files.push({ path, cache: response.headers()['cache-control'] });
  });
  const page = await ada.page.goto(await meeting());
  await ada.preJoin.interactive();
  const headers = page?.headers() ?? {};
  expect(headers['cache-control']).toMatch(/no-store|no-cache/);
  expect(headers['content-security-policy']).toMatch(/script-src [^;]*'nonce-/);
  expect(headers['content-security-policy']).not.toMatch(/script-src [^;]*'unsafe-inline'/);
  for (const kind of ['js', 'css', 'wasm']) {
    expect(files.some(({ path }) => path.endsWith(`.${kind}`)), kind).toBe(true);
  }
  for (const { path, cache } of files) expect(cache, path).toContain('immutable');
});
