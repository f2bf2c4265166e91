// What is fetched where: the media library is never part of the home page, and ready before it is needed.
import type { Page } from '@playwright/test';

import { expect, test } from '../fixtures.ts';
import { poll } from '../wait.ts';

/** The built file that holds livekit-client; signalling (`/rtc…`) is no file. */
const LIBRARY = /\/[^/?]*livekit[^/?]*\.js$/;

/** Every file that a page fetches from now on. */
function filesFetched(page: Page): string[] {
  const files: string[] = [];
  page.on('request', (request) => files.push(new URL(request.url()).pathname));
  return files;
}

/** Every built file that a page is given from now on, and for how long it may be kept. */
function built(page: Page): { path: string; cache?: string }[] {
  const files: { path: string; cache?: string }[] = [];
  page.on('response', (response) => {
    const path = new URL(response.url()).pathname;
    if (/\.(js|css|wasm)$/.test(path)) files.push({ path, cache: response.headers()['cache-control'] });
  });
  return files;
}

test('every page fetches what it needs, once, and keeps it for ever', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green');
  const files = filesFetched(ada.page);
  const kept = built(ada.page);

  await test.step('the home page does without livekit-client', async () => {
    await ada.home.open();
    await ada.page.waitForLoadState('networkidle');
    expect(files.filter((file) => LIBRARY.test(file))).toEqual([]);
  });

  await test.step('a page is not kept, and its scripts need a nonce', async () => {
    const page = await ada.page.goto(await meeting());
    await ada.preJoin.interactive();
    const headers = page?.headers() ?? {};
    expect(headers['cache-control']).toMatch(/no-store|no-cache/);
    expect(headers['content-security-policy']).toMatch(/script-src [^;]*'nonce-/);
    expect(headers['content-security-policy']).not.toMatch(/script-src [^;]*'unsafe-inline'/);
  });

  await test.step('pre-join fetches livekit-client, ahead of joining and not again', async () => {
    await poll(() => files.filter((file) => LIBRARY.test(file)).length).toBe(1);
    await ada.preJoin.join('Ada');
    await ada.call.connected();
    expect(files.filter((file) => LIBRARY.test(file)), 'fetched once').toHaveLength(1);
    expect(files.filter((file) => file.includes('debug')), 'nobody has asked for it').toEqual([]);
  });

  for (const kind of ['js', 'css', 'wasm']) {
    expect(kept.some(({ path }) => path.endsWith(`.${kind}`)), kind).toBe(true);
  }
  for (const { path, cache } of kept) expect(cache, path).toContain('immutable');
});
