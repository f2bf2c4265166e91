// (a) What must travel before a page can be used, and before one is in the call: every script, style sheet
// and WebAssembly that the page fetched, compressed by brotli at its highest level.
import { brotliCompressSync, constants } from 'node:zlib';

import { Visit } from './visit.mjs';

const HIGHEST = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } };
const IN_CALL_LIMIT_BYTES = 250_000;

const isLibrary = (path) => /livekit/.test(path);
const sum = (files) => files.reduce((total, { bytes }) => total + bytes, 0);

/** The built files that a visit fetches: until it is usable, and until it is in the call. */
async function fetched(browser, url) {
  const bodies = new Map();
  const uncompressed = [];
  const visit = await Visit.open(browser, url, (page) =>
    page.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (!/\.(js|css|wasm)$/.test(pathname)) return;
      if (response.headers()['content-encoding'] !== 'br') uncompressed.push(pathname);
      bodies.set(pathname, response.body());
    }),
  );
  const list = async () => {
    const files = [];
    for (const [path, body] of [...bodies]) {
      files.push({ path, bytes: brotliCompressSync(await body, HIGHEST).length });
    }
    return files;
  };
  await visit.ready();
  const usable = await list();
  await visit.join('Sizes');
  await visit.page.locator('main[data-connection=connected]').waitFor();
  const inCall = await list();
  await visit.close();
  if (uncompressed.length) throw new Error(`served without brotli: ${uncompressed}`);
  return { usable, inCall };
}

export async function measureSize(report, { browser, parlour, bare }) {
  const ours = await fetched(browser, parlour);
  const theirs = await fetched(browser, bare);
  const own = (files) => files.filter(({ path }) => !isLibrary(path));
  report.add('bytes to usable pre-join, without livekit-client', 'kB', sum(own(ours.usable)), { samples: ours.usable });
  report.add('bytes to in-call, without livekit-client', 'kB', sum(own(ours.inCall)), { atMost: IN_CALL_LIMIT_BYTES });
  report.add('bytes to in-call, with livekit-client', 'kB', sum(ours.inCall), {
    bare: sum(theirs.inCall),
    samples: ours.inCall,
  });
}
