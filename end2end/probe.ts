// Planted in every page before its own scripts: remembers what was captured and what plays, which the
// page's document alone does not tell.
import type { BrowserContext, Page } from '@playwright/test';

interface Probe {
  /** Every track that the page got from a camera, a microphone or a screen. */
  captures: Set<MediaStreamTrack>;
  /** Every element that has a stream, in the document or not; what plays no more may be forgotten by the page. */
  players: Set<HTMLMediaElement>;
  /** Every peer connection that was made. */
  connections: RTCPeerConnection[];
  /** Every memory that a WebAssembly has given out. */
  memories: Set<WebAssembly.Memory>;
  /** A device that was opened is handed over when this is kept, as if it were slow. */
  gate: Promise<void>;
  openGate: () => void;
}

declare global {
  interface Window {
    parlourProbe: Probe;
  }
}

function plant(): void {
  const captures = new Set<MediaStreamTrack>();
  const players = new Set<HTMLMediaElement>();
  const connections: RTCPeerConnection[] = [];
  const memories = new Set<WebAssembly.Memory>();
  window.parlourProbe = { captures, players, connections, memories, gate: Promise.resolve(), openGate: () => undefined };

  const devices = navigator.mediaDevices;
  if (devices) {
    const keep = (stream: MediaStream): MediaStream => {
      for (const track of stream.getTracks()) captures.add(track);
      return stream;
    };
    const getUserMedia = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (wanted) => {
      const stream = keep(await getUserMedia(wanted));
      await window.parlourProbe.gate;
      return stream;
    };
    const getDisplayMedia = devices.getDisplayMedia.bind(devices);
    devices.getDisplayMedia = async (wanted) => keep(await getDisplayMedia(wanted));
  }

  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.push(this);
    }
  };

  const instantiate = WebAssembly.instantiateStreaming;
  WebAssembly.instantiateStreaming = async (...source) => {
    const made = await instantiate(...source);
    for (const given of Object.values(made.instance.exports)) if (given instanceof WebAssembly.Memory) memories.add(given);
    return made;
  };

  const clone = MediaStreamTrack.prototype.clone;
  MediaStreamTrack.prototype.clone = function (this: MediaStreamTrack) {
    const copy = clone.call(this);
    if (captures.has(this)) captures.add(copy);
    return copy;
  };

  const srcObject = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject');
  if (!srcObject?.set) throw new Error('HTMLMediaElement.srcObject is not what it was');
  const set = srcObject.set;
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    ...srcObject,
    set(this: HTMLMediaElement, stream: MediaProvider | null) {
      if (stream) players.add(this);
      else players.delete(this);
      set.call(this, stream);
    },
  });
}

export async function plantProbe(context: BrowserContext): Promise<void> {
  await context.addInitScript(plant);
}

/** From now on every device that the page opens is slow; answers how to let them come. */
export async function slowDevices(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(() => {
    window.parlourProbe.gate = new Promise((resolve) => (window.parlourProbe.openGate = resolve));
  });
  return () => page.evaluate(() => window.parlourProbe.openGate());
}

/** What the page still captures (`audio`, `video`, sorted): empty when the browser's indicator is off. */
export const capturing = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...new Set([...window.parlourProbe.captures].filter((track) => track.readyState === 'live').map((track) => track.kind))]
      .sort(),
  );

/** The id of the microphone's track, once there is one. */
export const microphoneId = (page: Page): Promise<string> =>
  page
    .waitForFunction(() => [...window.parlourProbe.captures].find((track) => track.kind === 'audio')?.id)
    .then((handle) => handle.jsonValue())
    .then((id) => id ?? '');

/** Whether a capture gives sound or picture, and not silence or black. */
export const isEnabled = (page: Page, id: string): Promise<boolean> =>
  page.evaluate(
    (wanted) => [...window.parlourProbe.captures].some((track) => track.id === wanted && track.enabled),
    id,
  );

/** Whether a capture goes on. */
export const isLive = (page: Page, id: string): Promise<boolean> =>
  page.evaluate(
    (wanted) => [...window.parlourProbe.captures].some((track) => track.id === wanted && track.readyState === 'live'),
    id,
  );

/** Ends the capture of a screen as the browser's own "Stop sharing" does, and a window that is closed. */
export const endScreen = (page: Page): Promise<void> =>
  page.evaluate(() => {
    for (const track of window.parlourProbe.captures) {
      if (track.kind !== 'video' || track.readyState !== 'live' || track.getSettings().displaySurface === undefined) continue;
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
  });

/** Stops a page where it is: nothing of it runs. Answers how to let it go on. */
export async function hang(page: Page): Promise<() => Promise<void>> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Debugger.enable');
  const hangs = new Promise((resolve) => devtools.once('Debugger.paused', resolve));
  // A pause that is asked for may never come. This one answers when the page goes on.
  void devtools.send('Runtime.evaluate', { expression: 'debugger' }).catch(() => undefined);
  await hangs;
  return async () => {
    await devtools.send('Debugger.resume');
  };
}

/** The UDP port that the page's media uses. */
export const mediaPort = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    for (const connection of window.parlourProbe.connections) {
      const report = await connection.getStats();
      for (const entry of report.values()) {
        if (entry.type === 'candidate-pair' && entry.nominated && entry.bytesReceived > 0) {
          return report.get(entry.localCandidateId).port;
        }
      }
    }
    throw new Error('no media connection is in use');
  });
