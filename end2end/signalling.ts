// Holds back what LiveKit tells a page, as a slow network does, or cuts the line between them.
import type { Page, WebSocketRoute } from '@playwright/test';

/** LiveKit's signalling. */
const SIGNALLING = /\/rtc/;
/** Why a line ends that is cut; a code that means nothing. */
const CUT = { code: 4_000, reason: 'cut' };

export interface Signalling {
  /** From the moment that the page names this to LiveKit (the id of a track, say), LiveKit's words wait. */
  holdAfter(text: string): void;
  /** Resolves when they have begun to wait. */
  readonly holding: Promise<void>;
  /** Lets them come, in their order. */
  release(): void;
}

/** Stands between the page and LiveKit's signalling; call it before the page connects. */
export async function interceptSignalling(page: Page): Promise<Signalling> {
  let begin: () => void;
  const holding = new Promise<void>((resolve) => (begin = resolve));
  let awaited: string | undefined;
  let waiting: (() => void)[] | undefined;
  await page.routeWebSocket(SIGNALLING, (socket) => {
    const livekit = socket.connectToServer();
    socket.onMessage((message) => {
      if (awaited !== undefined && Buffer.from(message).includes(awaited)) {
        awaited = undefined;
        waiting = [];
        begin();
      }
      livekit.send(message);
    });
    livekit.onMessage((message) => {
      const tell = () => socket.send(message);
      if (waiting) waiting.push(tell);
      else tell();
    });
  });
  return {
    holdAfter: (text) => (awaited = text),
    holding,
    release: () => {
      const held = waiting ?? [];
      waiting = undefined;
      for (const tell of held) tell();
    },
  };
}

export interface Line {
  /** Both ends lose each other at once, and the page is not let in again. */
  cut(): Promise<void>;
  /** From now on it is. */
  mend(): void;
}

/** Stands between the page and LiveKit's signalling; call it before the page connects. */
export async function cuttableLine(page: Page): Promise<Line> {
  let whole = true;
  let ends: WebSocketRoute[] = [];
  await page.routeWebSocket(SIGNALLING, async (socket) => {
    if (whole) ends = [socket, socket.connectToServer()];
    else await socket.close(CUT);
  });
  return {
    cut: async () => {
      whole = false;
      await Promise.all(ends.map((end) => end.close(CUT)));
    },
    mend: () => {
      whole = true;
    },
  };
}
