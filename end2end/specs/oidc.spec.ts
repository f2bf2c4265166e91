// Signing in by an OpenID Connect provider: the page's policy lets people go there, and they come back.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { expect } from '../fixtures.ts';
import { startProduct } from '../lib/product.mjs';
import { test as base } from '../own-product.ts';

const PROGRAM = fileURLToPath(new URL('../lib/oidc-provider.mjs', import.meta.url));
const CALLBACK = '/signin/oidc/callback';

const test = base.extend<{ issuer: string }>({
  issuer: async ({}, use) => {
    const provider = spawn('node', [PROGRAM, `http://127.0.0.1:3000${CALLBACK}`], { stdio: ['pipe', 'pipe', 'ignore'] });
    const [issuer] = await once(createInterface(provider.stdout), 'line');
    await use(issuer);
    provider.kill();
  },
  product: async ({ listen, issuer }, use) => {
    const product = await startProduct(
      {
        PARLOUR_OIDC_ISSUER: issuer,
        PARLOUR_OIDC_CLIENT_ID: 'parlour',
        PARLOUR_OIDC_CLIENT_SECRET: 'secret-of-parlour',
        PARLOUR_OIDC_NAME: 'School',
      },
      listen,
    );
    const people = { ada: { name: 'Ada', email: 'ada@example.org' } };
    const change = { callbacks: [`${product.url}${CALLBACK}`], people };
    await fetch(`${issuer}/control`, { method: 'POST', body: JSON.stringify(change) });
    await use(product);
    await product.stop();
  },
  hosts: async ({ product, issuer }, use) => use([new URL(product.url).host, new URL(issuer).host]),
});

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
}

test('somebody signs in at the provider and comes back to where they wanted to go', async ({ person, product }) => {
  const { page: ada } = await person('Ada', 'green', { expectedErrors: [/status of 400/] });
  await ada.goto(`${product.url}/settings`);
  await expectAccessible(ada);
  await ada.getByRole('link', { name: 'Continue with School' }).click();
  await ada.getByLabel('Who you are').fill('ada');
  await ada.getByRole('button', { name: 'Go on' }).click();
  await expect(ada).toHaveURL(`${product.url}/settings`);
  await expect(ada.getByText('You sign in with School, which knows you as ada@example.org.')).toBeVisible();
  await expect(ada.getByRole('heading', { name: 'Password' })).toHaveCount(0);
  await ada.goto(`${product.url}${CALLBACK}?state=x&code=y`);
  await expect(ada, 'another tab has done it').toHaveURL(`${product.url}/meetings`);
  await ada.getByRole('button', { name: 'Sign out' }).click();
  await ada.goto(`${product.url}${CALLBACK}?state=x&code=y`);
  await expect(ada.getByRole('heading', { name: 'This sign-in is over' })).toBeVisible();
  await expectAccessible(ada);
});
