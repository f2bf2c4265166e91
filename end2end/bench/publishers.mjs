// A crowd in one page: each participant has its own connection and publishes a small, slow, moving
// picture and a tone, and subscribes to nothing, so that the machine measures the watching page.
import { LocalAudioTrack, LocalVideoTrack, Room, Track } from 'livekit-client';

const WIDTH = 160;
const HEIGHT = 90;
const FRAMES_PER_SECOND = 5;

/** A camera: a colour that turns, drawn at its frame rate. */
function camera(index) {
  const canvas = Object.assign(document.createElement('canvas'), { width: WIDTH, height: HEIGHT });
  const context = canvas.getContext('2d');
  let turn = index * 30;
  const draw = () => {
    context.fillStyle = `hsl(${(turn += 3)} 80% 50%)`;
    context.fillRect(0, 0, WIDTH, HEIGHT);
  };
  draw();
  setInterval(draw, 1000 / FRAMES_PER_SECOND);
  return canvas.captureStream(FRAMES_PER_SECOND).getVideoTracks()[0];
}

/** A microphone: a quiet tone, so that nobody is the loudest for ever. */
function microphone(audio, index) {
  const tone = new OscillatorNode(audio, { frequency: 300 + 50 * index });
  const gain = new GainNode(audio, { gain: 0.05 });
  const out = new MediaStreamAudioDestinationNode(audio);
  tone.connect(gain).connect(out);
  tone.start();
  return out.stream.getAudioTracks()[0];
}

async function publish(roomName, index, audio) {
  const query = new URLSearchParams({ roomName, participantName: `Publisher ${index + 1}` });
  const answer = await fetch(`/api/connection-details?${query}`);
  if (!answer.ok) throw new Error(`connection-details: ${answer.status} ${await answer.text()}`);
  const details = await answer.json();
  const room = new Room();
  await room.connect(details.serverUrl, details.participantToken, {
    autoSubscribe: false,
    rtcConfig: { iceServers: [] },
  });
  const video = new LocalVideoTrack(camera(index), undefined, true);
  await room.localParticipant.publishTrack(video, { source: Track.Source.Camera, simulcast: false });
  const sound = new LocalAudioTrack(microphone(audio, index), undefined, true);
  await room.localParticipant.publishTrack(sound, { source: Track.Source.Microphone });
  return room;
}

let rooms = [];

/** Brings `count` publishers into a room; answers when all are publishing. */
globalThis.startPublishers = async (roomName, count) => {
  const audio = new AudioContext();
  await audio.resume();
  rooms = await Promise.all(Array.from({ length: count }, (_, index) => publish(roomName, index, audio)));
};

/** Switches the microphones of all off or on. */
globalThis.mutePublishers = async (muted) => {
  await Promise.all(rooms.map(({ localParticipant }) => localParticipant.setMicrophoneEnabled(!muted)));
};

/** Takes them out again. */
globalThis.stopPublishers = async () => {
  await Promise.all(rooms.map((room) => room.disconnect()));
};
