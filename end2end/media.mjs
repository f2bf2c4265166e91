// Writes what the fake cameras and microphones play: one solid colour and one pure tone per person,
// so that a receiver can measure whose picture and whose voice has arrived.
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const MEDIA_DIR = join(dirname(fileURLToPath(import.meta.url)), '.media');

const SAMPLE_RATE_HZ = 48_000;
/** Chromium starts the file again at its end; one second holds whole periods of every tone in whole hertz. */
const TONE_SECONDS = 1;
const TONE_AMPLITUDE = 0.8;
/** The tone comes in bursts: a browser's noise suppression takes a steady tone for noise and turns it down. */
const BURSTS_PER_SECOND = 2;
/** The sine's envelope at a moment: swells and fades like a syllable, silent for half the time. */
const envelope = (seconds) => Math.max(0, Math.sin(2 * Math.PI * BURSTS_PER_SECOND * seconds));
const FRAMES = 4;

/** Every colour that a camera shows, as [red, green, blue]. */
export const COLOURS = { green: [0, 255, 0], blue: [0, 0, 255], red: [255, 0, 0] };
/** Every tone that a microphone hears, in hertz; none is near a multiple of another. */
export const TONES_HZ = [400, 700, 1100];

/**
 * Every frame is drawn by every page that sees it, which is most of what a test costs. A frame of one colour is one
 * packet, and of fewer than ten packets a second LiveKit believes that the large layer has stopped.
 */
const COLOUR_FPS = 12;
/** What the camera shows that has no colour, but much to send. */
export const NOISE = 'noise';
/** The tone of a microphone that gives nothing. */
export const NO_TONE_HZ = 0;

/** Path of a camera's file. */
export const cameraFile = (colour) => join(MEDIA_DIR, `${colour}.y4m`);
/** Path of a microphone's file. */
export const microphoneFile = (hz) => join(MEDIA_DIR, `${hz}.wav`);

/** A few equal frames of one colour as YUV4MPEG2 (BT.601, limited range, 4:2:0). */
export function solidY4m([r, g, b], width, height, framesPerSecond) {
  const y = 16 + (65.481 * r + 128.553 * g + 24.966 * b) / 255;
  const cb = 128 + (-37.797 * r - 74.203 * g + 112 * b) / 255;
  const cr = 128 + (112 * r - 93.786 * g - 18.214 * b) / 255;
  const chroma = (width / 2) * (height / 2);
  const frame = Buffer.concat([
    Buffer.from('FRAME\n'),
    Buffer.alloc(width * height, Math.round(y)),
    Buffer.alloc(chroma, Math.round(cb)),
    Buffer.alloc(chroma, Math.round(cr)),
  ]);
  const header = `YUV4MPEG2 W${width} H${height} F${framesPerSecond}:1 Ip A1:1 C420jpeg\n`;
  return Buffer.concat([Buffer.from(header), ...Array(FRAMES).fill(frame)]);
}

/** Frames of coarse noise in the same format: a picture that takes all the bits it is given. */
export function noiseY4m(width, height, framesPerSecond) {
  const BLOCK = 8;
  let seed = 1;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647);
  const frame = () => {
    const luma = Buffer.alloc(width * height);
    for (let top = 0; top < height; top += BLOCK) {
      const row = Buffer.alloc(width);
      for (let left = 0; left < width; left += BLOCK) row.fill(16 + (random() % 220), left, left + BLOCK);
      for (let line = top; line < Math.min(top + BLOCK, height); line++) row.copy(luma, line * width);
    }
    return Buffer.concat([Buffer.from('FRAME\n'), luma, Buffer.alloc((width / 2) * (height / 2) * 2, 128)]);
  };
  const header = `YUV4MPEG2 W${width} H${height} F${framesPerSecond}:1 Ip A1:1 C420jpeg\n`;
  return Buffer.concat([Buffer.from(header), ...Array.from({ length: 2 * FRAMES }, frame)]);
}

/** A sine tone as WAV (PCM, 16 bit, mono). */
export function toneWav(hz) {
  const samples = SAMPLE_RATE_HZ * TONE_SECONDS;
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20); // PCM
  wav.writeUInt16LE(1, 22); // one channel
  wav.writeUInt32LE(SAMPLE_RATE_HZ, 24);
  wav.writeUInt32LE(SAMPLE_RATE_HZ * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples * 2, 40);
  for (let i = 0; i < samples; i++) {
    const value = TONE_AMPLITUDE * envelope(i / SAMPLE_RATE_HZ) * Math.sin((2 * Math.PI * hz * i) / SAMPLE_RATE_HZ);
    wav.writeInt16LE(Math.round(value * 32_767), 44 + i * 2);
  }
  return wav;
}

/** Makes the files that are not there yet. */
export function makeMedia() {
  mkdirSync(MEDIA_DIR, { recursive: true });
  const make = (path, content) => {
    if (existsSync(path)) return;
    writeFileSync(`${path}.new`, content());
    renameSync(`${path}.new`, path); // a run that was cut short leaves no half a file
  };
  for (const [name, rgb] of Object.entries(COLOURS)) make(cameraFile(name), () => solidY4m(rgb, 640, 360, COLOUR_FPS));
  make(cameraFile(NOISE), () => noiseY4m(640, 360, 20));
  for (const hz of [...TONES_HZ, NO_TONE_HZ]) make(microphoneFile(hz), () => toneWav(hz));
}
