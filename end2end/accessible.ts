// What axe has against a page, in light and dark.
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** How much axe makes of what it has found. */
type Counts = (impact?: string | null) => boolean;

/** It has nothing serious against what is shown. */
export const expectAccessible = (page: Page, what: string) =>
  inBothSchemes(page, what, new AxeBuilder({ page }).withTags(TAGS), (impact) => impact === 'serious' || impact === 'critical');

/** It has nothing against it at all. */
export const expectFlawless = (page: Page, what: string) =>
  inBothSchemes(page, what, new AxeBuilder({ page }), () => true);

/** The page is the same in both: in dark only its colours are judged. */
async function inBothSchemes(page: Page, what: string, everything: AxeBuilder, counts: Counts): Promise<void> {
  const colours = new AxeBuilder({ page }).withRules('color-contrast');
  for (const [colorScheme, axe] of [['light', everything], ['dark', colours]] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await axe.analyze();
    const found = violations
      .filter(({ impact }) => counts(impact))
      .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`);
    expect(found, `${what}, ${colorScheme}`).toEqual([]);
  }
}
