// One person, two tabs: the call is in one of them, and the person decides in which.
import { expect, joinTogether, test, type Person } from '../fixtures.ts';
import { colourShown, tonesHeard } from '../measure.ts';
import { capturing, hang } from '../probe.ts';
import { poll } from '../wait.ts';

/** What livekit-client says when its connection was ended from outside before it has read why, as when its page hung. */
const ENDED_MEANWHILE = [/data ?channel/i];

/** Ada is in the call with Ben, and wants in from a second tab. */
async function secondTab(ada: Person, ben: Person, link: string): Promise<Person> {
  await joinTogether(link, ada, ben);
  await poll(() => colourShown(ben.call.video('Ada'))).toBe('green');
  const second = await ada.anotherTab();
  await second.preJoin.open(link);
  await expect(second.page.getByText('You are in this meeting in another tab.')).toBeVisible();
  await second.preJoin.joinButton.click();
  await expect(second.moveCall.dialog).toBeVisible();
  return second;
}

/** The call is in this tab alone, as Ben sees and hears it too. */
async function expectCallIn(tab: Person, former: Person, ben: Person): Promise<void> {
  await tab.call.connected();
  await expect(former.page.getByRole('heading', { name: 'You joined from another place' })).toBeVisible();
  await expect(former.page.getByText('The call goes on in another tab')).toBeVisible();
  await poll(() => capturing(former.page)).toEqual([]);
  await poll(() => colourShown(ben.call.video('Ada'))).toBe('green');
  await poll(() => tonesHeard(ben.page)).toEqual([400]);
  await expect(ben.call.tile('Ada')).toHaveCount(1);
  await expect(ben.call.tiles).toHaveCount(2);
  await poll(() => colourShown(tab.call.video('Ben'))).toBe('blue');
}

test('a second tab asks, and the call goes where the person says', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  const second = await secondTab(ada, ben, await meeting());

  await test.step('"Stay there" leaves it where it is', async () => {
    await second.moveCall.stay.click();
    await expect(second.moveCall.dialog).toBeHidden();
    await expect(second.preJoin.joinButton, 'the focus is where it was').toBeFocused();
    await second.preJoin.joinButton.click();
    await expect(second.moveCall.dialog).toBeVisible();
    await second.page.keyboard.press('Escape');
    await expect(second.moveCall.dialog).toBeHidden();
    await ada.call.connected();
    await expect(ben.call.tile('Ada')).toHaveCount(1);
    await poll(() => colourShown(ben.call.video('Ada'))).toBe('green');
  });

  await test.step('"Move the call here" moves it', async () => {
    await second.preJoin.joinButton.click();
    await expect(second.moveCall.dialog).toBeVisible();
    await second.moveCall.move.click();
    await expectCallIn(second, ada, ben);
  });

  await test.step('"Rejoin" asks in its turn', async () => {
    await ada.page.getByRole('button', { name: 'Rejoin' }).click();
    await expect(ada.moveCall.dialog).toBeVisible();
    await second.call.connected();
    await ada.moveCall.move.click();
    await expectCallIn(ada, second, ben);
  });

  await test.step('there is nothing to ask when the call is free', async () => {
    await ada.call.leave();
    await expect(ada.call.main).toHaveAttribute('data-connection', 'disconnected');
    await second.page.getByRole('button', { name: 'Rejoin' }).click();
    await second.call.connected();
    await expect(second.moveCall.dialog).toBeHidden();
  });

  await test.step('a tab that is closed has the call no more', async () => {
    await second.page.close();
    await expect(ben.call.tile('Ada')).toHaveCount(0);
    await ada.page.getByRole('button', { name: 'Rejoin' }).click();
    await ada.call.connected();
    await expect(ada.moveCall.dialog).toBeHidden();
  });
});

test('a tab that hangs is taken over, and does not fight back when it wakes', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green', { expectedErrors: ENDED_MEANWHILE });
  const ben = await person('Ben', 'blue');
  const second = await secondTab(ada, ben, await meeting());
  // Nothing runs in the first tab until the second has the call.
  const goOn = await hang(ada.page);
  await second.moveCall.move.click();
  await expect(second.moveCall.dialog).toContainText('Moving the call here…');
  await second.call.connected();
  await poll(() => colourShown(ben.call.video('Ada'))).toBe('green');

  await goOn();
  await expectCallIn(second, ada, ben);
  // What it heard while it hung has no late effect.
  await expect(ada.call.main).toHaveAttribute('data-connection', 'disconnected');
  await second.call.connected();
});

test('without locks joining works, and the older tab says where the call went', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green', { expectedErrors: ENDED_MEANWHILE });
  const ben = await person('Ben', 'blue');
  await ada.context.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });
    Reflect.deleteProperty(window, 'BroadcastChannel');
  });
  await joinTogether(link, ada, ben);
  const second = await ada.anotherTab();
  await second.join(link);
  await expectCallIn(second, ada, ben);
});
