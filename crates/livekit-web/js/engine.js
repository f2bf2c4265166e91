// The large part of the adapter, fetched lazily with livekit-client: one Room and its commands.
// Nothing here decides anything; policy lives in Rust.

import {
  ConnectionState,
  LocalAudioTrack,
  LocalVideoTrack,
  LogLevel,
  Room,
  RoomEvent,
  Track,
  setLogExtension,
  setLogLevel,
} from 'livekit-client';

import { Camera, limitReceived } from './camera.js';
import { forward } from './events.js';
import { Failure, connectFailure, publishFailure } from './failure.js';
import { Outbox } from './outbox.js';
import { Pictures } from './pictures.js';
import { reportOn } from './report.js';
import { safely } from './safely.js';
import { stats as statsOf } from './stats.js';
import { subscribeAnew } from './subscribe.js';
import { flows, sounds, tracks, traffic } from './traffic.js';
import { Ways } from './ways.js';

export { captureScreen } from './screen.js';

/** How the server wants browsers to behave: `ClientProfile` of the crate `wire`. */
const profile = document.documentElement.dataset;

setLogLevel(profile.logLevel ?? 'warn');

const utf8 = new TextEncoder();

/**
 * How long livekit-client may try to resume its session before the application joins anew with a fresh token: its own
 * way of beginning anew pauses for seconds and cannot be hurried.
 */
const RESUME_MS = Number(profile.resumeMs ?? 5_000);
const RESUME_PAUSES_MS = [0, 300, 600, 1_200];

/** How long the network may take to let media through before it is said that it does not. */
const MEDIA_MS = 10_000;

const reconnectPolicy = {
  nextRetryDelayInMs: ({ elapsedMs, retryCount }) =>
    elapsedMs > RESUME_MS ? null : (RESUME_PAUSES_MS[retryCount] ?? RESUME_PAUSES_MS.at(-1)),
};

const ROOM_OPTIONS = {
  adaptiveStream: true,
  dynacast: true,
  // The captures belong to the application: it stops them, and it leaves when the page does.
  stopLocalTrackOnUnpublish: false,
  disconnectOnPageLeave: false,
  reconnectPolicy,
  publishDefaults: { simulcast: profile.simulcast !== 'false', videoCodec: 'vp8', red: true, dtx: true },
};

/**
 * Makes the engine of one room; `onEvents` takes a JSON array of events, `hand`, `role` and `heir` name the only attributes
 * that they carry.
 */
export const create = (onEvents, hand, role, heir) => new Engine(onEvents, { hand, role, heir });

let note = () => {};
let latest;

/** Writes what happens into the page's journal from now on. */
export function tellTo(journal) {
  note = journal;
  setLogExtension((level, message) => level >= LogLevel.warn && note('livekit-client', message));
}

/** What flows on every track of the latest room, for the debug panel. */
export const stats = () => latest?.stats();

// The application leaves by itself when its page goes. One that has stopped (see failures.js) cannot, and the others would
// be left with a ghost.
addEventListener('pagehide', () => {
  if (document.getElementById('stopped')) latest?.disconnect().catch(() => undefined);
});

class Engine {
  #room = new Room(ROOM_OPTIONS);
  #outbox;
  #leaving = false;
  #signalled = false;
  // Our published tracks by source: `LocalTrack` survives a republish, its publication does not.
  #local = new Map();
  // Elements that want a track's picture, by sid; the track may come, go and come back.
  #wanted = new Map();
  // Remote sound is played here, apart from every tile, so that no layout can silence anybody.
  #speakers = document.createElement('div');
  // The element that plays a remote track. livekit-client has let go of it before it says that the
  // track went, so we remember it ourselves.
  #sounds = new Map();
  #pictures = new Pictures();
  // How large pictures of cameras may be, by their shorter side in pixels.
  #limits = { sent: Infinity, received: Infinity };

