// Requests and streams of which nothing comes: what a network swallows when it changes, and what a proxy answers while Parlour
// is started anew. Neither can be made to happen at a given moment, so what was answered is held back in the browser.
import type { Route } from '@playwright/test';

import { expect, test } from '../fixtures.ts';
import { poll } from '../wait.ts';

declare global {
  interface Window {
    streams: (EventSource & { dead: boolean })[];
  }
}

const SEND = '**/api/fn/send_message';
const WAITS = 'when the connection is back';
/** Longer than a page waits for a stream that says nothing. */
const STREAM_PATIENCE_MS = 45_000;

test('a message waits for Parlour behind a proxy, and on a network that swallows it, and goes out once and in order', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green', { expectedErrors: [/^console: Failed to load resource.*502/] });
  await ada.join(await meeting());
  await ada.call.switch('Chat', true);

  const answers: ((route: Route) => unknown)[] = [
    (route) => route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }),
    // It was stored, and only the answer is lost.
    (route) => route.fetch(),
  ];
  await ada.page.route(SEND, async (route) => (answers.shift() ?? ((any: Route) => any.continue()))(route));
  await ada.call.say('one');
  await expect(ada.call.messages).toContainText(WAITS);
  await ada.call.say('two');
  await poll(() => answers.length, 'the first is stored').toBe(0);
  await expect(ada.call.messages.locator('.message[data-state=sent] > p:first-of-type')).toHaveText(['one', 'two'], {
    timeout: STREAM_PATIENCE_MS,
  });
  await expect(ada.call.messages.locator('.message'), 'each is there once').toHaveCount(2);
  await ada.page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('who waits at a door with a stream that has died is let in all the same', async ({ person }) => {
  test.setTimeout(120_000);
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  const link = await ada.begin();
  await ada.call.more();
  await ada.call.decree('Ask before joining');
  await ada.call.more();

  await ben.page.addInitScript(() => {
    window.streams = [];
    window.EventSource = class extends EventSource {
      dead = false;
      constructor(url: string) {
        super(url);
        window.streams.push(this);
      }
      override addEventListener(type: string, listener: EventListenerOrEventListenerObject): void {
        super.addEventListener(type, (event) => {
          if (!this.dead) (listener as EventListener)(event);
        });
      }
    };
  });
  await ben.preJoin.open(link);
  await ben.preJoin.join('Ben');
  await expect(ben.page.getByText('You are the next.')).toBeVisible();
  await ben.page.evaluate(() => window.streams.forEach((stream) => (stream.dead = true)));
  await ada.page.getByTestId('door-notice').getByRole('button', { name: 'See who' }).click();
  await ada.call.people.getByRole('button', { name: 'Admit', exact: true }).click();
  await expect(ada.page.getByTestId('door-notice')).toBeHidden();
  await expect(ben.call.main).toHaveAttribute('data-connection', 'connected', { timeout: STREAM_PATIENCE_MS });
});
