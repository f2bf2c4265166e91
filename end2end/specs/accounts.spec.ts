// Accounts, from the first administrator's link to a meeting that only accounts may join.
import { createHmac } from 'node:crypto';

import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { PASSWORD, makeAccount, signIn } from '../account.ts';
import { expect } from '../fixtures.ts';
import { startProduct } from '../lib/product.mjs';
import { test as base } from '../own-product.ts';

const test = base.extend({
  product: async ({ listen }, use) => {
    const product = await startProduct({ PARLOUR_ACCESS: 'accounts' }, listen);
    await use(product);
    await product.stop();
  },
});

/** The present code of a secret (TOTP, RFC 6238). */
function code(secret: string): string {
  const bits = [...secret.replace(/\s/g, '')]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const number = mac.readUInt32BE(mac[19]! & 15) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, '0');
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
}

test('the first administrator lets somebody in, who comes back to the room', async ({ person, product }) => {
  const { page: ada } = await person('Ada', 'green');
  await makeAccount(ada, product);
  await expectAccessible(ada);

  await ada.getByRole('link', { name: 'Administration' }).click();
  await ada.getByLabel('Your password').fill(PASSWORD);
  await ada.getByRole('button', { name: 'Set up codes' }).click();
  await expect(ada.getByRole('img', { name: 'QR code of the setup link' })).toBeVisible();
  await expectAccessible(ada);
  const secret = (await ada.getByTestId('totp-secret').textContent()) ?? '';
  await ada.getByRole('textbox', { name: 'Code' }).fill(code(secret));
  await ada.getByRole('button', { name: 'Confirm' }).click();
  await expect(ada.getByTestId('recovery-codes').getByRole('listitem')).toHaveCount(10);
  await ada.getByRole('link', { name: 'Go to administration' }).click();

  await ada.getByRole('textbox', { name: 'Name' }).fill('Ben');
  await ada.getByRole('textbox', { name: 'E-mail address' }).fill('ben@example.org');
  await ada.getByRole('button', { name: 'Make account' }).click();
  const handedOver = ((await ada.getByTestId('hand-over-link').textContent()) ?? '').trim();
  await expectAccessible(ada);
  await ada.getByRole('link', { name: 'My meetings' }).click();
  await ada.getByRole('textbox', { name: 'Title' }).fill('Weekly sync');
  await ada.getByRole('button', { name: 'New meeting' }).click();
  await expect(ada.getByRole('heading', { name: 'Weekly sync' })).toBeVisible();
  const room = new URL(ada.url()).pathname;

  const { page: ben } = await person('Ben', 'blue');
  await ben.goto(handedOver);
  await ben.getByRole('button', { name: 'Continue' }).click();
  await ben.getByLabel('New password').fill(PASSWORD);
  await ben.getByRole('button', { name: 'Save password' }).click();
  await ben.getByRole('button', { name: 'Sign out' }).click();
  await ben.goto(room);
  await expect(ben).toHaveURL(`${product.url}/signin?next=${room}`);
  await signIn(ben, 'ben@example.org');
  await expect(ben).toHaveURL(`${product.url}${room}`);
  await expect(ben.getByRole('heading', { name: 'Weekly sync' })).toBeVisible();
  await expect(ben.getByRole('link', { name: 'My meetings, Ben' })).toBeVisible();
});

test('who has to sign in first is told so on the home page', async ({ person, product }) => {
  const { home, page } = await person('Ada', 'green');
  await home.open();
  await expect(home.newMeeting).toBeHidden();
  // The application's router leaves these links to the server.
  await page.getByRole('link', { name: 'Sign in to start a meeting' }).click();
  await expect(page).toHaveURL(`${product.url}/signin?next=/meetings`);
  await expect(page.getByRole('textbox', { name: 'E-mail address' })).toBeVisible();
});
