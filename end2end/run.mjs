// The whole-product tests: starts Parlour with its LiveKit in a network namespace of its own and runs
// Playwright against it. `node end2end/run.mjs [--faults] [Playwright's arguments]`; `PARLOUR_BIN` names the server,
// `PARLOUR_CHROMIUM` the browser, `PARLOUR_HEADLESS_SHELL` the one without windows, `PARLOUR_LIVEKIT_BIN` the LiveKit
// server.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { failures } from './lib/failures.mjs';
import { insideNamespace } from './lib/namespace.mjs';
import { startProduct } from './lib/product.mjs';
import { fillTable } from './faults/table.mjs';
import { makeMedia } from './media.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
/** What Playwright says of every test. */
const REPORT = join(HERE, 'results/report.json');
/** The part of the server's log that is printed when a test has failed. */
const LOG_TAIL_LINES = 60;

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

/** What the server's log says that no test can see, but that must not be: where, and in the next line why. */
function panicsIn(log) {
  const lines = log.split('\n');
  return lines.flatMap((line, index) => (/ panicked at /.test(line) ? [`${line}\n${lines[index + 1] ?? ''}`] : []));
}

/** A LiveKit that does not start while the gate's file is there. */
function gatedLivekit() {
  const folder = mkdtempSync(join(tmpdir(), 'parlour-gate-'));
  const [gate, program] = [join(folder, 'closed'), join(folder, 'livekit-server')];
  const wait = `while [ -e '${gate}' ]; do sleep 0.05; done`;
  writeFileSync(program, `#!/bin/sh\n${wait}\nexec '${process.env.PARLOUR_LIVEKIT_BIN}' "$@"\n`, { mode: 0o755 });
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return { gate, program };
}

async function main() {
  const started = Date.now();
  const args = process.argv.slice(2);
  const { gate, program } = gatedLivekit();
  Object.assign(process.env, { PARLOUR_TEST_GATE: gate, PARLOUR_LIVEKIT_BIN: program });
  const faults = args[0] === '--faults';
  if (faults) {
    args.shift();
    process.env.PARLOUR_TEST_FAULTS = '1';
    rmSync(join(HERE, 'results/faults.json'), { force: true });
  }
  rmSync(REPORT, { force: true });
  makeMedia();
  const product = await startProduct();
  console.log(`end-to-end: Parlour is ready after ${((Date.now() - started) / 1_000).toFixed(1)} s`);
  let code = await playwright(product, args);
  const panics = panicsIn(product.log());
  if (panics.length > 0) {
    console.error(`the server panicked ${panics.length} times: ${panics[0]}`);
    code ||= 1;
  }
  if (code !== 0) {
    const lines = product.log().trimEnd().split('\n');
    console.error(`\n--- the server's log (last ${LOG_TAIL_LINES} of ${lines.length} lines)`);
    console.error(lines.slice(-LOG_TAIL_LINES).join('\n'));
    // Last of all, since of a long output the end is what is kept.
    if (existsSync(REPORT)) console.error(failures(REPORT));
  }
  await product.stop();
  if (faults) {
    // The table is true also where it is not as promised: then it says so. Any argument may leave faults out (`-g`, a file,
    // `-x`): only a run without one is known to be whole.
    const broken = fillTable(args.length === 0, code === 0);
    if (broken.length > 0) {
      console.error(`not as promised: ${broken.join('; ')}`);
      code ||= 1;
    }
  }
  console.log(`end-to-end: ${code === 0 ? 'passed' : 'failed'} in ${((Date.now() - started) / 1_000).toFixed(1)} s`);
  return code;
}

if (insideNamespace(true)) {
  process.exitCode = await main().catch((error) => {
    console.error(error.message);
    return 1;
  });
}
