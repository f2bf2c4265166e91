// Parlour itself is restarted while people talk, with the LiveKit that it starts and with one of the operator's own.
import { WITHOUT_SERVER } from '../faults.ts';
import { expect, type Person } from '../fixtures.ts';
import { colourShown, tonesHeard } from '../measure.ts';
import { test, testWithLivekit } from '../own-product.ts';
import { poll } from '../wait.ts';

/** Both have the chat open, and something has been said. */
async function talking([ada, ben]: [Person, Person]): Promise<[Person, Person]> {
  await poll(() => colourShown(ada.call.video('Ben'))).toBe('blue');
  await poll(() => tonesHeard(ben.page)).toEqual([400]);
  for (const { call } of [ada, ben]) await call.switch('Chat', true);
  await ada.call.say('before');
  await expect(ben.call.messages).toContainText('before');
  return [ada, ben];
}

/** What both read, in order. */
async function read(people: [Person, Person], texts: string[]): Promise<void> {
  for (const { call } of people) {
    await expect(call.messages.locator('.message > p:first-of-type')).toHaveText(texts);
    await expect(call.messages.locator('.message:not([data-state=sent])')).toHaveCount(0);
  }
}

test('with its own LiveKit: everybody is back, and what was written meanwhile arrives once', async ({ pair, product }) => {
  const [ada, ben] = await talking(await pair({ expectedErrors: WITHOUT_SERVER }));
  await product.end();
  await expect(ada.page.getByTestId('connection-banner')).toBeVisible();
  await ada.call.say('meanwhile');
  await ada.call.say('and then');
  await expect(ada.call.messages).toContainText('when the connection is back');
  await product.start();
  for (const { call } of [ada, ben]) await call.connected();
  await poll(() => colourShown(ada.call.video('Ben'))).toBe('blue');
  await poll(() => colourShown(ben.call.video('Ada'))).toBe('green');
  await poll(() => tonesHeard(ben.page)).toEqual([400]);
  await ben.call.say('after');
  await read([ada, ben], ['before', 'meanwhile', 'and then', 'after']);
});

testWithLivekit('with a LiveKit outside it: nobody notices, but for messages that wait', async ({ pair, product }) => {
  const [ada, ben] = await talking(await pair({ expectedErrors: WITHOUT_SERVER }));
  const states = await ada.page.evaluateHandle(() => {
    const seen: (string | null)[] = [];
    const main = document.querySelector('main[data-connection]');
    if (!main) throw new Error('there is no call');
    new MutationObserver(() => seen.push(main.getAttribute('data-connection'))).observe(main, { attributes: true });
    return seen;
  });
  await product.end();
  await ada.call.say('meanwhile');
  await expect(ada.call.messages).toContainText('when the connection is back');
  await poll(() => tonesHeard(ben.page)).toEqual([400]);
  await expect(ada.page.getByTestId('connection-banner')).toBeHidden();
  await product.start();
  await read([ada, ben], ['before', 'meanwhile']);
  await ben.call.say('after');
  await read([ada, ben], ['before', 'meanwhile', 'after']);
  expect(await states.jsonValue(), 'the call has gone on').not.toContain('reconnecting');
});
