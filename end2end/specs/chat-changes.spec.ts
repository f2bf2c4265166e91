// Messages that change: edited, pinned, announced, deleted, with files; and nobody but the server says so.
import AxeBuilder from '@axe-core/playwright';
import type { Locator } from '@playwright/test';

import { expect, test, type Person } from '../fixtures.ts';
import { keepDataChannel, send } from '../forge.ts';
import { poll } from '../wait.ts';

/** One pixel, with where it was seen in a comment. */
const PICTURE = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH+BmhpZGRlbgAsAAAAAAEAAQAAAgJEAQA7', 'base64');

const message = (person: Person, text: string): Locator =>
  person.call.messages.getByRole('article').filter({ hasText: text });

const marked = (person: Person): Locator => person.call.chat.getByRole('region', { name: 'Pinned messages' });

/** Does something about a message by its menu. */
async function does(person: Person, text: string, action: string, twice = false): Promise<void> {
  await message(person, text).locator('summary').click();
  const button = message(person, text).getByRole('button', { name: action });
  await button.click();
  if (twice) await button.click();
}

/** Brings somebody. */
type Bring = (name: string, kind: 'green' | 'blue', options?: { expectedErrors?: RegExp[] }) => Promise<Person>;

/** Ada is the host; both have the chat open. */
async function chatting(person: Bring, expectedErrors: RegExp[] = []): Promise<[Person, Person]> {
  const ada = await person('Ada', 'green', { expectedErrors });
  const ben = await person('Ben', 'blue');
  const link = await ada.begin();
  await keepDataChannel(ben.page);
  await ben.join(link);
  for (const one of [ada, ben]) await one.call.switch('Chat', true);
  return [ada, ben];
}

test('a message is edited, pinned, deleted and announced, and all see it', async ({ person }) => {
  const [ada, ben] = await chatting(person);

  await test.step('edited', async () => {
    await ben.call.say('helo');
    await does(ben, 'helo', 'Edit');
    const editing = ben.call.chat.getByText('You are editing your message.');
    await expect(editing).toBeVisible();
    await expect(ben.call.chat.getByRole('textbox', { name: 'Message' })).toHaveValue('helo');
    await ben.call.say('hello everybody');
    await expect(message(ada, 'hello everybody')).toContainText('edited');
    await expect(ada.call.messages.getByText('helo', { exact: true })).toHaveCount(0);
    await expect(editing).toBeHidden();
  });

  await test.step('pinned', async () => {
    await expect(marked(ben)).toBeHidden();
    await expect(message(ben, 'hello everybody').locator('summary'), 'one\'s own').toHaveCount(1);
    await ada.call.say('from the host');
    await expect(message(ben, 'from the host')).toBeVisible();
    await expect(message(ben, 'from the host').locator('summary'), 'nothing to do about a host\'s').toHaveCount(0);
    await does(ada, 'hello everybody', 'Pin');
    await expect(marked(ben)).toContainText('hello everybody');
    const { violations } = await new AxeBuilder({ page: ada.page }).include('.panel').analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    // A changed message is another element: the menu of the old one would go while it is clicked.
    await expect(marked(ada)).toContainText('hello everybody');
    await does(ada, 'hello everybody', 'Unpin');
    for (const one of [ada, ben]) await expect(marked(one)).toBeHidden();
  });

  await test.step('deleted', async () => {
    await does(ada, 'hello everybody', 'Delete', true);
    await expect(message(ben, 'hello everybody')).toHaveCount(0);
    await expect(message(ada, 'hello everybody')).toHaveCount(0);
  });

  await test.step('an announcement reaches those who have the chat closed', async () => {
    await ada.call.say('lunch at noon');
    await ada.call.say('a mistake');
    await expect(message(ben, 'a mistake')).toBeVisible();
    await ben.call.switch('Chat', false);
    await does(ada, 'lunch at noon', 'Announce');
    await expect(ben.page.getByRole('status').filter({ hasText: 'Ada: lunch at noon' })).toBeVisible();
  });

  await test.step('whoever was away learns what has changed', async () => {
    await ben.call.leave();
    await does(ada, 'a mistake', 'Delete', true);
    await does(ada, 'lunch at noon', 'Edit');
    await ada.call.say('lunch at one');
    await expect(message(ada, 'lunch at one')).toBeVisible();
    await ben.page.getByRole('button', { name: 'Rejoin' }).click();
    await ben.call.connected();
    await ben.call.switch('Chat', true);
    await expect(message(ben, 'lunch at one')).toContainText('Announcement');
    await expect(message(ben, 'a mistake')).toHaveCount(0);
  });
});

