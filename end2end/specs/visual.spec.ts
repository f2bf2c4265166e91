// Every page at four sizes: nothing sticks out, nothing covers anything else, and axe finds nothing serious on it. With
// `PARLOUR_TEST_PICTURES=1` also pictures of them, light and dark, for people to look at (end2end/results/shots): they take
// longer than all of the rest.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Locator, Page } from '@playwright/test';

import { expectAccessible } from '../accessible.ts';
import { expect, test } from '../fixtures.ts';
import { colourShown } from '../measure.ts';
import { poll } from '../wait.ts';

const SHOTS = join(dirname(fileURLToPath(import.meta.url)), '../results/shots');
const PICTURES = process.env.PARLOUR_TEST_PICTURES === '1';
const SIZES = [
  { width: 390, height: 844 },
  { width: 768, height: 1024 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];
/** Layout is in fractions of pixels. */
const SLACK_PX = 1;

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

async function boxes(locator: Locator): Promise<Box[]> {
  const found = await locator.filter({ visible: true }).evaluateAll((elements) =>
    elements.map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x, y, width, height };
    }),
  );
  return found;
}

const inside = (box: Box, { width, height }: { width: number; height: number }) =>
  box.x >= -SLACK_PX &&
  box.y >= -SLACK_PX &&
  box.x + box.width <= width + SLACK_PX &&
  box.y + box.height <= height + SLACK_PX;

const overlap = (a: Box, b: Box) =>
  Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) > SLACK_PX &&
  Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > SLACK_PX;

/** Everything about the layout that is wrong now. */
async function faults(page: Page, size: { width: number; height: number }): Promise<string[]> {
  const wrong: string[] = [];
  const content = await page.evaluate(() => document.documentElement.scrollWidth);
  if (content > size.width) wrong.push(`the page is ${content} px wide`);
  const controls = await boxes(page.getByRole('toolbar', { name: 'Call controls' }).getByRole('button'));
  const tiles = await boxes(page.getByTestId('tile'));
  controls.forEach((box, i) => {
    if (!inside(box, size)) wrong.push(`control ${i} is outside: ${JSON.stringify(box)}`);
  });
  tiles.forEach((box, i) => {
    if (!inside(box, size)) wrong.push(`tile ${i} is outside: ${JSON.stringify(box)}`);
    tiles.slice(i + 1).forEach((other) => {
      if (overlap(box, other)) wrong.push(`tile ${i} overlaps another`);
    });
    controls.forEach((control, j) => {
      if (overlap(box, control)) wrong.push(`tile ${i} is under control ${j}`);
    });
  });
  return wrong;
}

/** Judges the layout of what is shown, unless something lies over it that scrolls. */
async function look(page: Page, name: string, judged = true): Promise<void> {
  const viewport = page.viewportSize();
  for (const size of SIZES) {
    await page.setViewportSize(size);
    const of = `${name}-${size.width}x${size.height}`;
    if (judged) await poll(() => faults(page, size), of).toEqual([]);
    if (PICTURES) await picture(page, of);
  }
  if (viewport) await page.setViewportSize(viewport); // as small as it was: what follows is drawn as well
}

/** Judges the layout, and then lets axe judge. */
async function examine(page: Page, name: string): Promise<void> {
  await look(page, name);
  await expectAccessible(page, name);
}

async function picture(page: Page, of: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: join(SHOTS, `${of}-${colorScheme}.png`), animations: 'disabled' });
  }
}

test.beforeAll(() => {
  if (PICTURES) mkdirSync(SHOTS, { recursive: true });
});

test('pages outside the call', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green', { expectedErrors: [/status of 404/] });
  const eve = await person('Eve', 'blue', { permissions: [] });
  const link = await meeting();
  await ada.home.open();
  await examine(ada.page, 'home');
  await ada.page.goto('/aaaa-bbbbb-cccc');
  await examine(ada.page, 'not-found');
  await ada.preJoin.open(link);
  await poll(() => colourShown(ada.preJoin.preview)).toBe('green');
  await expect(ada.preJoin.level).toBeVisible();
  await examine(ada.page, 'prejoin');
  await ada.join(link);
  const second = await ada.anotherTab();
  await second.preJoin.open(link);
  await second.preJoin.joinButton.click();
  await expect(second.moveCall.dialog).toBeVisible();
  await examine(second.page, 'move-call');
  await second.moveCall.move.click();
  await second.call.connected();
  await look(ada.page, 'moved');
  await second.call.leave();
  await examine(second.page, 'left');
  await eve.preJoin.open(link);
  await expect(eve.page.getByRole('alert').filter({ hasText: /join without/i }).first()).toBeVisible();
  await examine(eve.page, 'prejoin-denied');
});

