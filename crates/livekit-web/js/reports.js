// Statistics of tracks. One report of the whole connection costs the main thread little more than one of a single track,
// and several ask at one look.

/** Looks are farther apart: 500 ms, or half of it where nothing comes. */
const SAME_LOOK_MS = 100;

const newest = new WeakMap();

/**
 * What the browser says of a track and of the connection that it comes or goes by, the same for all that ask at one look;
 * nothing of a track of which nothing has come yet.
 */
export async function reportOf(room, track) {
  const { tracks, sent, received } = await look(room);
  let own = tracks.get(track.mediaStreamTrack.id) ?? [];
  // Some do not say whose it is: Firefox of what is sent, older browsers of what comes.
  if (own.length === 0 && tracks.has(null)) own = [...((await track.getRTCStatsReport())?.values() ?? [])];
  return [...own, ...(track.isLocal ? sent : received)];
}

/** The same of the connection alone by which media comes: its transport, and the way that is in use. */
export const reportOfConnection = async (room) => (await look(room)).received;

function look(room) {
  const now = performance.now();
  let known = newest.get(room);
  if (!(now - known?.at < SAME_LOOK_MS)) newest.set(room, (known = { at: now, all: read(room.engine?.pcManager) }));
  return known.all;
}

/** Entries by the id of their track, or by `null` where that is not said; those of the connections by direction. */
async function read(transports) {
  const tracks = new Map();
  const add = (id = null, entry) => tracks.set(id, [...(tracks.get(id) ?? []), entry]);
  const ways = [];
  // livekit-client has one for both directions, or one for each, and keeps them to itself.
  for (const transport of [transports?.publisher, transports?.subscriber]) {
    const report = await transport?.getStats();
    if (!report) continue;
    const way = [];
    ways.push(way);
    for (const entry of report.values()) {
      const { type } = entry;
      // What is sent has its source's track, and what others tell of it is about that.
      const sent = type === 'outbound-rtp' ? entry : type === 'remote-inbound-rtp' && report.get(entry.localId);
      if (sent) add(report.get(sent.mediaSourceId)?.trackIdentifier, entry);
      else if (type === 'inbound-rtp') add(entry.trackIdentifier, entry);
      else if (type === 'transport' || (type === 'candidate-pair' && entry.nominated)) way.push(entry);
    }
  }
  return { tracks, sent: ways[0] ?? [], received: ways.at(-1) ?? [] };
}
