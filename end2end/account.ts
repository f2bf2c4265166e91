// Somebody with an account, made as people make the first one.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, type Page } from '@playwright/test';

export const PASSWORD = 'rusty kettle orbit 9';
const EMAIL = 'ada@example.org';

/** Makes Ada's account by the link for the first administrator; the page ends among her meetings. */
export async function makeAccount(page: Page, product: { data: string; url: string }): Promise<void> {
  await page.goto(readFileSync(join(product.data, 'first-administrator.txt'), 'utf8').trim());
  await expect(page, 'the secret does not stay in the address').toHaveURL(`${product.url}/signin`);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('textbox', { name: 'Your name' }).fill('Ada');
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(EMAIL);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await expect(page.getByRole('heading', { name: 'My meetings' })).toBeVisible();
}

/** Signs in where a page asks for it. */
export async function signIn(page: Page, email = EMAIL): Promise<void> {
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
