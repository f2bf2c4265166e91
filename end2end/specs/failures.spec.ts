// What breaks in the page is told to the server without a word of what was said, and never leaves a page that looks well.
import type { Route } from '@playwright/test';

import { expect, joinTogether, type Person, test } from '../fixtures.ts';
import { NONSENSE, keepDataChannel, send } from '../forge.ts';
import { colourShown } from '../measure.ts';
import { poll } from '../wait.ts';

/** The next report of a failure that a page sends. */
const nextReport = async ({ page }: Person) => {
  const response = await page.waitForResponse('**/api/client-errors');
  return { status: response.status(), body: response.request().postDataJSON() as { name: string; frames: string[] } };
};

test('a failure is reported by what it is and where, and an application that has stopped says so', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green', { expectedErrors: [/^uncaught:/, /^console: Uncaught/] });
  await ada.join(await meeting());

  await test.step('an error, and the call goes on', async () => {
    const reported = nextReport(ada);
    await ada.page.evaluate(() => void setTimeout(() => JSON.parse("secret@example.org:42")));
    const { status, body } = await reported;
    expect(status).toBe(204);
    expect(body.name).toBe('SyntaxError');
    expect(JSON.stringify(body), 'the message stays here').not.toContain('secret');
    await ada.call.switch('Chat', true);
  });

  await test.step('a promise that nobody waits for, and the call goes on', async () => {
    const reported = nextReport(ada);
    await ada.page.evaluate(() => void setTimeout(() => void Promise.reject(new RangeError('secret@example.org'))));
    const { status, body } = await reported;
    expect(status).toBe(204);
    expect(body.name).toBe('RangeError');
    expect(JSON.stringify(body)).not.toContain('secret');
    await ada.call.switch('Raise hand', true);
  });

  await test.step('the end of the application, and how to go on', async () => {
    const reported = nextReport(ada);
    // A panic of the module ends in this error; none is known that a page could be brought to, so it is thrown by hand.
    await ada.page.evaluate(() => {
      setTimeout(() => {
        throw new WebAssembly.RuntimeError('unreachable');
      });
    });
    expect((await reported).body.name).toBe('RuntimeError');
    const notice = ada.page.getByRole('alert').filter({ hasText: 'stopped working' });
    await expect(notice).toBeVisible();
    await notice.getByRole('button', { name: 'Reload' }).click();
    await ada.preJoin.interactive();
    await expect(ada.preJoin.joinButton).toBeVisible();
  });
});

test('an exception in a panel ends neither the page nor the call, and says how to go on', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green', { expectedErrors: [/^uncaught:/, /^console: Uncaught/] });
  const ben = await person('Ben', 'blue');
  await joinTogether(link, ada, ben);
  await ada.call.switch('Chat', true);
  const reported = nextReport(ada);
  await ada.page.evaluate(() => {
    Date.prototype.toLocaleTimeString = () => {
      throw new RangeError('secret@example.org');
    };
  });
  await ben.call.switch('Chat', true);
  await ben.call.say('what time is it?');
  const { status, body } = await reported;
  expect(status).toBe(204);
  expect(body.name).toBe('RangeError');
  expect(body.frames.join(), 'it went through the application').toContain('.wasm');
  const notice = ada.page.getByRole('alert').filter({ hasText: 'stopped working' });
  await expect(notice).toBeVisible();
  await expect(ada.call.main).toHaveAttribute('data-connection', 'connected');
  await poll(() => colourShown(ada.call.video('Ben'))).toBe('blue');
  await poll(() => colourShown(ben.call.video('Ada'))).toBe('green');
  await notice.getByRole('button', { name: 'Reload' }).click();
  await ada.preJoin.interactive();
  await ada.preJoin.join('Ada');
  await ada.call.connected();
});

