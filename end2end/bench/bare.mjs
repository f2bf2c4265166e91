// The bare page: what livekit-client costs with nothing around it. It opens the camera and the microphone,
// joins on a click, publishes both and shows what arrives; no state, no marks, no controls.
import { Room, RoomEvent, createLocalTracks } from 'livekit-client';

const main = document.querySelector('main');
const stage = document.querySelector('#stage');
const preview = document.querySelector('[data-testid=preview]');
const name = document.querySelector('[data-testid=name]');

const media = createLocalTracks({ audio: true, video: true }).then((tracks) => {
  preview.append(...tracks.filter((track) => track.kind === 'video').map((track) => track.attach()));
  return tracks;
});

async function join() {
  const room = new Room({ adaptiveStream: true, dynacast: true });
  room.on(RoomEvent.TrackSubscribed, (track) => stage.append(track.attach()));
  room.on(RoomEvent.TrackUnsubscribed, (track) => track.detach().forEach((element) => element.remove()));
  room.on(RoomEvent.ConnectionStateChanged, (state) => (main.dataset.connection = state));
  const query = new URLSearchParams({ roomName: location.pathname.slice(1), participantName: name.value });
  const details = await (await fetch(`/api/connection-details?${query}`)).json();
  await room.connect(details.serverUrl, details.participantToken, { rtcConfig: { iceServers: [] } });
  for (const track of await media) await room.localParticipant.publishTrack(track);
}

document.querySelector('[data-testid=join]').addEventListener('click', join, { once: true });
document.documentElement.dataset.hydrated = '';
