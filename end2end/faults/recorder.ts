// Writes down, ten times a second, from how many people sound and moving pictures arrive, and what the page says of it.
import type { Page } from '@playwright/test';

interface Tick {
  /** Milliseconds since 1970. */
  at: number;
  /** How many streams have given sound lately. */
  heard: number;
  /** How many pictures have moved lately. */
  seen: number;
  /** How many lines the smallest of the others' pictures has; 0 where there is none. */
  lines: number;
  /** Whether the page says that media or the connection has stopped. */
  said: boolean;
  /** Whether it says of anybody that their connection is weak, or that a picture is smaller, paused or still. */
  weak: boolean;
}

/** What a tick has to say: at least so many, or exactly this. */
export type Wanted = Partial<Omit<Tick, 'at'>>;

/** Long enough to measure how late it is; the longest aim is half a minute. */
const PATIENCE_MS = 90_000;

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
  const WEAK = '[data-testid=quality-notice], .tile-trouble';
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
    const videos = [...document.querySelectorAll<HTMLVideoElement>('[data-testid=tile][data-local=false] video')];
    for (const video of videos) {
      const { totalVideoFrames } = video.getVideoPlaybackQuality();
      if (frames.get(video) !== totalVideoFrames) seenAt.set(video, at);
      frames.set(video, totalVideoFrames);
    }
    const lately = (times: Map<unknown, number>) => [...times.values()].filter((time) => at - time < LATELY_MS).length;
    window.ticks.push({
      at,
      heard: lately(heardAt),
      seen: lately(seenAt),
      lines: videos.length > 0 ? Math.min(...videos.map(({ videoHeight }) => videoHeight)) : 0,
      said: document.querySelector(BANNER) !== null,
      weak: document.querySelector(WEAK) !== null,
    });
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

  /** Seconds from `since` until the page hears, sees and says what is wanted, and goes on to for `heldMs`; waits for it. */
  async until(since: number, wanted: Wanted, heldMs = 0): Promise<number> {
    const at = await this.page.waitForFunction(
      ({ from, want, held }) => {
        const fits = (tick: Tick) =>
          (Object.keys(want) as (keyof Wanted)[]).every((key) => {
            const [value, least] = [tick[key], want[key]];
            return typeof least === 'number' ? Number(value) >= least : value === least;
          });
        let begin: number | undefined;
        for (const tick of window.ticks.filter(({ at }) => at >= from)) {
          begin = fits(tick) ? (begin ?? tick.at) : undefined;
          if (begin !== undefined && tick.at - begin >= held) return begin;
        }
        return undefined;
      },
      { from: since, want: wanted, held: heldMs },
      // With every frame, as Playwright does unless told, the machine would measure that.
      { timeout: PATIENCE_MS, polling: 100 },
    );
    return ((await at.jsonValue()) as number - since) / 1_000;
  }

  /** Seconds from `since` until sound, and picture where `pictures`, come from so many people; waits for it. */
  backAfter(since: number, people: number, pictures = true): Promise<number> {
    return this.until(since, { heard: people, ...(pictures ? { seen: people } : {}) });
  }

  /** The longest time in seconds, from `since` until now, without sound from so many people. */
  longestSilence(since: number, people: number): Promise<number> {
    return this.longest(since, people, 'silent');
  }

  /**
   * The longest time in seconds, from `since` until now, in which the page said otherwise than it was: that all had stopped
   * while everybody was heard and seen, or nothing, on no tile either, while nobody was.
   */
  longestUntruth(since: number, people: number): Promise<number> {
    return this.longest(since, people, 'untrue');
  }

  private longest(since: number, people: number, how: 'silent' | 'untrue'): Promise<number> {
    return this.page.evaluate(
      ({ from, wanted, kind }) => {
        const isSo = ({ heard, seen, said, weak }: Tick) => {
          if (kind === 'silent') return heard < wanted;
          return said ? heard >= wanted && seen >= wanted : !weak && heard === 0 && seen === 0;
        };
        let longest = 0;
        let begin: number | undefined;
        for (const tick of window.ticks.filter(({ at }) => at >= from)) {
          if (!isSo(tick)) begin = undefined;
          else longest = Math.max(longest, tick.at - (begin ??= tick.at));
        }
        return longest / 1_000;
      },
      { from: since, wanted: people, kind: how },
    );
  }
}
