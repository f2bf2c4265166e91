// The rules of a meeting show what is so, also when nobody answers or an answer comes late.
import type { Page, Route } from '@playwright/test';

import { expect, test, type Person } from '../fixtures.ts';
import { poll } from '../wait.ts';

declare global {
  interface Window {
    /** What has come over LiveKit's reliable channel: those that hold a word, each to be brought once more. */
    packets?: { of: (word: string) => (() => void)[] };
  }
}

/** Keeps what comes over LiveKit's reliable channel; call it before the page connects. */
const keepPackets = (page: Page): Promise<void> =>
  page.addInitScript(() => {
    const kept: { text: string; again: () => void }[] = [];
    window.packets = { of: (word) => kept.filter(({ text }) => text.includes(word)).map(({ again }) => again) };
    const { set } = Object.getOwnPropertyDescriptor(RTCDataChannel.prototype, 'onmessage') ?? {};
    Object.defineProperty(RTCDataChannel.prototype, 'onmessage', {
      set(this: RTCDataChannel, take: ((event: MessageEvent<ArrayBuffer>) => void) | null) {
        set?.call(this, take && ((event: MessageEvent<ArrayBuffer>) => {
          kept.push({ text: new TextDecoder().decode(event.data), again: () => take.call(this, event) });
          take.call(this, event);
        }));
      },
    });
  });

/** What hosts decide is told here. */
const MODERATE = '**/api/fn/moderate*';

/** What a host has decided. */
interface Decided {
  assign?: [string, string];
  rule?: [string, boolean];
}

/** Has what a host decides carried out, and keeps the answers back until they may arrive. */
async function holdAnswers({ page }: Person) {
  const told: Decided[] = [];
  let arrive = (): void => undefined;
  const held = new Promise<void>((resolve) => (arrive = resolve));
  await page.route(MODERATE, async (route) => {
    told.push((route.request().postDataJSON() as { what: Decided }).what);
    const response = await route.fetch();
    await held;
    await route.fulfill({ response });
  });
  return { told, arrive: () => arrive() };
}

test('a switch of the meeting goes back when nobody answers', async ({ person }) => {
  const ada = await person('Ada', 'green', { expectedErrors: [/^console: Failed to load/] });
  const ben = await person('Ben', 'blue');
  const link = await ada.begin();
  const onTheirWay: Route[] = [];
  await ada.page.route(MODERATE, (route) => void onTheirWay.push(route));
  await ada.call.more();
  const lock = ada.page.getByRole('dialog', { name: 'More' }).getByRole('switch', { name: 'Lock the meeting' });
  await lock.click();
  await expect(lock).toBeChecked();
  await expect(lock).not.toBeChecked();
  await expect(ada.page.getByText('Parlour cannot be reached.')).toBeVisible();

  expect(onTheirWay).not.toHaveLength(0);
  for (const route of onTheirWay) await route.abort();
  await ada.page.unroute(MODERATE);
  // The click alone turns the switch: whether the meeting is locked is seen at its door.
  const answered = ada.page.waitForResponse(MODERATE);
  await lock.click();
  expect((await answered).ok()).toBe(true);
  await ben.preJoin.open(link);
  await ben.preJoin.join('Ben');
  await expect(ben.page.getByRole('alert').filter({ hasText: 'The meeting is locked' })).toBeVisible();
  await expect(lock).toBeChecked();
});

test('an answer to what was asked before joining does not undo what was told since', async ({ person }) => {
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  const link = await ada.begin();
  await ben.preJoin.open(link);
  const asked = '**/api/fn/room_status*';
  let arrive = (): void => undefined;
  const held = new Promise<void>((resolve) => (arrive = resolve));
  let isAsked = false;
  await ben.page.route(asked, async (route) => {
    const response = await route.fetch();
    isAsked = true;
    await held;
    await route.fulfill({ response });
  });
  await poll(async () => {
    // It is asked who is inside when there is a chance that something has changed.
    await ben.page.evaluate(() => dispatchEvent(new Event('online')));
    return isAsked;
  }).toBe(true);

  await ben.preJoin.join('Ben');
  await ben.call.connected();
  await ben.call.switch('Chat', true);
  await ada.call.switch('Chat', true);
  await ada.call.more();
  await ada.page.getByRole('dialog', { name: 'More' }).getByRole('switch', { name: 'Only hosts write in the chat' }).click();
  await ada.call.more();
  const closed = ben.call.chat.getByText('Only hosts can write now.');
  await expect(closed).toBeVisible();

  const answered = ben.page.waitForResponse(asked);
  arrive();
  await (await answered).finished();
  await ada.call.say('I am the only one who writes');
  await expect(ben.call.messages).toContainText('the only one');
  await expect(closed, 'what came after the answer is here, and the rule still holds').toBeVisible();
});

