// A forgotten password: the form, the mail, and what its link opens.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { makeAccount } from '../account.ts';
import { expect } from '../fixtures.ts';
import { startMailServer } from '../lib/mail-server.mjs';
import { startProduct } from '../lib/product.mjs';
import { test as base } from '../own-product.ts';
import { poll } from '../wait.ts';

type MailServer = Awaited<ReturnType<typeof startMailServer>>;

const test = base.extend<{ mailServer: MailServer }>({
  mailServer: async ({}, use) => {
    const server = await startMailServer();
    await use(server);
    await server.stop();
  },
  product: async ({ listen, mailServer }, use) => {
    const environment = (url: string) => ({
      PARLOUR_PUBLIC_URL: url,
      PARLOUR_SMTP_URL: `smtp://127.0.0.1:${mailServer.port}?tls=none`,
      PARLOUR_SMTP_FROM: 'parlour@example.org',
      PARLOUR_REGISTRATION: '@school.example',
    });
    const product = await startProduct(environment, listen);
    await use(product);
    await product.stop();
  },
});

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
}

test('a forgotten password is chosen anew by a link that came by mail', async ({ person, product, mailServer }) => {
  const { page } = await person('Ada', 'green');
  await makeAccount(page, product);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: 'Make an account' }).click();
  await expect(page.getByText('Your address must end in @school.example.')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Back to signing in' }).click();
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await expect(page.getByRole('button', { name: 'Send the link' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('textbox', { name: 'E-mail address' }).fill('ada@example.org');
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(page.getByRole('heading', { name: 'Look into your mailbox' })).toBeVisible();
  await expectAccessible(page);

  await poll(() => mailServer.mails.length).toBe(1);
  await page.goto(/http\S+#link=\S+/.exec(mailServer.mails[0]!.text)![0]);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('New password').fill('seven quiet umbrellas');
  await page.getByRole('button', { name: 'Save password' }).click();
  await expect(page.getByRole('heading', { name: 'My meetings' })).toBeVisible();
});
