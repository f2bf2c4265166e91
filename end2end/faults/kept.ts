// What an outage may not take: a raised hand, and what was written before it and while it lasted.
import { expect, type Person } from '../fixtures.ts';

const [BEFORE, ...MEANWHILE] = ['before', 'meanwhile', 'and then'];

/** Three people, of whom the second has a hand up and has written. */
export async function leaveTraces([ada, ben]: [Person, Person, Person]): Promise<void> {
  await ben.call.switch('Raise hand', true);
  await ada.call.expectMark('Ben', 'hand', true);
  await ben.call.switch('Chat', true);
  await ben.call.say(BEFORE);
  await ada.call.switch('Chat', true);
  await expect(ada.call.messages).toContainText(BEFORE);
  // Beside the chat there is little room for pictures.
  for (const { call } of [ada, ben]) await call.switch('Chat', false);
}

/** The first one writes while there is no LiveKit. */
export async function writeMeanwhile([ada]: [Person, Person, Person]): Promise<void> {
  await ada.call.switch('Chat', true);
  for (const text of MEANWHILE) await ada.call.say(text);
  await expect(ada.call.messages).toContainText(MEANWHILE.at(-1) ?? '');
  await ada.call.switch('Chat', false);
}

/** All of it is there for everybody, once and in order, and no other hand is up. */
export async function expectTraces(people: [Person, Person, Person]): Promise<void> {
  for (const { call } of people) {
    for (const { name } of people) await call.expectMark(name, 'hand', name === 'Ben');
    await call.switch('Chat', true);
    await expect(call.messages.locator('.message > p:first-of-type')).toHaveText([BEFORE, ...MEANWHILE]);
    await expect(call.messages.locator('.message:not([data-state=sent])')).toHaveCount(0);
  }
  await expect(people[1].call.toggle('Raise hand')).toHaveAttribute('aria-pressed', 'true');
}
