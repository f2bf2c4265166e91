// A peer who writes to the room whatever it likes, past the application, as a changed client could.
import type { Page } from '@playwright/test';

declare global {
  interface Window {
    /** livekit-client's channel for what may be lost. */
    lossy?: RTCDataChannel;
  }
}

/** What no page of Parlour sends. */
export const NONSENSE = [
  '',
  'null',
  '{"hears":"yes"}',
  '{"hears":false,"by":99,"of":0}',
  '<img src=/x onerror="document.title=1">',
  `{"hears":false${' '.repeat(14_000)}}`,
  `${'['.repeat(10_000)}`,
  Uint8Array.from([0xff, 0xfe, 0, 0x80]),
];

/** Lays hold of the page's data channel; call it before the page connects. */
export const keepDataChannel = (page: Page): Promise<void> =>
  page.addInitScript(() => {
    const create = RTCPeerConnection.prototype.createDataChannel;
    RTCPeerConnection.prototype.createDataChannel = function (this: RTCPeerConnection, label, options) {
      const channel = create.call(this, label, options);
      if (label === '_lossy') window.lossy = channel;
      return channel;
    };
  });

/** Sends bytes to everybody under a topic; `as` is the identity that the packet claims. */
export async function send(page: Page, topic: string, payload: string | Uint8Array, as = ''): Promise<void> {
  const packet = dataPacket(topic, typeof payload === 'string' ? Buffer.from(payload) : payload, as);
  await page.evaluate((bytes) => {
    if (window.lossy?.readyState !== 'open') throw new Error('there is no open data channel');
    window.lossy.send(new Uint8Array(bytes));
  }, [...packet]);
}

/** LiveKit's `DataPacket { kind: LOSSY, user: UserPacket { payload, topic, participant_identity } }`, as protobuf. */
function dataPacket(topic: string, payload: Uint8Array, as: string): Uint8Array {
  const user = [bytes(2, payload), bytes(4, Buffer.from(topic)), bytes(5, Buffer.from(as))];
  return Buffer.concat([Buffer.from([1 << 3, 1]), bytes(4, Buffer.from(as)), bytes(2, Buffer.concat(user))]);
}

/** A field of protobuf that has a length. */
function bytes(field: number, content: Uint8Array): Uint8Array {
  const length: number[] = [];
  for (let rest = content.length; ; rest >>>= 7) {
    if (rest < 0x80) {
      length.push(rest);
      return Buffer.concat([Buffer.from([(field << 3) | 2, ...length]), content]);
    }
    length.push((rest & 0x7f) | 0x80);
  }
}
