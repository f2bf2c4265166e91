// Holds back what LiveKit tells a page, as a slow network does.
import type { Page } from '@playwright/test';

export interface Signalling {
  /** LiveKit's words wait from now on. */
  hold(): void;
  /** Whether the page has named this to LiveKit (the id of a track, say). */
  hasSaid(text: string): boolean;
  /** Lets them come, in their order. */
  release(): void;
}

/** Stands between the page and LiveKit's signalling; call it before the page connects. */
export async function interceptSignalling(page: Page): Promise<Signalling> {
  const said: Buffer[] = [];
  let waiting: (() => void)[] | undefined;
  await page.routeWebSocket(/\/rtc/, (socket) => {
    const livekit = socket.connectToServer();
    socket.onMessage((message) => {
      said.push(Buffer.from(message));
      livekit.send(message);
    });
    livekit.onMessage((message) => {
      const tell = () => socket.send(message);
      if (waiting) waiting.push(tell);
      else tell();
    });
  });
  return {
    hold: () => (waiting = []),
    hasSaid: (text) => said.some((message) => message.includes(text)),
    release: () => {
      const held = waiting ?? [];
      waiting = undefined;
      for (const tell of held) tell();
    },
  };
}
