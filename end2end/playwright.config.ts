// How the whole-product tests run; `run.mjs` starts the product and names its address.
import { defineConfig } from '@playwright/test';

import type { Options } from './fixtures.ts';

const url = process.env.PARLOUR_TEST_URL;
if (!url) throw new Error('PARLOUR_TEST_URL is not set: run the tests with `cargo xtask test`');

const faults = !!process.env.PARLOUR_TEST_FAULTS;

export default defineConfig<Options>({
  // `cargo xtask faults` measures; the specs judge.
  testDir: faults ? 'faults' : 'specs',
  testMatch: '**/*.spec.ts',
  outputDir: 'results/artifacts',
  // The machine encodes and decodes several videos per test: more workers only make each other wait.
  workers: 1,
  retries: 0,
  forbidOnly: !!process.env.CI,
  // Whole tests are long on a busy machine; what is waited for within them has its own, shorter limit.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [
    ['list'],
    ['html', { outputFolder: 'report', open: 'never' }],
    ['json', { outputFile: 'results/report.json' }],
  ],
  // A trace doubles the time of a run: ask for one with `cargo xtask test --trace retain-on-failure`.
  use: {
    baseURL: url,
    freshBrowsers: faults,
    // Drawing is most of what a test costs, and here one machine draws for everybody: as small as a window may be without a
    // style sheet's rule for small ones.
    viewport: { width: 800, height: 600 },
    actionTimeout: 15_000,
    navigationTimeout: 15_000,
    screenshot: 'only-on-failure',
  },
});
