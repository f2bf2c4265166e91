// The whole-product tests: starts Parlour with its LiveKit in a network namespace of its own and runs
// Playwright against it. `node end2end/run.mjs [Playwright's arguments]`; `PARLOUR_BIN` names the server,
// `PARLOUR_CHROMIUM` the browser, `PARLOUR_LIVEKIT_BIN` the LiveKit server.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { insideNamespace } from './lib/namespace.mjs';
import { startProduct } from './lib/product.mjs';
import { makeMedia } from './media.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
/** The part of the server's log that is printed when a test has failed. */
const LOG_TAIL_LINES = 200;

/** Runs Playwright and answers its exit code; passes signals on to it, so that the product is stopped after it. */
function playwright(url, args) {
  const cli = createRequire(import.meta.url).resolve('@playwright/test/cli');
  const config = join(HERE, 'playwright.config.ts');
  const child = spawn(process.execPath, [cli, 'test', '-c', config, ...args], {
    stdio: 'inherit',
    env: { ...process.env, PARLOUR_TEST_URL: url },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(error);
      resolve(1);
    });
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

async function main() {
  const started = Date.now();
  makeMedia();
  const product = await startProduct();
  console.log(`end-to-end: Parlour is ready after ${((Date.now() - started) / 1_000).toFixed(1)} s`);
  const code = await playwright(product.url, process.argv.slice(2));
  if (code !== 0) {
    const lines = product.log().trimEnd().split('\n');
    console.error(`\n--- the server's log (last ${LOG_TAIL_LINES} of ${lines.length} lines)`);
    console.error(lines.slice(-LOG_TAIL_LINES).join('\n'));
  }
  await product.stop();
  console.log(`end-to-end: ${code === 0 ? 'passed' : 'failed'} in ${((Date.now() - started) / 1_000).toFixed(1)} s`);
  return code;
}

if (insideNamespace()) {
  process.exitCode = await main().catch((error) => {
    console.error(error.message);
    return 1;
  });
}
