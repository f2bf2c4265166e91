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
