// (a) What must travel before a page can be used, before one is in the call, and what follows by itself: every script,
// style sheet and WebAssembly that the page fetched, compressed by brotli at its highest level. livekit-client comes in one
// file with what Parlour says to it: it counts for as much as it takes alone.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

import { build } from 'esbuild';

import { Visit } from './visit.mjs';

const HIGHEST = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } };
const IN_CALL_LIMIT_BYTES = 250_000;

const HERE = dirname(fileURLToPath(import.meta.url));
const LIBRARY = "import { Room } from 'livekit-client'; globalThis.room = new Room();";

const isLibrary = ({ path }) => /livekit/.test(path);
const compressed = (bytes) => brotliCompressSync(bytes, HIGHEST).length;
const sum = (files) => files.reduce((total, { bytes }) => total + bytes, 0);

/** How many bytes livekit-client takes, bundled as Parlour's files are. */
async function libraryBytes() {
  const stdin = { contents: LIBRARY, resolveDir: HERE };
  const options = { bundle: true, minify: true, write: false, format: 'esm', target: 'es2022', legalComments: 'none' };
  return compressed((await build({ stdin, ...options })).outputFiles[0].contents);
}

/** The built files that a visit fetches: until it is usable, until it is in the call, and with what follows. */
async function fetched(browser, url, follows) {
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
      files.push({ path, bytes: compressed(await body) });
    }
    return files;
  };
  await visit.ready();
  const usable = await list();
  await visit.join('Sizes');
  await visit.page.locator('main[data-connection=connected]').waitFor();
  const inCall = await list();
  if (follows) {
    const came = (name) => performance.getEntriesByType('resource').some((entry) => entry.name.includes(name));
    await visit.page.waitForFunction(came, follows);
  }
  const settled = await list();
  await visit.close();
  if (uncompressed.length) throw new Error(`served without brotli: ${uncompressed}`);
  return { usable, inCall, settled };
}

export async function measureSize(report, { browser, parlour, bare }) {
  const library = await libraryBytes();
  const ours = await fetched(browser, parlour, '/later.');
  const theirs = await fetched(browser, bare);
  const own = (files) => sum(files) - (files.some(isLibrary) ? library : 0);
  report.add('bytes to usable pre-join, without livekit-client', 'kB', own(ours.usable), { samples: ours.usable });
  report.add('bytes to in-call, without livekit-client', 'kB', own(ours.inCall), { atMost: IN_CALL_LIMIT_BYTES });
  report.add('the same with what follows by itself', 'kB', own(ours.settled), { samples: ours.settled });
  report.add('bytes to in-call, with livekit-client', 'kB', sum(ours.inCall), {
    bare: sum(theirs.inCall),
    samples: ours.inCall,
  });
}
