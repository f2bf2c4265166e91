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

/**
 * Runs Playwright and answers its exit code; passes signals on to it, so that the product is stopped after
 * it. Without the product there is nothing to test: then it ends at once.
 */
function playwright({ url, data, mediaTcpPort, ended }, args) {
  const cli = createRequire(import.meta.url).resolve('@playwright/test/cli');
  const config = join(HERE, 'playwright.config.ts');
  const child = spawn(process.execPath, [cli, 'test', '-c', config, ...args], {
    stdio: 'inherit',
    env: {
      ...process.env,
      PARLOUR_TEST_URL: url,
      PARLOUR_TEST_DATA: data,
      PARLOUR_TEST_MEDIA_TCP_PORT: String(mediaTcpPort),
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  let done = false;
  ended.then((how) => {
    if (done) return;
    console.error(`the server ended while it was tested (${how})`);
    child.kill();
  });
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(error);
      resolve(1);
    });
    child.once('exit', (code) => {
      done = true;
      resolve(code ?? 1);
    });
  });
}

/** What the server's log says that no test can see, but that must not be. */
function faultsIn(log) {
  return log.split('\n').filter((line) => / panicked at /.test(line));
}

async function main() {
  const started = Date.now();
  makeMedia();
  const product = await startProduct();
  console.log(`end-to-end: Parlour is ready after ${((Date.now() - started) / 1_000).toFixed(1)} s`);
  let code = await playwright(product, process.argv.slice(2));
  const faults = faultsIn(product.log());
  if (faults.length > 0) {
    console.error(`the server's log has ${faults.length} faults: ${faults[0]}`);
    code ||= 1;
  }
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
