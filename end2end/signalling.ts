// Holds back what LiveKit tells a page, as a slow network does.
import type { Page } from '@playwright/test';

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
  await page.routeWebSocket(/\/rtc/, (socket) => {
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
