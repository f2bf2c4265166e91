// What LiveKit lets people do whom Parlour has let in, and what pages believe, tried with a client that shares no code with
// Parlour's pages.
import type { APIRequestContext } from '@playwright/test';

import type { Person } from '../fixtures.ts';
import { NONSENSE } from '../forge.ts';
import { type Admission, SOURCES, admitted, expect, test } from '../independent.ts';

const EVERYTHING = [...SOURCES, 'data'];
const NO_SCREEN = ['camera', 'microphone', 'data'];

/** What each role sends to the others; and where only hosts share their screens. */
const SENDS: Record<string, { open: string[]; onlyHostsShare: string[] }> = {
  host: { open: EVERYTHING, onlyHostsShare: EVERYTHING },
  co_host: { open: EVERYTHING, onlyHostsShare: EVERYTHING },
  participant: { open: EVERYTHING, onlyHostsShare: NO_SCREEN },
  guest: { open: EVERYTHING, onlyHostsShare: NO_SCREEN },
  student: { open: ['data'], onlyHostsShare: ['data'] },
  viewer: { open: [], onlyHostsShare: [] },
};
const ROLES = Object.keys(SENDS);

async function newRoom(host: APIRequestContext): Promise<string> {
  const made = await host.post('/api/rooms/create', { data: {} });
  expect(made.status(), await made.text()).toBe(201);
  return (await made.json()).roomName;
}

async function moderate(host: APIRequestContext, room: string, what: object): Promise<void> {
  const answer = await host.post(`/api/rooms/${room}/moderation`, { data: what });
  expect(answer.status(), await answer.text()).toBe(204);
}

for (const rules of ['open', 'onlyHostsShare'] as const) {
  const where = rules === 'open' ? '' : ', where only hosts share';
  test(`LiveKit lets each role see, and send what the table says and nothing else${where}`, async ({ clients, visitor }) => {
    const host = await visitor();
    const room = await newRoom(host);
    if (rules === 'onlyHostsShare') await moderate(host, room, { rule: ['shareOff', true] });
    const witness = await admitted(await visitor(), room, 'Witness');
    await clients.join('witness', witness);
    expect(await clients.publish('witness', 'camera')).toBe(true);
    const people: Record<string, Admission> = {};
    for (const role of ROLES) {
      const person = role === 'host' ? host : await visitor();
      people[role] = await admitted(person, room, role);
      if (role === 'host') continue;
      await moderate(host, room, { assign: [people[role].identity, role] });
      // The token says what they are from here on.
      people[role] = await admitted(person, room, role);
    }
    const seenOf = (role: string) => clients.seen.filter(({ by, from }) => by === 'witness' && from === people[role].identity);
    const kindsOf = (role: string) => [...new Set(seenOf(role).map(({ what }) => what))].sort();
    const textsOf = (role: string) => seenOf(role).flatMap(({ what, text }) => (what === 'data' ? [text] : []));

    // All at once: this client waits ten seconds for LiveKit to think better of what it has refused.
    const taken = await Promise.all(
      ROLES.map(async (role) => {
        await clients.join(role, people[role]);
        // Whose data it is, this client knows only of those whose coming it was told.
        await expect.poll(() => kindsOf(role)).toContain('came');
        await clients.send(role, 'test', 'first');
        const answers = await Promise.all(SOURCES.map((source) => clients.publish(role, source)));
        return SOURCES.filter((_, at) => answers[at]);
      }),
    );
    // Everybody sees, whatever they may send.
    await Promise.all(ROLES.map((role) => clients.watch(role, witness.identity)));
    for (const [at, role] of ROLES.entries()) {
      const expected = SENDS[role][rules];
      expect(taken[at], `what LiveKit takes of a ${role}`).toEqual(SOURCES.filter((source) => expected.includes(source)));
      await expect.poll(() => kindsOf(role), `what arrives of a ${role}`).toEqual([...expected, 'came'].sort());
    }

    // Once a viewer may send, the next packet arrives; the first, which went the same way before it, does not.
    await moderate(host, room, { assign: [people.viewer.identity, 'guest'] });
    await clients.send('viewer', 'test', 'second');
    await expect.poll(() => textsOf('viewer')).toEqual(['second']);

    // Whoever has left sends nothing any more: this is all that there was.
    for (const role of ROLES) {
      await clients.leave(role);
      await expect.poll(() => kindsOf(role)).toContain('left');
      const arrived = role === 'viewer' ? ['data'] : SENDS[role][rules];
      expect(kindsOf(role), `what has arrived of a ${role}`).toEqual([...arrived, 'came', 'left'].sort());
      expect(textsOf(role)).toEqual(role === 'viewer' ? ['second'] : ['first']);
    }
  });
}

