// Browsers and addresses that cannot hold a call: it is said why, before anybody presses Join in vain.
import { expect, type Person, test } from '../fixtures.ts';
import { MEDIA_IP } from '../lib/namespace.mjs';
import { test as testWithProduct } from '../own-product.ts';

const testFromOutside = testWithProduct.extend({
  listen: '0.0.0.0',
  hosts: async ({ product }, use) => use([new URL(product.url).host.replace('127.0.0.1', MEDIA_IP)]),
});

async function expectObstacle({ page, preJoin }: Person, heading: string): Promise<void> {
  const notice = page.getByRole('alert').filter({ hasText: heading });
  await expect(notice).toBeVisible();
  await expect(preJoin.joinButton).toBeDisabled();
  await notice.getByRole('button', { name: 'Copy link' }).click();
  await expect(page.getByRole('status').filter({ hasText: /Link copied|Copy this link/ })).toBeVisible();
}

test('the browser inside an app is named', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green');
  await ada.page.addInitScript(() => {
    const agent = `${navigator.userAgent} Instagram 300.0.0`;
    Object.defineProperty(Navigator.prototype, 'userAgent', { get: () => agent });
  });
  await ada.preJoin.open(await meeting());
  await expectObstacle(ada, "Calls don't work inside Instagram");
});

test('a browser without WebRTC is told which ones have it', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green');
  await ada.page.addInitScript(() => void Reflect.deleteProperty(window, 'RTCPeerConnection'));
  await ada.preJoin.open(await meeting());
  await expectObstacle(ada, 'This browser cannot make calls');
});

testFromOutside('at an address without https it is said that the link is not secure', async ({ person, meeting, product }) => {
  // The browser itself says that such a page is not kept apart from others.
  const ada = await person('Ada', 'green', { expectedErrors: [/Cross-Origin-Opener-Policy/] });
  await ada.preJoin.open(product.url.replace('127.0.0.1', MEDIA_IP) + (await meeting()));
  await expectObstacle(ada, 'This link is not secure');
});
