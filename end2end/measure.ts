// What really arrives at a person: the colour that a video shows, the tones that are to be heard.
import type { Locator, Page } from '@playwright/test';

import { COLOURS, TONES_HZ } from './media.mjs';

/** Largest difference per channel at which a colour is still the one that was sent, after the codec. */
const COLOUR_TOLERANCE = 60;
/** How long is listened: a burst of a tone and the pause beside it are half a second, wherever one begins. */
const LISTEN_MS = 600;
/** How often is looked at what is to be heard, which is the last tenth of a second: no frame is waited for. */
const LOOK_EVERY_MS = 25;
/** A tone that was sent arrives at about −16 dB; what other tones leave in its bins is below −70 dB. */
const AUDIBLE_DB = -50;
/** A tone with a gap of a lost packet in it spreads into its neighbours, down to about this far below itself. */
const LEAK_DB = 25;

/** The mean colour of a video's current picture as [red, green, blue]; undefined before the first one. */
export const meanColour = (video: Locator): Promise<number[] | undefined> =>
  video.evaluate((element: HTMLVideoElement) => {
    if (element.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || element.videoWidth === 0) return undefined;
    const size = 16;
    const canvas = new OffscreenCanvas(size, size);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no canvas');
    context.drawImage(element, 0, 0, size, size);
    const { data } = context.getImageData(0, 0, size, size);
    const mean = [0, 0, 0];
    data.forEach((value, index) => {
      if (index % 4 < 3) mean[index % 4] += value / (size * size);
    });
    return mean.map(Math.round);
  });

/** The name of the colour that a video shows, `nothing`, or the strange colour itself. */
export async function colourShown(video: Locator): Promise<string> {
  if ((await video.count()) === 0) return 'nothing';
  const mean = await meanColour(video);
  if (!mean) return 'nothing';
  const close = (rgb: number[]) => rgb.every((value, channel) => Math.abs(value - mean[channel]) <= COLOUR_TOLERANCE);
  const known = Object.entries(COLOURS).find(([, rgb]) => close(rgb));
  return known ? known[0] : `rgb(${mean})`;
}

/** How many lines a video has now; 0 where there is none. */
export const linesShown = (video: Locator): Promise<number> =>
  // It may go at any moment: one question, not two.
  video.evaluateAll(([element]) => (element instanceof HTMLVideoElement ? element.videoHeight : 0));

/** The tones, in hertz, that this person's loudspeaker plays: everything received, not muted, not paused. */
export const tonesHeard = (page: Page): Promise<number[]> =>
  page.evaluate(
    async ({ tones, listenMs, everyMs, audibleDb, leakDb }) => {
      const audio = new AudioContext();
      const analyser = new AnalyserNode(audio, { fftSize: 4096, smoothingTimeConstant: 0 });
      for (const player of window.parlourProbe.players) {
        const stream = player.srcObject;
        if (player.paused || player.muted || player.volume === 0 || !(stream instanceof MediaStream)) continue;
        if (stream.getAudioTracks().length > 0) audio.createMediaStreamSource(stream).connect(analyser);
      }
      await audio.resume();
      const bins = new Float32Array(analyser.frequencyBinCount);
      const hertzPerBin = audio.sampleRate / analyser.fftSize;
      const loudest = tones.map(() => -Infinity);
      const end = performance.now() + listenMs;
      while (performance.now() < end) {
        await new Promise((resolve) => setTimeout(resolve, everyMs));
        analyser.getFloatFrequencyData(bins);
        tones.forEach((hz, index) => {
          const bin = Math.round(hz / hertzPerBin);
          loudest[index] = Math.max(loudest[index], bins[bin - 1], bins[bin], bins[bin + 1]);
        });
      }
      await audio.close();
      const least = Math.max(audibleDb, Math.max(...loudest) - leakDb);
      return tones.filter((_, index) => loudest[index] > least);
    },
    { tones: TONES_HZ, listenMs: LISTEN_MS, everyMs: LOOK_EVERY_MS, audibleDb: AUDIBLE_DB, leakDb: LEAK_DB },
  );
