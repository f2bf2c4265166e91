// People who are inside and only listen: each has its own connection, and notes when a message of the chat arrives
// whose text begins with the moment at which it was sent.
import { Room, RoomEvent } from 'livekit-client';

const SENT_AT = /"text":"(\d+\.\d+) /g;

const decoder = new TextDecoder();
const delaysMs = [];

function note(packet, sender) {
  if (sender !== undefined) return;
  const now = performance.timeOrigin + performance.now();
  for (const [, sent] of decoder.decode(packet).matchAll(SENT_AT)) delaysMs.push(now - Number(sent));
}

async function listen(roomName, index) {
  const query = new URLSearchParams({ roomName, participantName: `Listener ${index + 1}` });
  const answer = await fetch(`/api/connection-details?${query}`);
  if (!answer.ok) throw new Error(`connection-details: ${answer.status} ${await answer.text()}`);
  const details = await answer.json();
  const room = new Room();
  room.on(RoomEvent.DataReceived, note);
  await room.connect(details.serverUrl, details.participantToken, { rtcConfig: { iceServers: [] } });
}

/** Brings `count` listeners into each room; answers when all are inside. */
globalThis.startListeners = async (rooms, count) => {
  const each = Array.from({ length: count }, (_, index) => index);
  await Promise.all(rooms.flatMap((room) => each.map((index) => listen(room, index))));
};

/** How long every message took to every listener so far, in milliseconds. */
globalThis.delaysMs = () => delaysMs;
