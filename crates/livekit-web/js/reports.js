// Statistics of tracks. One report of the whole connection costs the main thread little more than one of a single track,
// and several ask at one look.

/** Looks are farther apart (500 ms). */
const SAME_LOOK_MS = 250;

const newest = new WeakMap();

/**
 * What the browser says of a track and of the connection that it comes or goes by, the same for all that ask at one look;
 * nothing of a track of which nothing has come yet.
 */
export async function reportOf(room, track) {
  const tracks = await look(room);
  return [...(tracks.get(track.mediaStreamTrack.id) ?? []), ...tracks.get(undefined)];
}

/** The same of the connection alone: its transports, and the ways that are in use. */
export const reportOfConnection = async (room) => (await look(room)).get(undefined);

function look(room) {
  const now = performance.now();
  let known = newest.get(room);
  if (!(now - known?.at < SAME_LOOK_MS)) newest.set(room, (known = { at: now, tracks: read(room.engine?.pcManager) }));
  return known.tracks;
}

/** Entries by the id of their track; those of the connection by `undefined`. */
async function read(transports) {
  const tracks = new Map([[undefined, []]]);
  const add = (id, entry) => tracks.set(id, [...(tracks.get(id) ?? []), entry]);
  // livekit-client has one or two, and keeps them to itself.
  for (const transport of [transports?.publisher, transports?.subscriber]) {
    const report = await transport?.getStats();
    for (const entry of report?.values() ?? []) {
      const { type } = entry;
      // What is sent has its source's track, and what others tell of it is about that.
      const sent = type === 'outbound-rtp' ? entry : type === 'remote-inbound-rtp' && report.get(entry.localId);
      if (sent) add(report.get(sent.mediaSourceId)?.trackIdentifier ?? null, entry);
      else if (type === 'inbound-rtp') add(entry.trackIdentifier ?? null, entry);
      else if (type === 'transport' || (type === 'candidate-pair' && entry.nominated)) add(undefined, entry);
    }
  }
  return tracks;
}