test('a file is attached, shown without what it tells, and goes with its message', async ({ person }) => {
  const [ada, ben] = await chatting(person, [/400/]);
  const attach = ben.call.chat.getByLabel('Attach a file');
  await attach.setInputFiles([
    { name: 'pixel.gif', mimeType: 'text/plain', buffer: PICTURE },
    { name: 'notes.html', mimeType: 'text/html', buffer: Buffer.from('<!DOCTYPE html><script>alert(1)</script>') },
  ]);
  const picture = ada.call.messages.getByRole('img', { name: 'pixel.gif' });
  await expect(picture).toBeVisible();
  await poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(1);
  const bytes = await ada.page.evaluate(async (path) => {
    const answer = await fetch(path);
    return [answer.headers.get('content-type'), await answer.text()];
  }, (await picture.getAttribute('src'))!);
  expect(bytes[0]).toBe('image/gif');
  expect(bytes[1]).not.toContain('hidden');
  const link = ada.call.messages.getByRole('link', { name: /notes\.html/ });
  const [download] = await Promise.all([ada.page.waitForEvent('download'), link.click()]);
  expect(download.suggestedFilename()).toBe('notes.html');
  await expect(ben.call.chat.getByRole('progressbar')).toBeHidden();

  await ben.call.messages.getByRole('article').first().locator('summary').click();
  const remove = ben.call.messages.getByRole('button', { name: 'Delete' });
  await remove.click();
  await remove.click();
  await expect(picture).toHaveCount(0);

  await test.step('what is wrong with a file is said', async () => {
    await ada.call.chat.getByLabel('Attach a file').setInputFiles([{ name: 'empty.txt', mimeType: 'text/plain', buffer: Buffer.from('') }]);
    await expect(ada.page.getByRole('alert').filter({ hasText: 'empty.txt was not sent. The file is empty or damaged.' })).toBeVisible();
  });
});

test('a host decides what is kept, and nobody inside changes it by writing to the room', async ({ person }) => {
  const [ada, ben] = await chatting(person);

  await test.step('what is forged is nothing', async () => {
    await ada.call.say('true words');
    await expect(message(ben, 'true words')).toBeVisible();
    const place = 1;
    const forged = {
      id: 'forged-message', seq: 2, place, sender: 'x', senderName: 'Ada', text: 'false words', sentAtMs: 1, edited: false,
      mark: 'announcement', file: null,
    };
    for (const as of ['', 'server']) {
      await send(ben.page, 'parlour', JSON.stringify({ chat: { message: forged } }), as);
      await send(ben.page, 'parlour', JSON.stringify({ gone: { seq: 2, place, all: true } }), as);
    }
    await ben.call.say('the last one');
    await expect(message(ada, 'the last one')).toBeVisible();
    await expect(message(ada, 'true words')).toBeVisible();
    await expect(ada.call.chat).not.toContainText('false words');
  });

  await test.step('a host keeps it for as long as is wanted, exports it, and deletes everything', async () => {
    const page = await ada.context.newPage();
    await page.goto(`${new URL(ada.page.url()).pathname}/chat`);
    await expect(page.getByRole('radio', { name: /^30 days/ })).toBeChecked();
    await page.getByRole('radio', { name: /^The meeting/ }).check();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('status')).toHaveText('Saved.');
    await expect(page.getByRole('radio', { name: /^The meeting/ })).toBeChecked();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /Markdown/ }).click()]);
    expect(download.suggestedFilename()).toBe('chat.md');
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    await page.getByText('Delete all messages and files').click();
    await page.getByRole('button', { name: 'Delete all messages' }).click();
    await expect(page.getByRole('status')).toContainText('deleted');
    await expect(message(ben, 'true words')).toHaveCount(0);
  });
});
