// Tells Parlour every ten seconds how the connection is, for whoever runs it: numbers alone, which it adds to everybody's.

import { RoomEvent } from 'livekit-client';

import { reportOf, reportOfConnection } from './reports.js';
import { tracks } from './traffic.js';

const EVERY_MS = 10_000;
/** What is counted up, by the kind of the entry. */
const COUNTERS = new Map([
  ['inbound-rtp', ['packetsReceived', 'packetsLost']],
  ['candidate-pair', ['bytesSent', 'bytesReceived']],
]);

/** Connections that were lost since the last report: by this room, or by the one before. */
let reconnects = 0;

/** Reports on a room for as long as it is connected; `isLeaving` says whether we asked for the end. */
export function reportOn(room, isLeaving) {
  let before = new Map();
  let timer;
  const report = async () => {
    const now = await entries(room);
    const told = compare(before, now);
    before = now;
    if (told) post(room.name, told);
  };
  room
    .on(RoomEvent.Connected, () => (timer ??= setInterval(() => report().catch(() => undefined), EVERY_MS)))
    .on(RoomEvent.Reconnected, () => (reconnects += 1))
    .on(RoomEvent.Disconnected, () => {
      clearInterval(timer);
      timer = undefined;
      if (!isLeaving()) reconnects += 1;
    });
}

/** What is known of the connections and of what comes in, by id: several tracks tell of the same connection. */
async function entries(room) {
  const all = Array.from(room.remoteParticipants.values()).flatMap(tracks).map(({ track }) => reportOf(room, track));
  const reports = await Promise.all([reportOfConnection(room), ...all]);
  return new Map(reports.flat().filter(({ type }) => COUNTERS.has(type)).map((entry) => [entry.id, entry]));
}

/** Body of the report; nothing when there is nothing to compare with. */
function compare(before, now) {
  const gone = { packetsReceived: 0, packetsLost: 0, bytesSent: 0, bytesReceived: 0 };
  const [trips, jitters] = [[], []];
  let ms = 0;
  for (const [id, entry] of now) {
    const last = before.get(id);
    if (!last) continue;
    ms = Math.max(ms, entry.timestamp - last.timestamp);
    for (const name of COUNTERS.get(entry.type)) gone[name] += Math.max(0, (entry[name] ?? 0) - (last[name] ?? 0));
    if (entry.currentRoundTripTime !== undefined) trips.push(1_000 * entry.currentRoundTripTime);
    if (entry.kind === 'audio' && entry.jitter !== undefined) jitters.push(1_000 * entry.jitter);
  }
  if (!(ms > 0)) return undefined;
  const due = gone.packetsReceived + gone.packetsLost;
  return {
    lostPerMille: due > 0 ? Math.round((1_000 * gone.packetsLost) / due) : undefined,
    jitterMs: most(jitters),
    roundTripMs: most(trips),
    sentKbps: Math.round((8 * gone.bytesSent) / ms),
    receivedKbps: Math.round((8 * gone.bytesReceived) / ms),
  };
}

/** The largest; undefined of none, which JSON leaves out. */
const most = (values) => (values.length > 0 ? Math.round(Math.max(...values)) : undefined);

function post(name, told) {
  const body = JSON.stringify({ ...told, reconnects });
  reconnects = 0;
  const headers = { 'content-type': 'application/json' };
  // One that does not arrive is not worth a failure.
  fetch(`/api/rooms/${encodeURIComponent(name)}/quality`, { method: 'POST', headers, body }).catch(() => {});
}
