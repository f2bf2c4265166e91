// Events on their way to the application: in order, and many at once where they happen at once.

import { Track } from 'livekit-client';

/** A participant as plain data: `ParticipantInfo` of the crate `call`. Of the attributes it carries those that are `known`. */
const snapshot = (participant, known) => ({
  identity: participant.identity,
  name: participant.name ?? '',
  local: participant.isLocal,
  active: participant.isLocal || participant.isActive,
  joinedAtMs: participant.joinedAt?.getTime() ?? 0,
  hand: participant.attributes[known.hand],
  role: participant.attributes[known.role],
  heir: participant.attributes[known.heir],
  publications: Array.from(participant.trackPublications.values(), (publication) => ({
    sid: publication.trackSid,
    source: publication.source,
    muted: publication.isMuted,
    subscribed: publication.isSubscribed,
    paused: publication.track?.streamState === Track.StreamState.Paused,
  })),
});

// They come every second, and would push what is rare out of the journal.
const ROUTINE = new Set(['activeSpeakers', 'dataReceived']);

/**
 * Collects what happens in one task and delivers it as one JSON array: one message of LiveKit's
 * can change dozens of tracks, and every call into WebAssembly costs.
 */
export class Outbox {
  #deliver;
  #attributes;
  #note;
  #queue = [];
  // Whose state the queue will carry anyway: a second change needs no second entry.
  #pending = new Set();

  /** `deliver` takes a JSON array of events as the crate `call` reads them: `RoomEvent`; `note` writes the journal. */
  constructor(deliver, attributes, note) {
    this.#deliver = deliver;
    this.#attributes = attributes;
    this.#note = note;
  }

  /** Queues an event; a `participant` in it is read when the queue is delivered. */
  push(event) {
    const { type, participant, identity = participant?.identity, sid, word } = event;
    if (!ROUTINE.has(type)) this.#note(type, [identity, sid, word].filter(Boolean).join(' '));
    if (participant) this.#pending.add(participant);
    if (this.#queue.push(event) === 1) queueMicrotask(() => this.#flush());
  }

  /** Queues that a participant changed, unless its state is queued already. */
  changed(participant) {
    if (!this.#pending.has(participant)) this.push({ type: 'participantChanged', participant });
  }

  /** Queues everybody, ourselves and the others, as they are when the queue is delivered. */
  everybody(type, room) {
    this.push({ type, room });
    this.#pending.add(room.localParticipant);
    for (const participant of room.remoteParticipants.values()) this.#pending.add(participant);
  }

  /**
   * Queues the loss or the end of the connection. livekit-client takes its model of the room apart
   * then, track by track and person by person; that is not news about the people, and is left out.
   */
  lost(event) {
    this.#queue = this.#queue.filter(({ type }) => type !== 'participantChanged' && type !== 'participantDisconnected');
    this.#pending.clear();
    this.push(event);
  }

  /** Drops what is queued and delivers nothing any more. */
  close() {
    this.#deliver = undefined;
    this.#queue = [];
    this.#pending.clear();
  }

  #flush() {
    const now = (participant) => snapshot(participant, this.#attributes);
    const events = this.#queue.map(({ participant, room, ...event }) => {
      if (participant) event.participant = now(participant);
      if (room) {
        event.participant = now(room.localParticipant);
        event.others = Array.from(room.remoteParticipants.values(), now);
      }
      return event;
    });
    this.#queue = [];
    this.#pending.clear();
    if (events.length > 0) this.#deliver?.(JSON.stringify(events));
  }
}
