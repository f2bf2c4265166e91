// Tests with a Parlour of their own, which they may end: the other tests go on with theirs.
import { test as base } from './fixtures.ts';
import { startLivekit } from './lib/livekit.mjs';
import { startProduct } from './lib/product.mjs';

type Product = Awaited<ReturnType<typeof startProduct>>;
type Livekit = Awaited<ReturnType<typeof startLivekit>>;

/** With the LiveKit that Parlour starts. */
export const test = base.extend<{ livekit: Livekit | undefined; listen: string; product: Product }>({
  livekit: undefined,
  listen: '127.0.0.1',
  product: async ({ livekit, listen }, use) => {
    const product = await startProduct(livekit?.environment, listen);
    await use(product);
    await product.stop();
  },
  baseURL: async ({ product }, use) => use(product.url),
  hosts: async ({ product, livekit }, use) => use([new URL(product.url).host, ...(livekit ? [livekit.host] : [])]),
});

/** With a LiveKit of the operator's own, which has a relay where one is wanted. */
export const testWithLivekit = test.extend<{ relay: boolean; livekit: Livekit }>({
  relay: false,
  livekit: async ({ relay }, use) => {
    const livekit = await startLivekit(relay);
    await use(livekit);
    await livekit.stop();
  },
});
