// One person with an account, two browsers: the call is in one of them, and the person decides in which.
import { makeAccount, signIn } from '../account.ts';
import { WITHOUT_SERVER } from '../faults.ts';
import { expect, type Person } from '../fixtures.ts';
import { colourShown } from '../measure.ts';
import { test } from '../own-product.ts';
import { cuttableLine } from '../signalling.ts';
import { poll } from '../wait.ts';

/** A browser that comes back is refused its old token, and asks the server what has become of the call. */
const OUTDATED = [/status of 403/, /not_in_meeting/];

/** The call is in this browser alone, as Ben sees it too. */
async function expectCallIn(browser: Person, former: Person, ben: Person): Promise<void> {
  await browser.call.connected();
  await expect(former.page.getByRole('heading', { name: 'You joined from another place' })).toBeVisible();
  await poll(() => colourShown(ben.call.video('Ada'))).toBe(browser.name === 'laptop' ? 'green' : 'red');
  await expect(ben.call.tiles).toHaveCount(2);
}

/** Wants in by a press on the page's button, and is asked. */
async function expectAsked({ moveCall }: Person): Promise<void> {
  await expect(moveCall.dialog).toBeVisible();
  await expect(moveCall.dialog).toContainText('in another browser');
}

test('another browser of the same account asks, and the call goes where the person says', async ({ person, meeting, product }) => {
  const link = await meeting();
  const expectedErrors = [...WITHOUT_SERVER, ...OUTDATED];
  const laptop = await person('laptop', 'green', { expectedErrors });
  const phone = await person('phone', 'red', { expectedErrors });
  const ben = await person('Ben', 'blue');
  const line = await cuttableLine(laptop.page);
  await makeAccount(laptop.page, product);
  await phone.page.goto('/signin');
  await signIn(phone.page);
  await expect(phone.page.getByRole('heading', { name: 'My meetings' })).toBeVisible();
  for (const browser of [laptop, phone]) {
    await browser.preJoin.open(link);
    await browser.preJoin.name.fill('Ada');
  }
  await laptop.preJoin.joinButton.click();
  await laptop.call.connected();
  await ben.join(link);
  await poll(() => colourShown(ben.call.video('Ada'))).toBe('green');

  await test.step('"Stay there" leaves it where it is', async () => {
    await phone.preJoin.joinButton.click();
    await expectAsked(phone);
    await phone.moveCall.stay.click();
    await expect(phone.moveCall.dialog).toBeHidden();
    await expect(phone.preJoin.joinButton).toBeFocused();
    await laptop.call.connected();
    await poll(() => colourShown(ben.call.video('Ada'))).toBe('green');
  });

  await test.step('"Move the call here" moves it', async () => {
    await phone.preJoin.joinButton.click();
    await expectAsked(phone);
    await phone.moveCall.move.click();
    await expectCallIn(phone, laptop, ben);
  });

  await test.step('"Rejoin" asks in its turn', async () => {
    await laptop.page.getByRole('button', { name: 'Rejoin' }).click();
    await expectAsked(laptop);
    await laptop.moveCall.move.click();
    await expectCallIn(laptop, phone, ben);
  });

  await test.step('a browser that was away when the call moved does not take it back', async () => {
    // Whatever the laptop asks for and hears is lost. What is open already stays so in a browser that is offline.
    await laptop.context.setOffline(true);
    await line.cut();
    await expect(laptop.call.main).toHaveAttribute('data-connection', 'reconnecting');
    await phone.page.getByRole('button', { name: 'Rejoin' }).click();
    await expectAsked(phone);
    await phone.moveCall.move.click();
    await phone.call.connected();
    line.mend();
    await laptop.context.setOffline(false);
    await expectCallIn(phone, laptop, ben);
  });
});
