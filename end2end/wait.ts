// Looks again soon. Playwright's expectations look after a tenth, a quarter, half a second, and then once a second: much
// of what a test waits for would be the wait for the next look.
import { expect, type Page } from '@playwright/test';

/** As long as an action may take. */
const PATIENCE_MS = 15_000;
/** How often the page looks at itself, which costs nothing. */
const PAGE_LOOKS_MS = 50;
/** How often somebody else asks it. */
const LOOKS_MS = 100;

interface Patience {
  message?: string;
  timeout?: number;
  intervals?: number[];
}

/** Waits until the page has what a selector names. */
export async function present(page: Page, selector: string): Promise<void> {
  const there = (wanted: string) => document.querySelector(wanted) !== null;
  await page.waitForFunction(there, selector, { polling: PAGE_LOOKS_MS, timeout: PATIENCE_MS });
}

/** `expect.poll`, ten times a second. */
export const poll = <T>(look: () => T | Promise<T>, how: string | Patience = {}) =>
  expect.poll(look, { intervals: [LOOKS_MS], ...(typeof how === 'string' ? { message: how } : how) });
