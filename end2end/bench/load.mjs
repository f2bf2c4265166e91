// What two cores bear with SQLite and every limit as it is by default: (h) joins, (i) messages that are stored and
// reach those inside, (j) people who wait. Requests come from many addresses. Generator, LiveKit and those who listen
// run on the same cores; what each of them takes is told apart.
import { readFileSync, readdirSync } from 'node:fs';

import { startProduct } from '../lib/product.mjs';
import { Listeners } from './listeners.mjs';
import { residentBytes } from './server.mjs';
import { quantile } from './stats.mjs';
import { Visitor, atRate, each } from './visitors.mjs';

/** The limits of the product, and not those of the other tests. */
const LIMITS = Object.fromEntries(
  ['CREATE_PER_MINUTE', 'REQUESTS_PER_SECOND', 'SESSION_REQUESTS_PER_SECOND', 'ROOM_CHANGES_PER_SECOND'].map((name) => [
    `PARLOUR_LIMIT_${name}`,
    undefined,
  ]),
);
const SECONDS = 10;
/** Linux counts what a process took in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** Everybody comes into one meeting after the other, and into none twice. */
const JOINS = { rooms: 60, visitors: 400, offered: 2_200, atLeast: 2_000 };
const CHAT = { rooms: 20, visitors: 200, listeners: 1, offered: 1_000, characters: 100, p99Ms: 50 };
const WAITING = { rooms: 20, visitors: 5_000, atMost: 200_000_000 };

/** Seconds of a core that a process has taken. */
function cpuSeconds(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** The LiveKit that this Parlour has started. */
function livekitOf(product) {
  const running = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  const found = running.find((pid) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return line.includes(product.data) && !line.includes('livekit-guard') && Number(pid) !== product.pid;
    } catch {
      return false; // it has ended
    }
  });
  if (!found) throw new Error('LiveKit does not run');
  return Number(found);
}

/** Does something and answers how much of a core each took of it, in percent. */
async function shares(product, work, others = {}) {
  const pids = { Parlour: product.pid, LiveKit: livekitOf(product), 'the generator': process.pid, ...others };
  const taken = () => Object.values(pids).map(cpuSeconds);
  const [started, before] = [performance.now(), taken()];
  const result = await work();
  const [after, seconds] = [taken(), (performance.now() - started) / 1_000];
  const percent = Object.keys(pids).map((who, index) => [who, (100 * (after[index] - before[index])) / seconds]);
  return { result, percent };
}

function addShares(report, what, { percent }) {
  for (const [who, share] of percent) report.add(`${what}: ${who}, of one core`, 'percent', share);
}

/** Rooms, each made by somebody of its own, who is its host. */
const makeRooms = (url, count) =>
  each(Array.from({ length: count }), async (_, index) => {
    const host = new Visitor(url, 100_000 + 10 * index);
    const { roomName } = await host.want(201, 'POST', '/api/rooms/create', {});
    return { host, roomName };
  });

/** Visitors of these rooms, who have been let in. */
async function visitorsOf(url, rooms, count) {
  const visitors = Array.from({ length: count }, (_, index) => ({
    visitor: new Visitor(url, index),
    room: rooms[index % rooms.length].roomName,
  }));
  await each(visitors, ({ visitor, room }) => visitor.want(200, 'GET', details(room)));
  return visitors;
}

const details = (room) => `/api/connection-details?${new URLSearchParams({ roomName: room, participantName: 'Visitor' })}`;
const close = (visitors) => visitors.forEach(({ visitor }) => visitor.close());

async function measureJoins(report, product) {
  const { rooms: count, visitors: people, offered, atLeast } = JOINS;
  if (people * count < offered * SECONDS) throw new Error('somebody would come into a meeting twice');
  const rooms = await makeRooms(product.url, count);
  const visitors = await visitorsOf(product.url, await makeRooms(product.url, 20), people);
  const load = await shares(product, () =>
    atRate(offered, SECONDS, (index) => {
      const { visitor } = visitors[index % people];
      const { roomName } = rooms[(index + Math.floor(index / people)) % count];
      return visitor.want(200, 'GET', details(roomName));
    }),
  );
  const { perSecond, tookMs, failures } = load.result;
  if (failures.length) console.log(`  ${failures.length} joins failed: ${failures[0]}`);
  const what = `first joins, ${people} people in ${count} rooms, limits on`;
  report.add(what, 'perSecond', perSecond, { atLeast });
  report.add(`${what}: p99`, 'ms', quantile(tookMs, 0.99));
  addShares(report, 'joins', load);
  close(visitors);
}

