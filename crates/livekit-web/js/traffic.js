// What arrives, and what should: facts of one moment, judged in Rust.

import { Track } from 'livekit-client';

/** Bytes that have come in on the media connection so far, and whether media has to come in now. */
export async function traffic({ localParticipant, remoteParticipants }) {
  const remote = Array.from(remoteParticipants.values(), tracks).flat();
  // All media share one connection: any track's statistics tell of it.
  const { track } = remote[0] ?? tracks(localParticipant)[0] ?? {};
  const report = await track?.getRTCStatsReport();
  return { received: report ? bytesReceived(report) : 0, due: remote.some(isDue) };
}

/** Every track that is here, as JSON: `Flow` of the crate `call`. */
export async function flows({ localParticipant, remoteParticipants }) {
  const everybody = [localParticipant, ...remoteParticipants.values()];
  const all = everybody.flatMap((participant) => tracks(participant).map((publication) => flow(publication)));
  return JSON.stringify(await Promise.all(all));
}

async function flow(publication) {
  const { trackSid, source, track } = publication;
  let packets = 0;
  for (const entry of (await track.getRTCStatsReport())?.values() ?? []) {
    if (entry.type === 'outbound-rtp') packets += entry.packetsSent;
    if (entry.type === 'inbound-rtp') packets += entry.packetsReceived;
  }
  return {
    sid: trackSid,
    source,
    local: track.isLocal,
    live: track.mediaStreamTrack.readyState === 'live',
    due: track.isLocal ? isSent(publication) : isDue(publication),
    packets,
  };
}

/** Nothing goes out where nobody subscribes (dynacast), and little of a screen that stands still. */
function isSent({ track, source, isMuted }) {
  if (isMuted || source === Track.Source.ScreenShare) return false;
  return track.sender?.getParameters().encodings.some(({ active }) => active !== false) ?? false;
}

const tracks = ({ trackPublications }) => Array.from(trackPublications.values()).filter(({ track }) => track);

/** A screen that stands still sends nothing, a muted microphone neither, and pictures come only while they are seen. */
function isDue({ track, source, isMuted }) {
  if (isMuted || track.streamState === Track.StreamState.Paused) return false;
  if (source === Track.Source.Microphone) return true;
  return source === Track.Source.Camera && document.visibilityState === 'visible' && track.attachedElements.some(isSeen);
}

function isSeen(element) {
  const { top, bottom, left, right } = element.getBoundingClientRect();
  return bottom > top && right > left && bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
}

function bytesReceived(report) {
  let received = 0;
  for (const entry of report.values()) {
    // Not every browser counts by transport.
    const counts = entry.type === 'transport' || (entry.type === 'candidate-pair' && entry.nominated);
    if (counts) received = Math.max(received, entry.bytesReceived ?? 0);
  }
  return received;
}