test('the call with one, two and three people, panels and a screen', async ({ person, meeting }) => {
  test.setTimeout(240_000);
  const link = await meeting();
  const ada = await person('Ada Lovelace', 'green');
  const ben = await person('Ben', 'blue');
  const cora = await person('Cora', 'red');
  await ada.join(link);
  await poll(() => colourShown(ada.call.video('Ada'))).toBe('green');
  await look(ada.page, 'call-1');

  await ben.join(link);
  await poll(() => colourShown(ada.call.video('Ben'))).toBe('blue');
  await look(ada.page, 'call-2');

  await cora.join(link);
  await cora.call.switch('Microphone', false);
  await ada.call.expectMark('Cora', 'muted', true);
  await poll(() => colourShown(ada.call.video('Cora'))).toBe('red');
  await cora.call.switch('Raise hand', true);
  await ada.call.expectMark('Cora', 'hand', true);
  await ada.call.switch('Raise hand', true);
  await ada.call.expectMark('Ada', 'hand', true);
  await examine(ada.page, 'call-3');

  await ada.call.switch('Chat', true);
  await ada.call.say('Shall we look at the plan for the summer? https://example.org/a/rather/long/link/that-does-not-break');
  await expect(ada.call.messages).toContainText('summer');
  await ben.call.switch('Chat', true);
  await ben.call.say('Yes, please.');
  await expect(ada.call.messages).toContainText('Yes, please.');
  await examine(ada.page, 'call-chat');
  await ada.call.switch('People', true);
  await expect(ada.call.participants.getByRole('listitem')).toHaveCount(3);
  await examine(ada.page, 'call-people');
  await ada.call.switch('People', false);

  await cora.call.switch('Share screen', true);
  await expect(ada.call.tile('Cora', 'screen_share')).toBeVisible();
  await poll(() => ada.call.video('Cora', 'screen_share').evaluate((video: HTMLVideoElement) => video.videoWidth))
    .toBeGreaterThan(300);
  await look(ada.page, 'call-screen');
});

test('what is shown in the place of what has failed', async ({ person }) => {
  const ada = await person('Ada Lovelace', 'green', { expectedErrors: [/^uncaught:/, /^console: (Failed to load|TypeError: |Uncaught)/] });
  const ben = await person('Ben', 'blue', { expectedErrors: [/^console: (Failed to load|TypeError: )/] });
  const link = await ada.begin();
  await ada.call.more();
  await ada.call.decree('Ask before joining');
  await ada.call.more();
  const later = '**/pkg/later.*.wasm';
  await ben.page.route(later, (route) => route.abort());
  await ben.preJoin.open(link);
  await ben.preJoin.join('Ben');
  const notice = ben.page.getByRole('alert').filter({ hasText: 'could not be loaded' });
  await expect(notice).toBeVisible();
  await examine(ben.page, 'waiting-missing');
  await ada.call.switch('People', true);
  await ada.call.people.getByRole('button', { name: 'Admit', exact: true }).click();
  await ben.call.connected();
  await ben.call.switch('People', true);
  await expect(notice).toBeVisible();
  await examine(ben.page, 'people-missing');
  await ben.call.switch('People', false);
  await ben.call.more();
  await expect(notice).toBeVisible();
  await look(ben.page, 'more-missing', false);

  await ada.page.evaluate(() => {
    setTimeout(() => {
      throw new WebAssembly.RuntimeError('unreachable');
    });
  });
  const stopped = ada.page.getByRole('alert').filter({ hasText: 'stopped working' });
  await expect(stopped).toBeVisible();
  await examine(ada.page, 'stopped');
  for (const size of SIZES) {
    await ada.page.setViewportSize(size);
    expect((await boxes(stopped)).every((box) => inside(box, size)), `the notice at ${size.width} px`).toBe(true);
  }
});

test('the door, from both sides', async ({ person }) => {
  const ada = await person('Ada Lovelace', 'green');
  const ben = await person('Ben', 'blue');
  const cora = await person('Cora, who has a rather long name that is cut', 'red');
  const link = await ada.begin();
  await ben.join(link);
  await ada.call.more();
  const ask = ada.page.getByRole('switch', { name: 'Ask before joining' });
  await ask.click();
  await expect(ask).toBeChecked();
  await look(ada.page, 'host-more', false);
  await expectAccessible(ada.page, 'host-more');
  await ada.call.more();

  await cora.preJoin.open(link);
  await cora.preJoin.join(cora.name);
  await expect(cora.page.getByText('You are the next.')).toBeVisible();
  await cora.page.getByRole('textbox', { name: 'Note for the hosts' }).fill('I come about the piano');
  await cora.page.getByRole('button', { name: 'Leave note' }).click();
  await examine(cora.page, 'waiting');
  await expect(ada.page.getByTestId('door-notice')).toBeVisible();
  await examine(ada.page, 'host-notice');
  await ada.call.switch('People', true);
  await expect(ada.call.people).toContainText('I come about the piano');
  await ada.call.participants.locator('summary').filter({ hasText: 'What to do about Ben' }).press('Enter');
  await expect(ada.call.participants.getByRole('button', { name: 'Make co-host' })).toBeVisible();
  await examine(ada.page, 'host-people');
  await ada.call.people.getByRole('button', { name: 'Admit', exact: true }).press('Enter');
  await cora.call.connected();
  await expect(ada.call.people.getByRole('heading', { name: 'People' }), 'the focus stays in the list').toBeFocused();
});
