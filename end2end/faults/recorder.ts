// Writes down, ten times a second, from how many people sound and moving pictures arrive.
import type { Page } from '@playwright/test';

interface Tick {
  /** Milliseconds since 1970. */
  at: number;
  /** How many streams have given sound lately. */
  heard: number;
  /** How many pictures have moved lately. */
  seen: number;
  /** Whether the page says that media or the connection has stopped. */
  said: boolean;
}

declare global {
  interface Window {
    ticks: Tick[];
  }
}

function plant(): void {
  const EVERY_MS = 100;
  /** The tones come in bursts, with pauses shorter than this. */
  const LATELY_MS = 600;
  const AUDIBLE = 0.01;
  const BANNER = '[data-testid=media-banner], [data-testid=connection-banner]';
  // Without a loudspeaker, which nothing of this would reach, it costs the machine less.
  const audio = new AudioContext({ latencyHint: 'playback', sinkId: { type: 'none' } } as AudioContextOptions);
  void audio.resume();
  const taps = new Map<MediaStreamTrack, AnalyserNode>();
  const heardAt = new Map<MediaStreamTrack, number>();
  const frames = new Map<Element, number>();
  const seenAt = new Map<Element, number>();
  const samples = new Float32Array(2_048);
  window.ticks = [];
  setInterval(() => {
    const at = Date.now();
    for (const player of window.parlourProbe.players) {
      const stream = player.srcObject;
      if (!player.isConnected || player.muted || !(stream instanceof MediaStream)) continue;
      for (const track of stream.getAudioTracks()) {
        if (!taps.has(track)) {
          const tap = new AnalyserNode(audio);
          audio.createMediaStreamSource(new MediaStream([track])).connect(tap);
          taps.set(track, tap);
        }
        taps.get(track)?.getFloatTimeDomainData(samples);
        if (samples.some((sample) => Math.abs(sample) > AUDIBLE)) heardAt.set(track, at);
      }
    }
    for (const video of document.querySelectorAll<HTMLVideoElement>('[data-testid=tile][data-local=false] video')) {
      const { totalVideoFrames } = video.getVideoPlaybackQuality();
      if (frames.get(video) !== totalVideoFrames) seenAt.set(video, at);
      frames.set(video, totalVideoFrames);
    }
    const lately = (times: Map<unknown, number>) => [...times.values()].filter((time) => at - time < LATELY_MS).length;
    window.ticks.push({ at, heard: lately(heardAt), seen: lately(seenAt), said: document.querySelector(BANNER) !== null });
  }, EVERY_MS);
}

export class Recorder {
  private constructor(private readonly page: Page) {}

  /** Begins; the person is in the call. */
  static async start(page: Page): Promise<Recorder> {
    await page.evaluate(plant);
    return new Recorder(page);
  }

  /** Stops the page as a laptop's sleep does, timers and all but for media, or lets it go on. */
  async freeze(frozen: boolean): Promise<void> {
    const devtools = await this.page.context().newCDPSession(this.page);
    await devtools.send('Page.setWebLifecycleState', { state: frozen ? 'frozen' : 'active' });
    await devtools.detach();
  }

  /** Seconds from `since` until sound, and picture where `pictures`, come from so many people; waits for it. */
  async backAfter(since: number, people: number, pictures = true): Promise<number> {
    const at = await this.page.waitForFunction(
      ({ from, wanted, withPictures }) =>
        window.ticks.find((tick) => tick.at >= from && tick.heard >= wanted && (!withPictures || tick.seen >= wanted))?.at,
      { from: since, wanted: people, withPictures: pictures },
      // With every frame, as Playwright does unless told, the machine would measure that.
      { timeout: 60_000, polling: 100 },
    );
    return ((await at.jsonValue()) as number - since) / 1_000;
  }

  /** Seconds from `since` until the page says that something has stopped, or says it no more; waits for it. */
  async saidAfter(since: number, said: boolean): Promise<number> {
    const at = await this.page.waitForFunction(
      ({ from, wanted }) => window.ticks.find((tick) => tick.at >= from && tick.said === wanted)?.at,
      { from: since, wanted: said },
      { timeout: 60_000, polling: 100 },
    );
    return ((await at.jsonValue()) as number - since) / 1_000;
  }

  /** The longest time in seconds, from `since` until now, without sound from so many people. */
  longestSilence(since: number, people: number): Promise<number> {
    return this.page.evaluate(
      ({ from, wanted }) => {
        let longest = 0;
        let lost: number | undefined;
        for (const { at, heard } of window.ticks.filter((tick) => tick.at >= from)) {
          if (heard >= wanted) lost = undefined;
          else longest = Math.max(longest, at - (lost ??= at));
        }
        return longest / 1_000;
      },
      { from: since, wanted: people },
    );
  }
}