test('whatever a peer writes to a page, it goes on and has nothing to report', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green');
  const eve = await person('Eve', 'red');
  const reports: string[] = [];
  ada.page.on('request', (request) => {
    if (request.url().endsWith('/api/client-errors')) reports.push(request.postData() ?? '');
  });
  await keepDataChannel(eve.page);
  await joinTogether(link, ada, eve);
  await poll(() => colourShown(ada.call.video('Eve'))).toBe('red');
  await ada.call.switch('Chat', true);
  for (const topic of ['parlour', 'parlour.peer', '']) {
    for (const payload of NONSENSE) await send(eve.page, topic, payload);
  }
  // By the time her hand has gone round by the server, her packets are there.
  await eve.call.switch('Raise hand', true);
  await ada.call.expectMark('Eve', 'hand', true);
  await ada.call.say('still here');
  await expect(ada.call.messages).toContainText('still here');
  await expect(ada.call.messages.locator('.message')).toHaveCount(1);
  await poll(() => colourShown(ada.call.video('Eve'))).toBe('red');
  expect(reports).toEqual([]);
});

for (const [what, files] of [
  ['WebAssembly', '**/pkg/app.*.wasm'],
  ['script', '**/pkg/app.*.js'],
]) {
  test(`a page whose ${what} does not come says so, and how to go on`, async ({ person, meeting }) => {
    const ada = await person('Ada', 'green', { expectedErrors: [/^uncaught:/, /^console: (Failed to load|Uncaught)/] });
    await ada.page.route(files, (route) => route.abort());
    await ada.page.goto(await meeting());
    const notice = ada.page.getByRole('alert').filter({ hasText: 'could not be loaded completely' });
    await expect(notice).toBeVisible();
    await ada.page.unroute(files);
    await notice.getByRole('button', { name: 'Reload' }).click();
    await ada.preJoin.interactive();
    await expect(notice).toBeHidden();
    await expect(ada.preJoin.joinButton).toBeVisible();
  });
}

test('without JavaScript a meeting says that it needs it', async ({ browsers, baseURL, meeting }) => {
  const browser = await browsers.get('green', false);
  const context = await browser.newContext({ baseURL, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(await meeting());
  // Locators by text pass over what stands in `noscript`.
  const notice = page.locator('noscript p');
  await expect(notice).toBeVisible();
  await expect(notice).toContainText('Parlour needs JavaScript');
  await context.close();
});

for (const [why, refuse] of [
  ['cannot be fetched', (route: Route) => route.abort()],
  ['is not there any more', (route: Route) => route.fulfill({ status: 404 })],
] as const) {
  test(`a part of the page that ${why} says so, and comes when it can`, async ({ person, meeting }) => {
    const ada = await person('Ada', 'green', { expectedErrors: [/^console: (Failed to load|TypeError: )/] });
    const later = '**/pkg/later.*.wasm';
    let refused = 0;
    await ada.page.route(later, async (route) => {
      await refuse(route);
      refused += 1;
    });
    await ada.join(await meeting());
    await ada.call.switch('People', true);
    const notice = ada.page.getByRole('alert').filter({ hasText: 'could not be loaded' });
    await expect(notice).toBeVisible();
    const again = notice.getByRole('button', { name: 'Try again' });
    await again.focus();
    const before = refused;
    await poll(() => refused).toBeGreaterThan(before);
    await expect(again, 'it is fetched again meanwhile, and whoever is about to press it can').toBeFocused();
    await ada.call.switch('Raise hand', true);
    await ada.page.unroute(later);
    // It may come by itself just now: then there is nothing to press any more.
    await again.evaluateAll((buttons: HTMLElement[]) => buttons.forEach((button) => button.click()));
    await expect(ada.call.people.getByRole('list', { name: 'Participants' })).toContainText('Ada');
    await expect(notice).toBeHidden();
  });
}

test('what is said beside the call comes by itself when it could not be fetched at first', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green', { expectedErrors: [/^console: (Failed to load|TypeError: Failed to fetch)/] });
  const later = /\/pkg\/later\.[^/]*\.wasm$/;
  await ada.page.route(later, (route) => route.abort());
  const failed = ada.page.waitForEvent('requestfailed', (request) => later.test(request.url()));
  await ada.join(await meeting());
  await failed;
  await ada.page.unroute(later);
  await ada.call.switch('Microphone', false);
  await expect(ada.page.getByTestId('microphone-notice'), 'nobody asks for it').toContainText('muted');
});