  constructor(onEvents, attributes) {
    this.#outbox = new Outbox(onEvents, attributes, note);
    latest = this;
    this.#speakers.hidden = true;
    this.#speakers.dataset.audio = 'remote';
    document.body.append(this.#speakers);
    this.#room
      .on(RoomEvent.SignalConnected, () => (this.#signalled = true))
      // A track that cannot be played keeps nobody from hearing that it is there.
      .on(RoomEvent.TrackSubscribed, (track, publication) => safely(() => this.#came(track, publication)))
      .on(RoomEvent.TrackUnsubscribed, (track) => safely(() => this.#went(track)))
      .on(RoomEvent.LocalTrackPublished, ({ track }) => track && safely(() => this.#came(track)))
      .on(RoomEvent.Disconnected, () => this.#local.clear());
    forward(this.#room, this.#outbox, () => this.#leaving);
    reportOn(this.#room, () => this.#leaving);
  }

  /** Joins; `iceServers` is JSON, `undefined` leaves the choice to the server. */
  async connect(url, token, iceServers) {
    this.#leaving = false;
    this.#signalled = false;
    const rtcConfig = iceServers === undefined ? undefined : { iceServers: JSON.parse(iceServers) };
    const ways = new Ways(this.#room);
    try {
      await this.#room.connect(url, token, { rtcConfig, peerConnectionTimeout: MEDIA_MS });
      ways.end();
    } catch (error) {
      throw connectFailure(error, this.#signalled, ways.end());
    }
  }

  async disconnect() {
    this.#leaving = true;
    await this.#room.disconnect(false);
  }

  /** Publishes a capture of the application, which stays its owner. */
  async publish(source, mediaTrack, muted) {
    const Picture = source === Track.Source.Camera ? Camera : LocalVideoTrack;
    const Local = mediaTrack.kind === 'audio' ? LocalAudioTrack : Picture;
    const track = new Local(mediaTrack, undefined, true);
    track.source = source;
    if (muted) await track.mute();
    await this.#publish(track);
  }

  async setMuted(source, muted) {
    const track = this.#published(source);
    await (muted ? track.mute() : track.unmute());
  }

  /** Puts another capture in the place of the one that is published. */
  async replace(source, mediaTrack) {
    try {
      await this.#published(source).replaceTrack(mediaTrack, true);
    } catch (error) {
      throw error instanceof Failure ? error : publishFailure(error);
    }
  }

  /** Takes back what is published, a screen with its sound; the capture goes on. */
  async unpublish(source) {
    const sources = source === Track.Source.ScreenShare ? [source, Track.Source.ScreenShareAudio] : [source];
    const { localParticipant } = this.#room;
    // What is there although we do not know of it goes, too; what is published from now on stays.
    const known = [...this.#local.values(), ...tracks(localParticipant).map(({ track }) => track)];
    const gone = new Set(known.filter((track) => sources.includes(track.source)));
    for (const one of sources) this.#local.delete(one);
    if (gone.size === 0) return;
    await this.#resumed();
    if (this.#room.state === ConnectionState.Connected) await localParticipant.unpublishTracks([...gone]);
  }

  /** Shows the track in the element, now or whenever it comes. */
  attach(sid, element) {
    if (!this.#wanted.has(sid)) this.#wanted.set(sid, new Set());
    this.#wanted.get(sid).add(element);
    safely(() => this.#track(sid)?.attach(element));
  }

  detach(sid, element) {
    const elements = this.#wanted.get(sid);
    elements?.delete(element);
    if (elements?.size === 0) this.#wanted.delete(sid);
    safely(() => this.#track(sid)?.detach(element));
  }

  /** Starts what autoplay rules have stopped: call it while a click is handled. */
  async startAudio() {
    await Promise.all([this.#room.startAudio(), this.#room.startVideo()]);
  }

  /** Plays remote sound on this device; the empty text is the system's choice. */
  async setSpeaker(deviceId) {
    await this.#room.switchActiveDevice('audiooutput', deviceId);
  }

  /** Sends text to one participant alone. */
  async send(topic, text, to, reliable) {
    const options = { topic, reliable, destinationIdentities: [to] };
    await this.#room.localParticipant.publishData(utf8.encode(text), options);
  }

  /** What has come in, whether something has to, and the frames of pictures: `{ received, due, pictures }`. */
  traffic() {
    return traffic(this.#room);
  }

  /** Every track that is here, and what has flowed on it, as JSON. */
  flows() {
    return flows(this.#room);
  }

  /** What flows on every track, with sizes and losses. */
  stats() {
    return statsOf(this.#room);
  }

  /** What was heard of these remote tracks so far, as JSON; `sids` has one in a line. */
  sounds(sids) {
    return sounds(this.#room, sids.split('\n').map((sid) => this.#track(sid)).filter((track) => track !== undefined));
  }

  /** How pictures fare, as JSON. */
  look() {
    return this.#pictures.look(this.#room);
  }

  /** Sends and receives no larger pictures of cameras than these from now on, by their shorter side in pixels. */
  limit(sent, received) {
    this.#limits = { sent, received };
    safely(() => this.#local.get(Track.Source.Camera)?.limit(sent));
    for (const participant of this.#room.remoteParticipants.values()) {
      for (const publication of tracks(participant)) this.#limitReceived(publication);
    }
  }

  /** Does not send the smallest picture of the camera for a moment, where a larger one is sent. */
  leaveOutSmallest() {
    safely(() => this.#local.get(Track.Source.Camera)?.leaveOutSmallest());
  }

  /** Subscribes to another's track again. */
  resubscribe(sid) {
    const publication = this.#publication(sid);
    if (!publication || publication.isLocal) return;
    const isThere = () => !this.#leaving && this.#publication(sid) === publication;
    // The self-check sees when it was in vain.
    subscribeAnew(publication, isThere).catch((error) => console.warn('subscribing again failed', error));
  }

  /** Tells nothing more, leaves and lets go of everything. */
  dispose() {
    this.#outbox.close();
    this.#wanted.clear();
    this.disconnect().catch((error) => console.warn('leaving failed', error));
    this.#speakers.remove();
    if (latest === this) latest = undefined;
  }

  async #publish(track) {
    const { source } = track;
    this.#local.set(source, track);
    try {
      await this.#room.localParticipant.publishTrack(track, { source });
      if (track instanceof Camera) safely(() => track.limit(this.#limits.sent));
    } catch (error) {
      if (this.#local.get(source) === track) this.#local.delete(source);
      throw publishFailure(error);
    }
  }

  #published(source) {
    const track = this.#local.get(source);
    if (!track) throw new Failure('not_published', `nothing is published as ${source}`);
    return track;
  }

  /** Waits while livekit-client resumes: what it tells LiveKit of our tracks meanwhile is lost. */
  #resumed() {
    if ([ConnectionState.Connected, ConnectionState.Disconnected].includes(this.#room.state)) return undefined;
    return new Promise((resolve) => {
      for (const end of [RoomEvent.Reconnected, RoomEvent.Disconnected]) this.#room.once(end, resolve);
    });
  }

  /** A track that is there to be shown or heard, ours or another's. */
  #track(sid) {
    return this.#publication(sid)?.track;
  }

  #publication(sid) {
    const { localParticipant, remoteParticipants } = this.#room;
    for (const participant of [localParticipant, ...remoteParticipants.values()]) {
      const publication = participant.trackPublications.get(sid);
      if (publication) return publication;
    }
    return undefined;
  }

  #limitReceived(publication) {
    if (publication.source === Track.Source.Camera) safely(() => limitReceived(publication, this.#limits.received));
  }

  #came(track, publication) {
    if (!track.isLocal) this.#limitReceived(publication);
    if (track.kind === Track.Kind.Audio && !track.isLocal) {
      const element = track.attach();
      this.#sounds.set(track, element);
      this.#speakers.append(element);
    }
    for (const element of this.#wanted.get(track.sid) ?? []) safely(() => track.attach(element));
  }

  #went(track) {
    this.#sounds.get(track)?.remove();
    this.#sounds.delete(track);
  }
}
