// Makes a browser deaf for one voice: its packets arrive, and are thrown away before they are decoded.
import type { Page } from '@playwright/test';

declare global {
  interface Window {
    /** Where each voice comes in, and the worker through which it does. */
    voices: { track: MediaStreamTrack; gate: Worker }[];
  }
}

/** Lets every voice come in through a gate that is open; call it before the page connects. */
export const plantGates = (page: Page): Promise<void> =>
  page.addInitScript(() => {
    const gate = `
      let open = true;
      onmessage = ({ data }) => (open = data);
      onrtctransform = ({ transformer: { readable, writable } }) => {
        const transform = (frame, out) => { if (open) out.enqueue(frame); };
        readable.pipeThrough(new TransformStream({ transform })).pipeTo(writable);
      };`;
    window.voices = [];
    const add = RTCPeerConnection.prototype.addTransceiver;
    RTCPeerConnection.prototype.addTransceiver = function (this: RTCPeerConnection, ...args) {
      const transceiver = add.apply(this, args);
      const { track } = transceiver.receiver;
      // Where sound comes in already, a gate would let everything pass.
      if (track.kind === 'audio') {
        const worker = new Worker(URL.createObjectURL(new Blob([gate])));
        transceiver.receiver.transform = new RTCRtpScriptTransform(worker);
        window.voices.push({ track, gate: worker });
      }
      return transceiver;
    };
  });

/** From now on the page does not hear the voice that has this tone; answers how to hear it again. */
export async function deafen(page: Page, hz: number): Promise<() => Promise<void>> {
  const which = await page.evaluate(async (tone) => {
    const listenMs = 1_000;
    const audio = new AudioContext();
    const loudness = async (track: MediaStreamTrack): Promise<number> => {
      const analyser = new AnalyserNode(audio, { fftSize: 4096, smoothingTimeConstant: 0 });
      audio.createMediaStreamSource(new MediaStream([track])).connect(analyser);
      const bins = new Float32Array(analyser.frequencyBinCount);
      let loudest = -Infinity;
      for (const end = performance.now() + listenMs; performance.now() < end; ) {
        // A busy machine may paint seldom.
        await new Promise((look) => setTimeout(look, 25));
        analyser.getFloatFrequencyData(bins);
        loudest = Math.max(loudest, bins[Math.round((tone * analyser.fftSize) / audio.sampleRate)]);
      }
      return loudest;
    };
    await audio.resume();
    const heard = await Promise.all(window.voices.map(({ track }) => loudness(track)));
    await audio.close();
    return heard.indexOf(Math.max(...heard));
  }, hz);
  const open = (yes: boolean) => page.evaluate(([at, data]) => window.voices[Number(at)].gate.postMessage(data), [which, yes]);
  await open(false);
  return () => open(true);
}
