// `cargo xtask bench`: the release build beside a page that has livekit-client and nothing else, in the same
// run, on the same LiveKit server, in a network namespace of its own. `--rounds N` (10) runs per page count; `--no-crowd`
// leaves out the full rooms, which take half of the time; `--load` measures only what many people at once come to.
import { parseArgs } from 'node:util';

import { insideNamespace } from '../lib/namespace.mjs';
import { startProduct } from '../lib/product.mjs';
import { makeMedia } from '../media.mjs';
import { startBareServer } from './bare-server.mjs';
import { measureCrowd } from './crowd.mjs';
import { measureLoad } from './load.mjs';
import { Report } from './report.mjs';
import { measureDetails, measureMemory } from './server.mjs';
import { measureSize } from './size.mjs';
import { measureStartup } from './startup.mjs';
import { measureState } from './state.mjs';
import { Visit, launch } from './visit.mjs';

/** The first frame from others waits for a key frame, which comes when it comes: it takes more runs to be sure of it. */
const START_TIMES = 3;

async function step(what, work) {
  const started = Date.now();
  console.log(`bench: ${what}`);
  await work();
  console.log(`bench: ${what}: ${((Date.now() - started) / 1_000).toFixed(0)} s`);
}

const load = (report) => step('load', () => measureLoad(report));

async function bench(report, product, bareServer, rounds, withCrowd) {
  const newRoom = async () => {
    const answer = await fetch(`${product.url}/api/rooms/create`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    if (answer.status !== 201) throw new Error(`rooms/create: ${answer.status} ${await answer.text()}`);
    return (await answer.json()).roomName;
  };
  const events = 'events that a call takes in, 25 people';
  report.add(events, 'perSecond', Number(process.env.PARLOUR_EVENTS_PER_SECOND), { atLeast: 1_000_000 });
  await step('state', () => measureState(report, process.env.PARLOUR_STATE_WASM));
  await step('server at rest', async () => measureMemory(report, product, 'after the start'));
  const room = await newRoom();
  await step('connection details', () => measureDetails(report, product, room));

  const browser = await launch('blue', 700);
  const others = await launch('green', 400);
  const both = { browser, parlour: `${product.url}/${room}`, bare: `${bareServer.url}/${room}`, rounds: START_TIMES * rounds };
  await step('size', () => measureSize(report, both));
  await step(`start and join, ${both.rounds} rounds`, async () => {
    const publisher = await Visit.open(others, both.bare);
    await publisher.ready();
    await publisher.join('Publisher');
    await publisher.page.locator('main[data-connection=connected]').waitFor();
    await measureStartup(report, both);
    await publisher.close();
  });
  if (withCrowd) {
    await step(`crowd, ${rounds} rounds`, () =>
      measureCrowd(report, {
        browser,
        crowdBrowser: others,
        newRoom,
        bareServer: bareServer.url,
        product: product.url,
        rounds,
      }),
    );
  }
  await step('server after work', async () => measureMemory(report, product, 'after all this'));
  const about = { rounds, browser: browser.version() };
  await Promise.all([browser.close(), others.close()]);
  return about;
}

async function main() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '10' },
      'no-crowd': { type: 'boolean', default: false },
      load: { type: 'boolean', default: false },
    },
  });
  const report = new Report();
  if (values.load) {
    await load(report);
    return report.finish({});
  }
  makeMedia();
  const product = await startProduct();
  const bareServer = await startBareServer(product.url);
  let about;
  try {
    about = await bench(report, product, bareServer, Number(values.rounds), !values['no-crowd']);
  } catch (error) {
    console.error(product.log().split('\n').slice(-100).join('\n'));
    throw error;
  } finally {
    bareServer.stop();
    await product.stop();
  }
  await load(report);
  report.finish(about);
}

if (insideNamespace()) {
  const code = await main().then(
    () => 0,
    (error) => {
      console.error(error);
      return 1;
    },
  );
  process.exit(code); // browsers of a bench that failed end with it
}
