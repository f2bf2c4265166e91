// Writes down what pages say, while it is watched.
import type { Page } from '@playwright/test';

/** What says that media or the connection is in trouble, on the stage and on tiles. */
export const TROUBLE = '[data-testid=media-banner], [data-testid=connection-banner], .tile-trouble';

declare global {
  interface Window {
    said: Record<string, string[]>;
  }
}

function watch(selector: string): void {
  const all: string[] = [];
  window.said = { ...window.said, [selector]: all };
  new MutationObserver(() => {
    for (const notice of document.querySelectorAll(selector)) {
      const said = `${new Date().toISOString()} ${notice.textContent} ${notice.getAttribute('title') ?? ''}`;
      if (all.at(-1)?.slice(24) !== said.slice(24)) all.push(said);
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}

/** From now on it is written down what the page says in such places. */
export const watchFor = (page: Page, selector: string): Promise<void> => page.evaluate(watch, selector);

/** What it has said there since, and when; a page that was loaded anew meanwhile has watched nothing. */
export const saidIn = (page: Page, selector: string): Promise<string[]> =>
  page.evaluate((place) => {
    const said = window.said?.[place];
    if (!said) throw new Error(`nobody watches ${place}`);
    return said;
  }, selector);