test('older word of the rules is not shown over newer', async ({ person }) => {
  const ada = await person('Ada', 'green');
  await keepPackets(ada.page);
  await ada.begin();
  await ada.call.switch('Chat', true);
  await ada.call.more();
  const chat = ada.page.getByRole('dialog', { name: 'More' }).getByRole('switch', { name: 'Only hosts write in the chat' });
  for (const [on, after] of [[true, 1], [false, 2]] as const) {
    await chat.setChecked(on);
    await poll(() => ada.page.evaluate(() => window.packets?.of('chatOff').length)).toBe(after);
  }
  await ada.page.evaluate(() => window.packets?.of('chatOff')[0]?.());
  await ada.call.more();
  await ada.call.say('what came before this is shown');
  await expect(ada.call.messages).toContainText('what came before');
  await ada.call.more();
  await expect(chat, 'it came again, as if it had been late').not.toBeChecked();
});

test('of quick clicks on a switch the last one counts, and no switch waits for another', async ({ person }) => {
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  const link = await ada.begin();
  await ben.join(link);
  await ben.call.switch('Chat', true);
  const closed = ben.call.chat.getByText('Only hosts can write now.');
  const { told, arrive } = await holdAnswers(ada);
  await ada.call.more();
  const more = ada.page.getByRole('dialog', { name: 'More' });
  const chat = more.getByRole('switch', { name: 'Only hosts write in the chat' });
  const ask = more.getByRole('switch', { name: 'Ask before joining' });

  await chat.click();
  await expect(closed, 'it is so, and only the answer is still on its way').toBeVisible();
  await chat.click();
  await expect(chat).not.toBeChecked();
  await ask.click();
  await ask.click();
  await ask.click();
  await expect(ask).toBeChecked();
  await poll(() => told).toEqual([{ rule: ['chatOff', true] }, { rule: ['ask', true] }]);

  arrive();
  await expect(closed).toBeHidden();
  await expect(chat).not.toBeChecked();
  await expect(ask).toBeChecked();
  await ada.call.more();
  await ada.call.switch('Chat', true);
  await ada.call.say('everybody may write');
  await expect(ben.call.messages).toContainText('everybody may write');
  expect(told, 'what is so already is not asked for again').toEqual([
    { rule: ['chatOff', true] },
    { rule: ['ask', true] },
    { rule: ['chatOff', false] },
  ]);
});

test('a role is shown at once, the last of several counts, and a refusal takes it back', async ({ person }) => {
  const ada = await person('Ada', 'green', { expectedErrors: [/^console: Failed to load/] });
  const ben = await person('Ben', 'blue');
  const link = await ada.begin();
  await ben.join(link);
  await ada.call.switch('People', true);
  const line = ada.call.participants.getByRole('listitem').filter({ hasText: 'Ben' });
  await line.locator('summary').click();
  const { told, arrive } = await holdAnswers(ada);
  await line.getByRole('button', { name: 'Make co-host' }).click();
  await expect(line).toContainText('Co-host');
  await line.getByRole('button', { name: 'Let only listen' }).click();
  await expect(line).toContainText('Listens and writes');
  await poll(() => told.length).toBe(1);
  await expect(line).toContainText('Listens and writes');
  expect(told.length, 'the second waits for the answer to the first').toBe(1);
  arrive();
  await expect(ben.call.toggle('Camera')).toBeDisabled();
  await expect(line).toContainText('Listens and writes');
  await expect(line.getByRole('button', { name: 'Let only listen' })).toBeHidden();
  expect(told.map((what) => what.assign?.[1])).toEqual(['co_host', 'student']);

  await ada.page.route(MODERATE, (route) => route.abort());
  await line.getByRole('button', { name: 'Let take part' }).click();
  await expect(ada.page.getByText('Parlour cannot be reached.')).toBeVisible();
  await expect(line).toContainText('Listens and writes');
  await expect(ben.call.toggle('Camera')).toBeDisabled();
});