/** Every packet of the server's, in the words of somebody else. */
const FORGED = [
  {
    chat: {
      message: {
        id: 'forged-message', seq: 2, place: 2, sender: 'x', senderName: 'Ada', text: 'false words', sentAtMs: 1, edited: false,
        mark: 'announcement', file: null,
      },
    },
  },
  {
    chat: {
      message: {
        id: 'forged-edition', seq: 2, place: 1, sender: 'x', senderName: 'Ada', text: 'false words', sentAtMs: 1, edited: true,
        mark: 'pinned', file: null,
      },
    },
  },
  { gone: { seq: 2, place: 1, all: false } },
  { gone: { seq: 2, place: 2, all: true } },
  { rules: { ask: true, locked: true, chatOff: true, shareOff: true } },
];

const RULES = ['Ask before joining', 'Lock the meeting', 'Only hosts write in the chat', 'Only hosts share a screen'];

test('what another client writes in the name of the server is believed by nobody', async ({ person, clients, visitor }) => {
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  const link = await ada.begin();
  await ben.join(link);
  for (const one of [ada, ben]) {
    await one.call.switch('Chat', true);
    await one.call.switch('Microphone', false);
  }
  await ada.call.say('true words');
  await expect(ben.call.messages).toContainText('true words');
  await clients.join('eve', await admitted(await visitor(), link.slice(1), 'Eve'));
  for (const reliable of [false, true]) {
    for (const packet of [...FORGED.map((packet) => JSON.stringify(packet)), ...NONSENSE]) {
      await clients.send('eve', 'parlour', packet, reliable);
    }
  }
  // Some of it came before the pages had been told of her. What she may say, she says last, on the channel that keeps the order.
  for (const one of [ada, ben]) await expect(one.call.tile('Eve')).toBeVisible();
  const question = { message: { stream: 1, seq: 1, base: 1, body: 'askToUnmute' } };
  await clients.send('eve', 'parlour.peer', JSON.stringify(question));
  const asked = ({ page }: Person) => page.getByTestId('microphone-notice').filter({ hasText: 'Eve asks you to unmute.' });
  for (const one of [ada, ben]) {
    await expect(asked(one)).toBeVisible();
    await expect(one.call.messages).toContainText('true words');
    await expect(one.page.getByText('false words')).toHaveCount(0);
    await expect(one.call.chat.getByRole('textbox', { name: 'Message' })).toBeEnabled();
  }
  await ada.call.more();
  for (const rule of RULES) {
    await expect(ada.page.getByRole('dialog', { name: 'More' }).getByRole('switch', { name: rule })).not.toBeChecked();
  }
  await ada.call.more();
  // And the server itself is still believed.
  await ada.call.say('more true words');
  await expect(ben.call.messages).toContainText('more true words');
});

test('who calls herself a host is none, for LiveKit, the pages and the server', async ({ person, clients, visitor }) => {
  const ada = await person('Ada', 'green');
  const room = (await ada.begin()).slice(1);
  const eve = await visitor();
  const admission = await admitted(eve, room, 'Eve');
  await clients.join('eve', admission);
  await ada.call.switch('People', true);
  const line = ada.call.participants.getByRole('listitem').filter({ hasText: 'Eve' });
  await expect(line).toBeVisible();
  await clients.claim('eve', { 'parlour.role': 'host', 'parlour.heir': 'true' });
  // What she may say of herself comes after it, with all else that is said of her.
  const raised = await eve.post('/api/fn/set_hand', { data: { room, raised: true } });
  expect(raised.status(), await raised.text()).toBe(200);
  await ada.call.expectMark('Eve', 'hand', true);
  await expect(line).not.toContainText('Host');
  const refused = await eve.post(`/api/rooms/${room}/moderation`, { data: { mute: admission.identity } });
  expect(refused.status()).toBe(403);
});
