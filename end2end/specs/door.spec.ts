// The door: waiting at it, letting in, taking out, ending for all. Hosts do it in the page, and the others see it at once.
import { expect, test, type Person } from '../fixtures.ts';
import { tonesHeard } from '../measure.ts';
import { poll } from '../wait.ts';

/** What livekit-client says of a connection that the server has ended. */
const ENDED_BY_THE_SERVER = [/^console: DataChannel error on /, /^console: publisher data channel '\w+' closed unexpectedly/];

async function turn(person: Person, name: string): Promise<void> {
  await person.call.more();
  await person.call.decree(name);
  await person.call.more();
}

const waiting = (person: Person) => person.call.people.getByRole('list', { name: 'Waiting to join' });

test('who waits is seen, let in by a host, and comes back without asking', async ({ person }) => {
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  const cora = await person('Cora', 'red');
  const link = await ada.begin();
  await turn(ada, 'Ask before joining');

  await ben.preJoin.open(link);
  await expect(ben.page.getByText('The meeting is in progress.')).toBeVisible();
  await ben.preJoin.join('Ben');
  await expect(ben.page.getByRole('heading', { name: 'Waiting to be let in' })).toBeVisible();
  await expect(ben.page.getByText('You are the next.')).toBeVisible();
  await ben.page.getByRole('textbox', { name: 'Note for the hosts' }).fill('The plumber');
  await ben.page.getByRole('button', { name: 'Leave note' }).click();
  await cora.preJoin.open(link);
  await cora.preJoin.join('Cora');
  await expect(cora.page.getByText('One person is before you.')).toBeVisible();

  const notice = ada.page.getByTestId('door-notice');
  await expect(notice).toContainText('2 people are waiting to be let in.');
  await expect(ada.page).toHaveTitle(/^\(2 waiting\)/);
  await notice.getByRole('button', { name: 'See who' }).click();
  await expect(waiting(ada).getByRole('listitem')).toHaveCount(2);
  await expect(waiting(ada)).toContainText('The plumber');
  await waiting(ada).getByRole('listitem').filter({ hasText: 'Ben' }).getByRole('button', { name: 'Admit' }).click();
  await ben.call.connected();
  await poll(() => tonesHeard(ada.page)).toEqual([700]);
  await expect(cora.page.getByText('You are the next.')).toBeVisible();
  await waiting(ada).getByRole('button', { name: 'Deny' }).click();
  await expect(cora.page.getByRole('alert').filter({ hasText: 'A host did not let you in.' })).toBeVisible();
  await expect(ada.page).toHaveTitle(/^(?!\()/);

  // Ben was let in: a locked door is none for him.
  await turn(ada, 'Lock the meeting');
  await ben.page.reload();
  await ben.preJoin.interactive();
  await ben.preJoin.join('Ben');
  await ben.call.connected();
  await cora.page.reload();
  await cora.preJoin.interactive();
  await cora.preJoin.join('Cora');
  await expect(cora.page.getByRole('alert').filter({ hasText: /did not let you in|locked/ })).toBeVisible();
});

test('a host mutes, takes out and ends for all', async ({ person }) => {
  const ada = await person('Ada', 'green', { expectedErrors: ENDED_BY_THE_SERVER });
  const ben = await person('Ben', 'blue', { expectedErrors: ENDED_BY_THE_SERVER });
  const link = await ada.begin();
  await ben.join(link);
  await poll(() => tonesHeard(ada.page)).toEqual([700]);
  await ada.call.switch('People', true);
  const line = ada.call.participants.getByRole('listitem').filter({ hasText: 'Ben' });
  await expect(ben.call.participants).toHaveCount(0);
  await line.locator('summary').filter({ hasText: 'What to do about Ben' }).click();
  await line.getByRole('button', { name: 'Mute', exact: true }).click();
  await expect(ben.call.toggle('Microphone')).toHaveAttribute('aria-pressed', 'false');
  await poll(() => tonesHeard(ada.page)).toEqual([]);

  // He may only listen, and then speak again.
  await line.getByRole('button', { name: 'Let only listen' }).click();
  await expect(ben.call.toggle('Camera')).toBeDisabled();
  await expect(ada.call.video('Ben')).toHaveCount(0);
  await line.getByRole('button', { name: 'Let take part' }).click();
  await expect(ben.call.toggle('Camera')).toBeEnabled();
  await ben.call.toggle('Microphone').click();
  await poll(() => tonesHeard(ada.page)).toEqual([700]);

  await ben.call.switch('Camera', true);
  await ben.call.switch('Share screen', true);
  await line.getByRole('button', { name: 'Stop sharing' }).click();
  await expect(ben.call.toggle('Share screen')).toHaveAttribute('aria-pressed', 'false');
  await expect(ada.call.tile('Ben', 'screen_share')).toHaveCount(0);
  await expect(ada.call.video('Ben')).toHaveCount(1);
  await line.getByRole('button', { name: 'Stop camera' }).click();
  await expect(ben.call.toggle('Camera')).toHaveAttribute('aria-pressed', 'false');
  await expect(ada.call.video('Ben')).toHaveCount(0);

  await line.getByRole('button', { name: 'Remove' }).click();
  await expect(ben.page.getByRole('heading', { name: 'You were removed from the meeting' })).toBeVisible();
  await expect(ada.call.participants.getByRole('listitem')).toHaveCount(1);
  await ben.page.getByRole('button', { name: 'Rejoin' }).click();
  await expect(ben.page.getByRole('heading', { name: 'Waiting to be let in' })).toBeVisible();
  await waiting(ada).getByRole('button', { name: 'Admit' }).click();
  await ben.call.connected();

  await ada.call.more();
  await ada.page.getByRole('button', { name: 'End for everybody' }).click();
  await ada.page.getByRole('button', { name: 'End for everybody: press again' }).click();
  for (const one of [ada, ben]) {
    await expect(one.page.getByRole('heading', { name: 'The meeting has ended' })).toBeVisible();
  }
  await ben.page.getByRole('button', { name: 'Rejoin' }).click();
  await expect(ben.page.getByRole('alert').filter({ hasText: 'The meeting was ended for everybody.' })).toBeVisible();
});

test('who is kept out for good is told so, and comes back when a host lets them', async ({ person }) => {
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue', { expectedErrors: ENDED_BY_THE_SERVER });
  const link = await ada.begin();
  await ben.join(link);
  await ada.call.switch('People', true);
  const line = ada.call.participants.getByRole('listitem').filter({ hasText: 'Ben' });
  await line.locator('summary').click();
  await line.getByRole('button', { name: 'Keep out for good' }).click();
  await line.getByRole('button', { name: 'Keep out for good: press again' }).click();
  await expect(ben.page.getByRole('heading', { name: 'You are kept out of the meeting' })).toBeVisible();
  await expect(ben.page.getByRole('status').filter({ hasText: 'Ask a host to let you in again' })).toBeVisible();
  await expect(ben.page.getByRole('link', { name: 'Go to the start' })).toBeVisible();
  await expect(ben.page.getByRole('button', { name: 'Rejoin' }), 'it could not work').toBeHidden();
  await expect(ben.page.locator('main')).toHaveAttribute('data-connection', 'disconnected');

  const settings = await ada.context.newPage();
  await settings.goto(`${link}/settings`);
  await settings.getByRole('button', { name: 'Let in again' }).click();
  await expect(settings.getByText('Nobody is kept out.')).toBeVisible();
  await ben.join(link);
  await expect(line).toBeVisible();
});

test('only hosts write and share where they have decided so, and a host link makes another browser a host', async ({ person }) => {
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  const link = await ada.begin();
  await ben.join(link);

  await test.step('only hosts write', async () => {
    await ben.call.switch('Chat', true);
    await expect(ben.call.chat.getByRole('textbox', { name: 'Message' })).toBeVisible();
    await turn(ada, 'Only hosts write in the chat');
    await expect(ben.call.chat.getByText('Only hosts can write now.')).toBeVisible();
    await expect(ben.call.chat.getByRole('textbox', { name: 'Message' })).toBeHidden();
  });

  await test.step('only hosts share', async () => {
    await ben.call.switch('Share screen', true);
    await expect(ada.call.tile('Ben', 'screen_share')).toBeVisible();
    await turn(ada, 'Only hosts share a screen');
    await expect(ada.call.tile('Ben', 'screen_share')).toHaveCount(0);
    await expect(ben.call.toggle('Share screen')).toBeDisabled();
  });

  await test.step('Ben gets the host link, and is one', async () => {
    await ada.context.grantPermissions(['camera', 'microphone', 'clipboard-read', 'clipboard-write']);
    await ada.call.more();
    await ada.page.getByRole('button', { name: 'Copy host link' }).click();
    await expect(ada.page.getByRole('status').filter({ hasText: 'Host link copied.' })).toBeVisible();
    const copied = await ada.page.evaluate(() => navigator.clipboard.readText());
    await ben.page.goto('/'); // a link to the page that is shown would not load it
    await ben.page.goto(copied);
    await ben.preJoin.interactive();
    await expect(ben.page.getByRole('status').filter({ hasText: 'You are a host of this meeting.' })).toBeVisible();
    expect(ben.page.url()).toContain(link);
    expect(ben.page.url()).not.toContain('host=');
    await ben.preJoin.join('Ben');
    await ben.call.connected();
    await ben.call.more();
    await expect(ben.page.getByRole('button', { name: 'End for everybody' })).toBeVisible();
  });
});
