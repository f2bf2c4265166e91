// What the debug panel shows of every track.

import { reportOf } from './reports.js';
import { tracks } from './traffic.js';

/** Where a direction counts its bytes and packets. */
const COUNTERS = new Map([
  ['outbound-rtp', ['bytesSent', 'packetsSent']],
  ['inbound-rtp', ['bytesReceived', 'packetsReceived']],
]);

/** Plain data: bytes, packets and losses so far, and the height of the largest picture in pixels. */
export const stats = (room) =>
  Promise.all([room.localParticipant, ...room.remoteParticipants.values()].flatMap(tracks).map((one) => flow(room, one)));

async function flow(room, { trackSid: sid, source, track, isMuted: muted }) {
  const sum = { bytes: 0, packets: 0, lost: 0, height: 0 };
  for (const entry of await reportOf(room, track)) {
    const [bytes, packets] = COUNTERS.get(entry.type) ?? [];
    sum.bytes += entry[bytes] ?? 0;
    sum.packets += entry[packets] ?? 0;
    // What is lost of ours is told by who receives it.
    if (entry.type.endsWith('inbound-rtp')) sum.lost += entry.packetsLost ?? 0;
    sum.height = Math.max(sum.height, entry.frameHeight ?? 0);
  }
  return { sid, source, local: track.isLocal, muted, at: Date.now(), ...sum };
}
