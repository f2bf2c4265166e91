// What arrives, and what should: facts of one moment, judged in Rust.

import { Track, TrackPublication } from 'livekit-client';

import { reportOf, reportOfConnection } from './reports.js';

/**
 * Bytes that have come in on the media connection so far, whether media has to come in now, and the frames of each picture
 * that has to, as JSON: `Arrival` of the crate `call`.
 */
export async function traffic(room) {
  const due = Array.from(room.remoteParticipants.values(), tracks).flat().filter((publication) => isDue(publication));
  const received = bytesReceived(await reportOfConnection(room));
  return { due: due.length > 0, pictures: JSON.stringify(due.flatMap(frames)), received };
}

/**
 * What the elements count costs next to nothing, unlike statistics. Browsers that do not count what comes from a room
 * (Firefox, older Safari) say 0 for ever; and in an element that may not play, or that the system has paused, nothing moves.
 */
function frames({ trackSid: sid, source, track }) {
  if (source !== Track.Source.Camera) return [];
  const count = track.attachedElements.find(({ paused }) => !paused)?.getVideoPlaybackQuality?.().totalVideoFrames;
  return count ? [{ sid, count }] : [];
}

/** Every track that is here, and every other one that should be, as JSON: `Flow` of the crate `call`. */
export async function flows(room) {
  const { localParticipant, remoteParticipants } = room;
  const others = Array.from(remoteParticipants.values());
  const here = [localParticipant, ...others].flatMap(tracks);
  const missing = localParticipant.permissions?.canSubscribe === false ? [] : others.flatMap(publications).filter(isMissing);
  return JSON.stringify([
    ...(await Promise.all(here.map((publication) => flow(room, publication)))),
    ...missing.map(({ trackSid: sid, source }) => ({ sid, source })),
  ]);
}

/**
 * What was heard of some remote tracks so far, as JSON: `Arrival` of the crate `call`. A browser that does not count energy
 * says nothing.
 */
export async function sounds(room, tracks) {
  const all = await Promise.all(tracks.map((track) => sound(room, track)));
  return JSON.stringify(all.filter((one) => one !== undefined));
}

async function sound(room, track) {
  for (const { type, packetsReceived, totalAudioEnergy } of await reportOf(room, track)) {
    if (type !== 'inbound-rtp') continue;
    if (totalAudioEnergy === undefined) return undefined;
    return { sid: track.sid, count: packetsReceived, energy: Math.round(totalAudioEnergy * 1e9) };
  }
  // Chromium has no statistics of a track of which nothing has arrived yet.
  return { sid: track.sid, count: 0, energy: 0 };
}

async function flow(room, publication) {
  const { trackSid, source, track, isMuted: muted } = publication;
  let packets = 0;
  for (const entry of await reportOf(room, track)) {
    if (entry.type === 'outbound-rtp') packets += entry.packetsSent;
    if (entry.type === 'inbound-rtp') packets += entry.packetsReceived;
  }
  return {
    sid: trackSid,
    source,
    local: track.isLocal,
    live: track.mediaStreamTrack.readyState === 'live',
    muted,
    due: track.isLocal ? isSent(publication) : isDue(publication, packets),
    packets,
  };
}

/**
 * Nothing goes out where nobody subscribes (dynacast) or where the system has muted the device (a phone call, a switch on
 * it), and little of a screen that stands still.
 */
function isSent({ track, source, isMuted }) {
  if (isMuted || source === Track.Source.ScreenShare || track.isUpstreamPaused || track.mediaStreamTrack.muted) return false;
  return track.sender?.getParameters().encodings.some(({ active }) => active !== false) ?? false;
}

const publications = ({ trackPublications }) => Array.from(trackPublications.values());

/** What of a participant is here. */
export const tracks = (participant) => publications(participant).filter(({ track }) => track);

/** What we want and may have of another participant, and have not. Nobody misses what is muted. */
const isMissing = ({ track, isDesired, isMuted, permissionStatus }) =>
  !track && isDesired && !isMuted && permissionStatus === TrackPublication.PermissionStatus.Allowed;

/**
 * A muted microphone sends nothing, and pictures come only while they are seen. A screen that stands still sends nothing more,
 * but once it was sent: `packets` says how often something has come so far, where that is known.
 */
export function isDue({ track, source, isMuted }, packets) {
  if (isMuted || track.streamState === Track.StreamState.Paused) return false;
  if (source === Track.Source.Microphone) return true;
  const moves = source === Track.Source.Camera || (source === Track.Source.ScreenShare && packets === 0);
  return moves && document.visibilityState === 'visible' && track.attachedElements.some(isSeen);
}

function isSeen(element) {
  const { top, bottom, left, right } = element.getBoundingClientRect();
  return bottom > top && right > left && bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
}

/** Not every browser counts by transport. */
const bytesReceived = (entries) => Math.max(0, ...entries.map((entry) => entry.bytesReceived ?? 0));