async function measureChat(report, product) {
  const { rooms: count, visitors: people, listeners: inEach, offered, characters, p99Ms } = CHAT;
  const rooms = await makeRooms(product.url, count);
  const visitors = await visitorsOf(product.url, rooms, people);
  const places = rooms.flatMap(({ roomName }) => Array(inEach).fill(roomName));
  const silent = places.map((roomName, index) => ({ roomName, visitor: new Visitor(product.url, 200_000 + 10 * index) }));
  const listeners = await Listeners.start(
    await each(silent, ({ roomName, visitor }) => visitor.want(200, 'GET', details(roomName))),
  );
  const write = ({ visitor, room }, id) => {
    const text = `${performance.timeOrigin + performance.now()} `.padEnd(characters, '.');
    return visitor.want(200, 'POST', '/api/fn/send_message', { room, id: `message-${id}`, text });
  };
  let greetings = 0;
  await listeners.hear(() => each(visitors.slice(0, count), (one) => write(one, `greeting-${greetings++}`)));
  const work = () => atRate(offered, SECONDS, (index) => write(visitors[index % visitors.length], index));
  const load = await shares(product, work, { 'those who listen': listeners.pid });
  const { tookMs, failures } = load.result;
  if (failures.length) throw new Error(`${failures.length} messages failed: ${failures[0]}`);
  const due = tookMs.length * inEach;
  const delaysMs = await listeners.delaysMs(due);
  if (delaysMs.length !== due) throw new Error(`${delaysMs.length} of ${due} messages arrived`);
  listeners.stop();
  close([...visitors, ...silent]);
  const what = `messages of ${characters} characters by ${people} people in ${count} rooms`;
  report.add(`${what}, stored`, 'perSecond', load.result.perSecond, { atLeast: 0.98 * offered });
  report.add(`${what}: answer, p99`, 'ms', quantile(tookMs, 0.99));
  report.add(`${what}: at ${inEach} listeners each, median`, 'ms', quantile(delaysMs, 0.5));
  report.add(`${what}: at ${inEach} listeners each, p99`, 'ms', quantile(delaysMs, 0.99), { atMost: p99Ms });
  addShares(report, 'messages', load);
}

async function measureWaiting(report, product) {
  const { rooms: count, visitors: people, atMost } = WAITING;
  const rooms = await makeRooms(product.url, count);
  await each(rooms, async ({ host, roomName }) => {
    await host.want(200, 'GET', details(roomName));
    await host.want(204, 'POST', `/api/rooms/${roomName}/moderation`, { rule: ['ask', true] });
  });
  const visitors = Array.from({ length: people }, (_, index) => new Visitor(product.url, index));
  const before = residentBytes(product.pid);
  const streams = await each(visitors, async (visitor, index) => {
    const { roomName } = rooms[index % rooms.length];
    await visitor.want(202, 'POST', '/api/connection-details', { roomName, participantName: 'Visitor' });
    return visitor.listen(`/api/events?${new URLSearchParams({ room: roomName })}`, 'door');
  });
  const bytes = residentBytes(product.pid);
  report.add(`server memory, ${people} wait in ${count} rooms`, 'MB', bytes, { atMost, samples: { before } });
  streams.forEach((end) => end());
  visitors.forEach((visitor) => visitor.close());
}

/** All of it, each on a Parlour of its own. */
export async function measureLoad(report) {
  for (const measure of [measureJoins, measureChat, measureWaiting]) {
    const product = await startProduct(LIMITS);
    try {
      await measure(report, product);
    } finally {
      await product.stop();
    }
  }
}
