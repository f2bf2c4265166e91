// What a full room costs the watching page: (d) how busy its main thread is with 8 publishers, (e) how long it is blocked
// while 12 publishers appear and stay, and (f) how much of it goes into who hears whom among 25. Publishers send 160×90 at
// 5 frames a second.
import { setTimeout as delay } from 'node:timers/promises';

import { alternate, medians } from './stats.mjs';
import { blockedMs } from './timeline.mjs';
import { Visit } from './visit.mjs';

const BUSY_TIMES_BARE = 2;
const BLOCKED_TIMES_BARE = 2;
/** Codecs, layout and adaptive stream come to rest after joining. */
const SETTLE_MS = 3_000;
const BUSY_WINDOW_MS = 5_000;
const BLOCKED_WINDOW_MS = 8_000;
const HEARING_PERCENT = 1;
/** Of so many the picture is waited for, where there are more than have room. */
const SEEN_AT_LEAST = 16;

/** Runs `work` with the page of `count` publishers while they are in the room. */
async function withPublishers(browser, bareServer, room, count, work) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${bareServer}/publishers`);
  await page.evaluate(([name, n]) => window.startPublishers(name, n), [room, count]);
  try {
    return await work(page);
  } finally {
    await page.evaluate(() => window.stopPublishers());
    await page.context().close();
  }
}

async function metrics(session) {
  const { metrics: list } = await session.send('Performance.getMetrics');
  return Object.fromEntries(list.map(({ name, value }) => [name, value]));
}

/** Joins a room with `count` publishers and sits there. */
async function watchCrowd(browser, url, count) {
  const visit = await Visit.open(browser, url);
  await visit.ready();
  await visit.join('Watcher');
  const { joinClick, remoteFrames } = await visit.sees(count);
  return { visit, joinClick, all: Math.max(...remoteFrames) - joinClick };
}

/** How much of the time a page's main thread is busy, in percent, once everything has come to rest. */
async function busyPercent(session) {
  await delay(SETTLE_MS);
  const before = await metrics(session);
  await delay(BUSY_WINDOW_MS);
  const after = await metrics(session);
  return { busy: (100 * (after.TaskDuration - before.TaskDuration)) / (after.Timestamp - before.Timestamp), after };
}

/** By the thread's own clock: on a full machine the other one counts waiting for a processor, too. */
async function clockOf(visit) {
  const session = await visit.context.newCDPSession(visit.page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return session;
}

async function busy(browser, url, count) {
  const { visit, all } = await watchCrowd(browser, url, count);
  const { busy: share, after } = await busyPercent(await clockOf(visit));
  await visit.close();
  return { busy: share, all, heap: after.JSHeapUsedSize };
}

/** The same with the microphones of all on, and off: then nobody is reported to, nor told who speaks. */
async function heard(browser, url, count, publishers) {
  const { visit } = await watchCrowd(browser, url, Math.min(count, SEEN_AT_LEAST));
  const clock = await clockOf(visit);
  const before = await busyPercent(clock);
  await publishers.evaluate(() => window.mutePublishers(true));
  const off = await busyPercent(clock);
  await publishers.evaluate(() => window.mutePublishers(false));
  // Once more: a page comes to rest, and what is measured later has it easier.
  const after = await busyPercent(clock);
  await visit.close();
  const on = (before.busy + after.busy) / 2;
  return { on, heard: on - off.busy };
}

async function blocked(browser, url, count) {
  const { visit, joinClick } = await watchCrowd(browser, url, count);
  // A timer of the page's own: looking at every frame would take part in what is measured.
  await visit.page.evaluate((end) => new Promise((done) => setTimeout(done, end - performance.now())), joinClick + BLOCKED_WINDOW_MS);
  const value = blockedMs(await visit.timeline(), joinClick, joinClick + BLOCKED_WINDOW_MS);
  await visit.close();
  return { blocked: value };
}

export async function measureCrowd(report, { browser, crowdBrowser, newRoom, bareServer, product, rounds }) {
  const inRoomWith = async (count, measure) => {
    const room = await newRoom();
    const pages = [`${product}/${room}`, `${bareServer}/${room}`];
    return withPublishers(crowdBrowser, bareServer, room, count, (publishers) =>
      alternate(pages, rounds, (url) => measure(browser, url, count, publishers)),
    );
  };
  const add = (results, name, unit, field, timesBare) => {
    const [value, bare] = medians(results, field);
    report.add(name, unit, value, { bare, timesBare, samples: results });
  };
  const eight = await inRoomWith(8, busy);
  add(eight, '8 publishers: main thread busy', 'percent', 'busy', BUSY_TIMES_BARE);
  add(eight, '8 publishers: Join to all 8', 'ms', 'all');
  add(eight, '8 publishers: JavaScript heap', 'MB', 'heap');
  const twelve = await inRoomWith(12, blocked);
  add(twelve, '12 publishers: total blocking time', 'ms', 'blocked', BLOCKED_TIMES_BARE);
  const hearing = await inRoomWith(25, heard);
  add(hearing, '25 publishers: main thread busy', 'percent', 'on');
  const [value, bare] = medians(hearing, 'heard');
  report.add('25 publishers: of it, for microphones that are on', 'percent', value, { bare, atMost: HEARING_PERCENT, samples: hearing });
}
