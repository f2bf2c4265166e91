// How the whole-product tests run; `run.mjs` starts the product and names its address.
import { defineConfig } from '@playwright/test';

const url = process.env.PARLOUR_TEST_URL;
if (!url) throw new Error('PARLOUR_TEST_URL is not set: run the tests with `cargo xtask test`');

/**
 * What measures media over time, breaks the network or kills LiveKit needs the machine, or the product, for itself. The
 * other specs mostly wait for pages, and two of them wait at once.
 */
const ALONE = ['hand', 'heard', 'media', 'network', 'quality', 'recovery', 'restart', 'selfcheck', 'tabs', 'voice'];
const alone = ALONE.map((name) => `**/${name}.spec.ts`);

/** Which of the projects is run: `run.mjs` runs one after the other. */
const part = process.env.PARLOUR_TEST_PART;
const faults = part === 'faults';

export default defineConfig({
  // `cargo xtask faults` measures; the specs judge.
  testDir: faults ? 'faults' : 'specs',
  testMatch: '**/*.spec.ts',
  outputDir: `results/artifacts/${part}`,
  projects: faults
    ? [{ name: 'faults' }]
    : [
        { name: 'together', testIgnore: alone },
        { name: 'alone', testMatch: alone },
      ],
  // The machine encodes and decodes several videos per test: more than two only make each other wait.
  workers: part === 'together' ? 2 : 1,
  retries: 0,
  forbidOnly: !!process.env.CI,
  // Whole tests are long on a busy machine; what is waited for within them has its own, shorter limit.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [
    ['list'],
    ['html', { outputFolder: `report/${part}`, open: 'never' }],
    ['json', { outputFile: `results/${part}.json` }],
  ],
  // A trace doubles the time of a run: ask for one with `cargo xtask test --trace retain-on-failure`.
  use: { baseURL: url, actionTimeout: 15_000, navigationTimeout: 15_000, screenshot: 'only-on-failure' },
});
