// The large part of the adapter, fetched lazily with livekit-client: one Room and its commands.
// Nothing here decides anything; policy lives in Rust.

import { ConnectionState, LocalAudioTrack, LocalVideoTrack, Room, RoomEvent, Track, TrackEvent, setLogLevel } from 'livekit-client';

import { forward } from './events.js';
import { Failure, connectFailure, publishFailure } from './failure.js';
import { Outbox } from './outbox.js';

setLogLevel('warn');

const ROOM_OPTIONS = {
  adaptiveStream: true,
  dynacast: true,
  // The captures belong to the application: it stops them, and it leaves when the page does.
  stopLocalTrackOnUnpublish: false,
  disconnectOnPageLeave: false,
  publishDefaults: { simulcast: true, videoCodec: 'vp8', red: true, dtx: true },
};

// Text must stay readable; the call's own sound must not come back through the share.
const SCREEN_SHARE_OPTIONS = {
  contentHint: 'detail',
  audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false, restrictOwnAudio: true },
  systemAudio: 'include',
  surfaceSwitching: 'include',
  selfBrowserSurface: 'exclude',
};

const SCREEN_SHARE_SOURCES = [Track.Source.ScreenShare, Track.Source.ScreenShareAudio];

/** Makes the engine of one room; `onEvents` takes a JSON array of events. */
export const create = (onEvents) => new Engine(onEvents);

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

  constructor(onEvents) {
    this.#outbox = new Outbox(onEvents);
    this.#speakers.hidden = true;
    this.#speakers.dataset.audio = 'remote';
    document.body.append(this.#speakers);
    this.#room
      .on(RoomEvent.SignalConnected, () => (this.#signalled = true))
      .on(RoomEvent.TrackSubscribed, (track) => this.#came(track))
      .on(RoomEvent.TrackUnsubscribed, (track) => this.#went(track))
      .on(RoomEvent.LocalTrackPublished, ({ track }) => track && this.#came(track))
      .on(RoomEvent.Disconnected, () => this.#release());
    forward(this.#room, this.#outbox, () => this.#leaving);
  }

  /** Joins; `iceServers` is JSON, `undefined` leaves the choice to the server. */
  async connect(url, token, iceServers) {
    this.#leaving = false;
    this.#signalled = false;
    try {
      const rtcConfig = iceServers === undefined ? undefined : { iceServers: JSON.parse(iceServers) };
      await this.#room.connect(url, token, { rtcConfig });
    } catch (error) {
      throw connectFailure(error, this.#signalled);
    }
  }

  async disconnect() {
    this.#leaving = true;
    await this.#room.disconnect(false);
  }

  /** Publishes a capture of the application, which stays its owner. */
  async publish(source, mediaTrack, muted) {
    const Local = mediaTrack.kind === 'audio' ? LocalAudioTrack : LocalVideoTrack;
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

  /** Asks for a screen and publishes it, with sound where the browser gives it. */
  async startScreenShare() {
    const tracks = await this.#room.localParticipant.createScreenTracks(SCREEN_SHARE_OPTIONS);
    if (this.#room.state !== ConnectionState.Connected) {
      // The call ended while the picker was open.
      for (const track of tracks) track.stop();
      throw new Failure('not_connected', 'the call is over');
    }
    try {
      await Promise.all(tracks.map((track) => this.#publish(track)));
    } catch (error) {
      await this.stopScreenShare();
      for (const track of tracks) track.stop();
      throw error;
    }
  }

  async stopScreenShare() {
    const { localParticipant } = this.#room;
    const tracks = SCREEN_SHARE_SOURCES.map((source) => this.#local.get(source)).filter(Boolean);
    for (const track of tracks) {
      this.#local.delete(track.source);
      track.stop();
    }
    const published = tracks.filter((track) => localParticipant.getTrackPublication(track.source)?.track === track);
    await Promise.all(published.map((track) => localParticipant.unpublishTrack(track, true)));
  }

  /** Shows the track in the element, now or whenever it comes. */
  attach(sid, element) {
    if (!this.#wanted.has(sid)) this.#wanted.set(sid, new Set());
    this.#wanted.get(sid).add(element);
    this.#track(sid)?.attach(element);
  }

  detach(sid, element) {
    const elements = this.#wanted.get(sid);
    elements?.delete(element);
    if (elements?.size === 0) this.#wanted.delete(sid);
    this.#track(sid)?.detach(element);
  }

  /** Starts what autoplay rules have stopped: call it while a click is handled. */
  async startAudio() {
    await Promise.all([this.#room.startAudio(), this.#room.startVideo()]);
  }

  /** Plays remote sound on this device; the empty text is the system's choice. */
  async setSpeaker(deviceId) {
    await this.#room.switchActiveDevice('audiooutput', deviceId);
  }

  /** Tells nothing more, leaves and lets go of everything. */
  dispose() {
    this.#outbox.close();
    this.#wanted.clear();
    this.disconnect().catch((error) => console.warn('leaving failed', error));
    this.#release();
    this.#speakers.remove();
  }

  async #publish(track) {
    const { source } = track;
    this.#local.set(source, track);
    track.on(TrackEvent.Ended, () => this.#ended(track));
    try {
      await this.#room.localParticipant.publishTrack(track, { source });
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

  /** A track that is there to be shown or heard, ours or another's. */
  #track(sid) {
    const { localParticipant, remoteParticipants } = this.#room;
    for (const participant of [localParticipant, ...remoteParticipants.values()]) {
      const publication = participant.trackPublications.get(sid);
      if (publication) return publication.track;
    }
    return undefined;
  }

  #came(track) {
    if (track.kind === Track.Kind.Audio && !track.isLocal) {
      const element = track.attach();
      this.#sounds.set(track, element);
      this.#speakers.append(element);
    }
    for (const element of this.#wanted.get(track.sid) ?? []) track.attach(element);
  }

  /** livekit-client mutes an ended capture and takes an ended screen back, without its sound. */
  #ended(track) {
    const { source } = track;
    if (this.#local.get(source) !== track) return;
    this.#outbox.push({ type: 'localTrackEnded', word: source });
    if (SCREEN_SHARE_SOURCES.includes(source)) this.#local.delete(source);
    if (source === Track.Source.ScreenShare) {
      this.stopScreenShare().catch((error) => console.warn('ending the screen share failed', error));
    }
  }

  #went(track) {
    this.#sounds.get(track)?.remove();
    this.#sounds.delete(track);
  }

  /** After the end of a connection: what we captured ourselves stops, nothing stays published. */
  #release() {
    for (const track of this.#local.values()) if (!track.isUserProvided) track.stop();
    this.#local.clear();
  }
}
