// Every event of livekit-client's Room, flattened to `RoomEvent` of the crate `call`: all have the same fields, of which
// each fills in what it needs.

import { DisconnectReason, RoomEvent } from 'livekit-client';

import { safely } from './safely.js';

// What changes a participant's snapshot, by the place of the participant among the arguments.
const CHANGES = new Map([
  [RoomEvent.ParticipantActive, 0],
  [RoomEvent.ParticipantNameChanged, 1],
  [RoomEvent.ParticipantAttributesChanged, 1],
  [RoomEvent.LocalTrackPublished, 1],
  [RoomEvent.LocalTrackUnpublished, 1],
  [RoomEvent.TrackPublished, 1],
  [RoomEvent.TrackUnpublished, 1],
  [RoomEvent.TrackSubscribed, 2],
  [RoomEvent.TrackUnsubscribed, 2],
  [RoomEvent.TrackMuted, 1],
  [RoomEvent.TrackUnmuted, 1],
  [RoomEvent.TrackStreamStateChanged, 2],
]);

// What the call does not need. An event that is neither here nor handled is reported as unknown.
const IGNORED = new Set([
  // told by events of their own
  RoomEvent.ConnectionStateChanged,
  RoomEvent.SignalConnected,
  RoomEvent.TrackSubscriptionStatusChanged,
  RoomEvent.TrackSubscriptionPermissionChanged,
  // the snapshot does not carry it
  RoomEvent.ParticipantMetadataChanged,
  RoomEvent.ParticipantPermissionsChanged,
  RoomEvent.RoomMetadataChanged,
  RoomEvent.RecordingStatusChanged,
  // devices are ours: the crate captures and watches them itself
  RoomEvent.MediaDevicesChanged,
  RoomEvent.MediaDevicesError,
  RoomEvent.ActiveDeviceChanged,
  RoomEvent.LocalAudioSilenceDetected,
  RoomEvent.LocalTrackSubscribed,
  // startAudio starts video too
  RoomEvent.VideoPlaybackStatusChanged,
  // features that Parlour does not use
  RoomEvent.Moved,
  RoomEvent.ChatMessage,
  RoomEvent.TranscriptionReceived,
  RoomEvent.SipDTMFReceived,
  RoomEvent.MetricsReceived,
  RoomEvent.DCBufferStatusChanged,
  RoomEvent.ParticipantEncryptionStatusChanged,
  RoomEvent.DataTrackPublished,
  RoomEvent.DataTrackUnpublished,
  RoomEvent.LocalDataTrackPublished,
  RoomEvent.LocalDataTrackUnpublished,
]);

const utf8 = new TextDecoder();

/**
 * Registers one handler for every event of `room`; what it tells goes to `outbox`.
 * `isLeaving` says whether we asked for the end of the connection.
 */
export function forward(room, outbox, isLeaving) {
  let inside = false;
  let speakers = '';

  const change = (name) =>
    CHANGES.has(name) ? (...args) => outbox.changed(args[CHANGES.get(name)]) : undefined;
  const handlers = {
    [RoomEvent.Connected]() {
      inside = true;
      speakers = '';
      outbox.everybody('connected', room);
      // What was told while connecting nobody heard, and what was so in the room before says nothing of this one.
      outbox.push({ type: 'audioPlayback', allowed: room.canPlaybackAudio });
    },
    [RoomEvent.SignalReconnecting]: () => outbox.push({ type: 'signalReconnecting' }),
    // Without a network livekit-client waits for it and resumes then; otherwise it begins anew.
    [RoomEvent.Reconnecting]: () => outbox.lost({ type: navigator.onLine ? 'reconnecting' : 'signalReconnecting' }),
    [RoomEvent.Reconnected]: () => outbox.everybody('reconnected', room),
    [RoomEvent.Disconnected](reason) {
      inside = false;
      outbox.lost({ type: 'disconnected', word: reasonName(reason, isLeaving()) });
    },
    [RoomEvent.ParticipantConnected]: (participant) => outbox.push({ type: 'participantConnected', participant }),
    [RoomEvent.ParticipantDisconnected]: ({ identity }) => outbox.push({ type: 'participantDisconnected', identity }),
    [RoomEvent.ActiveSpeakersChanged](participants) {
      // The server repeats the list whenever a level changes.
      const identities = participants.map(({ identity }) => identity);
      const next = identities.join('\n');
      if (next !== speakers) outbox.push({ type: 'activeSpeakers', identities });
      speakers = next;
    },
    [RoomEvent.ConnectionQualityChanged]: (quality, { identity }) =>
      outbox.push({ type: 'connectionQuality', identity, word: quality }),
    [RoomEvent.DataReceived](payload, participant, _kind, topic, _encryption, identity) {
      // The identity on the packet is the server's word; it is there even when the sender is not
      // known (yet), and missing on the server's own packets.
      outbox.push({
        type: 'dataReceived',
        identity: identity || participant?.identity || null,
        word: topic ?? '',
        text: utf8.decode(payload),
      });
    },
    [RoomEvent.AudioPlaybackStatusChanged]: (allowed) => outbox.push({ type: 'audioPlayback', allowed }),
    [RoomEvent.TrackSubscriptionFailed]: (sid, { identity }) =>
      outbox.push({ type: 'subscriptionFailed', identity, sid }),
    [RoomEvent.EncryptionError]: ({ message }) => outbox.push({ type: 'engineError', text: message }),
  };

  for (const name of Object.values(RoomEvent)) {
    const handler = handlers[name] ?? change(name) ?? (IGNORED.has(name) ? undefined : () => unknown(name, outbox));
    if (!handler) continue;
    // An attempt to connect that fails is told by the error of `connect` alone. A handler that fails may not keep
    // livekit-client from its work.
    room.on(name, (...args) => {
      if (inside || name === RoomEvent.Connected) safely(() => handler(...args));
    });
  }
}

function unknown(name, outbox) {
  console.warn(`livekit-client sent an event that Parlour does not know: ${name}`);
  outbox.push({ type: 'unknown', word: name });
}

/**
 * livekit-client also says that the client left when the browser froze the page; only `leaving`
 * knows whether somebody asked for it.
 */
function reasonName(reason, leaving) {
  if (leaving) return 'client_initiated';
  if (reason === undefined || reason === DisconnectReason.CLIENT_INITIATED) return 'unknown';
  return DisconnectReason[reason]?.toLowerCase() ?? 'unknown';
}
