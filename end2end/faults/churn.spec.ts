// Two hundred joins and leaves beside somebody who stays: nothing of those who left may stay with them.
import type { CDPSession, Page } from '@playwright/test';

import { expect, test } from '../fixtures.ts';
import { record } from './results.ts';

const JOINS = Number(process.env.PARLOUR_CHURN_JOINS ?? 200);
/** Before the first count: what is made once and kept is there by then. */
const WARM_UP = 10;
/** What the browser itself may have lying about. */
const SLACK_NODES = 20;
const SLACK_LISTENERS = 10;
const SLACK_HEAP_BYTES = 1_500_000;
/** What an allocator leaves unused in between; it gives nothing back, so that what is leaked would be seen. */
const SLACK_WASM_BYTES = 500_000;
const MEGABYTE = 1_000_000;
const SECONDS_EACH = 10;

interface Held {
  nodes: number;
  listeners: number;
  heapBytes: number;
  wasmBytes: number;
  sounds: number;
  connections: number;
  decoders: number;
}

/** What the page holds on to, after everything that can be collected was. */
async function held(page: Page, devtools: CDPSession): Promise<Held> {
  await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  const metric = (name: string) => metrics.find((one) => one.name === name)?.value ?? Number.NaN;
  const media = await page.evaluate(async () => {
    const open = window.parlourProbe.connections.filter((connection) => connection.connectionState !== 'closed');
    const reports = await Promise.all(open.map((connection) => connection.getStats()));
    const entries = reports.flatMap((report) => [...report.values()]);
    return {
      wasmBytes: [...window.parlourProbe.memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
      sounds: document.querySelectorAll('audio').length,
      connections: open.length,
      decoders: entries.filter(({ type, decoderImplementation }) => type === 'inbound-rtp' && decoderImplementation).length,
    };
  });
  return { nodes: metric('Nodes'), listeners: metric('JSEventListeners'), heapBytes: metric('JSHeapUsedSize'), ...media };
}

test(`${JOINS} joins and leaves leave nothing behind`, async ({ pair }) => {
  test.setTimeout((JOINS + WARM_UP) * SECONDS_EACH * 1_000);
  const [ada, ben] = await pair();
  const comeAndGo = async () => {
    await expect(ada.call.video('Ben')).toBeVisible();
    await ben.call.leave();
    await expect(ada.call.tile('Ben')).toHaveCount(0);
    await ben.page.getByRole('button', { name: 'Rejoin' }).click();
    await ben.call.connected();
  };
  const devtools = await ada.context.newCDPSession(ada.page);
  await devtools.send('Performance.enable');
  for (let join = 0; join < WARM_UP; join++) await comeAndGo();
  await expect(ada.call.video('Ben')).toBeVisible();
  const before = await held(ada.page, devtools);
  for (let join = 0; join < JOINS; join++) await comeAndGo();
  await expect(ada.call.video('Ben')).toBeVisible();
  const after = await held(ada.page, devtools);

  console.log(JSON.stringify({ before, after }));
  const grown = (what: 'heapBytes' | 'wasmBytes') => [Math.max(0, after[what] - before[what]) / MEGABYTE];
  const how = `how much it grows by ${JOINS} of them`;
  record('Joins and leaves beside somebody who stays: memory of the WebAssembly', how, grown('wasmBytes'), 'MB');
  record('Joins and leaves beside somebody who stays: memory of JavaScript', how, grown('heapBytes'), 'MB');
  expect(after.sounds).toBe(before.sounds);
  expect(after.connections).toBe(before.connections);
  expect(after.decoders).toBeLessThanOrEqual(before.decoders);
  expect(after.nodes - before.nodes).toBeLessThanOrEqual(SLACK_NODES);
  expect(after.listeners - before.listeners).toBeLessThanOrEqual(SLACK_LISTENERS);
  expect(before.wasmBytes, 'it can be seen').toBeGreaterThan(0);
  expect(after.wasmBytes - before.wasmBytes).toBeLessThanOrEqual(SLACK_WASM_BYTES);
  expect(after.heapBytes - before.heapBytes).toBeLessThanOrEqual(SLACK_HEAP_BYTES);
});
