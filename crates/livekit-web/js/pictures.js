// How pictures fare in both directions: facts about the time since the last look, judged in Rust.

import { ConnectionQuality, Track } from 'livekit-client';

import { reportOf } from './reports.js';
import { isDue, tracks } from './traffic.js';

/** A picture that stood still for more of the time has frozen. */
const FROZEN_SHARE = 0.2;
/** Looks that are farther apart are not compared: the page slept, or nothing came at all. */
const APART_MS = 5_000;
/** LiveKit's word of a sender lags behind and comes and goes: whoever was weak is believed to be so for a while. */
const WEAK_FOR_MS = 15_000;
/** What a browser takes its way to carry goes up and down a little all the time; this is more. */
const RISEN = 1.05;
/** Of fewer packets a share of lost ones says nothing. */
const FEWEST_PACKETS = 40;

const isWeak = ({ connectionQuality: quality }) => quality === ConnectionQuality.Poor || quality === ConnectionQuality.Lost;

/** Remembers what was counted at the last look. */
export class Pictures {
  #before = new Map();
  // When somebody was weak for the last time.
  #weakAt = new WeakMap();

  /** JSON as `read_look` of the crate `call` reads it. */
  async look(room) {
    const { localParticipant, remoteParticipants } = room;
    const ours = tracks(localParticipant).filter(({ source }) => source === Track.Source.Camera || source === Track.Source.Microphone);
    const others = Array.from(remoteParticipants.values());
    // What a weak sender cannot send says nothing about us, unless LiveKit finds us weak too.
    const now = performance.now();
    for (const other of others.filter(isWeak)) this.#weakAt.set(other, now);
    const witnesses = others.filter((other) => isWeak(localParticipant) || !(now - this.#weakAt.get(other) < WEAK_FOR_MS));
    const due = witnesses.flatMap(tracks).filter((publication) => isDue(publication));
    const [sent, received] = await Promise.all([this.#differences(room, ours), this.#differences(room, due)]);
    this.#before = new Map([...sent, ...received].map(({ sid, now }) => [sid, now]));
    const pictures = received.filter(({ now, gone }) => now.isPicture && gone);
    const bySender = witnesses.map(({ trackPublications }) => received.filter(({ sid }) => trackPublications.has(sid)));
    return JSON.stringify({
      sentHeight: highest(sent),
      byBandwidth: sent.some(({ now }) => now.limits.includes('bandwidth')),
      byCpu: sent.some(({ now }) => now.limits.includes('cpu')),
      available: sent.map(({ now }) => now.available).find((kbps) => kbps !== undefined),
      rises: sent.some(({ gone }) => gone?.rises),
      roundTrip: sent.map(({ now }) => now.roundTrip).find((ms) => ms !== undefined),
      sentLost: lost(sent, sum(sent, 'packets')) ?? 0,
      keyFramesAsked: sum(sent, 'asked'),
      height: highest(received),
      pictures: pictures.length,
      frozen: pictures.filter(({ gone }) => gone.hasFrozen).length,
      paused: others.flatMap(tracks).filter(isPaused).length,
      lost: least(bySender.map((differences) => lost(differences, sum(differences, 'packets') + sum(differences, 'lost')))),
    });
  }

  /** What was counted of each track, and what of it is new; nothing is where it was not counted before. */
  #differences(room, publications) {
    return Promise.all(
      publications.map(async ({ trackSid: sid, track }) => {
        const now = counts(await reportOf(room, track));
        const before = this.#before.get(sid);
        const ms = now.at - before?.at;
        if (!(ms < APART_MS)) return { sid, now };
        const [packets, lost] = [now.packets - before.packets, Math.max(0, now.lost - before.lost)];
        const rises = now.available > RISEN * before.available;
        // Whoever asks for the only picture that is sent waits for none beside it.
        const asked = now.layers > 1 && now.largest === before.largest ? now.asked - before.asked : 0;
        const stoodStill = now.frames === before.frames || now.frozenMs - before.frozenMs > FROZEN_SHARE * ms;
        // Of what is not sent nothing can arrive.
        return { sid, now, gone: { packets, lost, hasFrozen: stoodStill && packets > 0, rises, asked } };
      }),
    );
  }
}

const sum = (differences, key) => differences.reduce((total, { gone }) => total + (gone?.[key] ?? 0), 0);
const highest = (differences) => Math.max(0, ...differences.map(({ now }) => now.height));
const least = (shares) => shares.filter((share) => share !== undefined).sort((a, b) => a - b)[0] ?? 0;

/** The share of lost packets in thousandths; undefined where too few were on their way. */
const lost = (differences, packets) =>
  packets < FEWEST_PACKETS ? undefined : Math.round(1_000 * Math.min(1, sum(differences, 'lost') / packets));

/** LiveKit pauses what the way in does not carry. */
const isPaused = ({ track, source, isMuted }) =>
  source === Track.Source.Camera && !isMuted && track.streamState === Track.StreamState.Paused && track.attachedElements.length > 0;

function counts(entries) {
  const count = { at: performance.now(), packets: 0, lost: 0, frames: 0, frozenMs: 0, height: 0, limits: [], isPicture: false, layers: 0, asked: 0 };
  for (const entry of entries) {
    if (entry.type === 'inbound-rtp') {
      count.isPicture = entry.kind === 'video';
      count.packets += entry.packetsReceived;
      count.lost += entry.packetsLost;
      count.frames += entry.framesDecoded ?? 0;
      count.frozenMs += 1_000 * (entry.totalFreezesDuration ?? 0);
      count.height = Math.max(count.height, height(entry));
    } else if (entry.type === 'outbound-rtp') {
      count.packets += entry.packetsSent;
      if (entry.active === false) continue;
      count.limits.push(entry.qualityLimitationReason);
      // A layer that is not sent keeps the size that it had.
      if (!(entry.framesPerSecond > 0)) continue;
      count.layers += 1;
      if (height(entry) < count.height) continue;
      count.height = height(entry);
      [count.largest, count.asked] = [entry.ssrc, entry.pliCount ?? 0];
    } else if (entry.type === 'remote-inbound-rtp') {
      count.lost += entry.packetsLost;
    } else if (entry.type === 'candidate-pair' && entry.nominated && entry.availableOutgoingBitrate > 0) {
      count.available = Math.round(entry.availableOutgoingBitrate / 1_000);
      count.roundTrip = Math.round(entry.currentRoundTripTime * 1_000);
    }
  }
  return count;
}

const height = ({ frameWidth = 0, frameHeight = 0 }) => Math.min(frameWidth, frameHeight);
