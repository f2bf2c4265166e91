// A burst of news costs a page no more than one look at it in a frame: nobody could see more.
import { admitted, expect, test } from '../independent.ts';
import { poll } from '../wait.ts';

/** A burst, in events. */
const BURST = 1_000;
/**
 * Off and on each time: twice as many changes in a turn, of which LiveKit leaves out those that it has no time for. Of a
 * thousand at a time it gives up the one who says them.
 */
const TIMES = 25;
const MOST_TURNS = 200;
/** Two draws in a frame are closer together; a page that a busy machine did not paint for longer waits for no frame. */
const LONG_FRAME_MS = 50;

declare global {
  interface Window {
    /** How many frames there were. */
    frames: number;
    /** When what is watched has changed, and when the frame began in which it has. */
    drawn: { at: number; frame: number }[];
  }
}

test('of a thousand changes in bursts a page draws at most one in a frame, and LiveKit\'s last word stays', async ({ person, meeting, clients, visitor }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green');
  let told = 0;
  ada.page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => void (told += Number(payload.includes('Flo')))));
  await ada.join(link);
  const flo = await admitted(await visitor(), link.slice(1), 'Flo');
  await clients.join('flo', flo);
  expect(await clients.publish('flo', 'microphone')).toBe(true);
  await ada.call.expectMark('Flo', 'muted', false);
  // What LiveKit says at last, somebody else has to tell: it may hear the last words of a burst the other way round.
  await clients.join('eve', await admitted(await visitor(), link.slice(1), 'Eve'));
  const seen = () => clients.seen.filter(({ by, from, what }) => by === 'eve' && from === flo.identity && /muted$/.test(what));
  const isMuted = () => seen().at(-1)?.what.startsWith('muted');

  await ada.call.tile('Flo').evaluate((tile) => {
    window.drawn = [];
    let frame = 0;
    const ask = window.requestAnimationFrame.bind(window);
    // Whoever draws, in whatever order: a frame has begun.
    window.requestAnimationFrame = (draw) =>
      ask((begin) => {
        frame = begin;
        draw(begin);
      });
    window.frames = 0;
    const follow = () => void window.requestAnimationFrame(() => {
      window.frames += 1;
      follow();
    });
    follow();
    const note = (changes: MutationRecord[]) => window.drawn.push(...changes.map(() => ({ at: performance.now(), frame })));
    new MutationObserver(note).observe(tile, { attributeFilter: ['data-muted'] });
  });

  told = 0;
  for (let turn = 0; told < BURST && turn < MOST_TURNS; turn++) {
    await clients.flicker('flo', 'microphone', TIMES);
    let before = -1;
    const isQuiet = () => {
      const now = told + seen().length;
      const same = now === before;
      before = now;
      return same;
    };
    await poll(isQuiet, 'LiveKit has told what it tells of it').toBe(true);
  }
  expect(told, `LiveKit has told a burst in ${MOST_TURNS} turns`).toBeGreaterThanOrEqual(BURST);
  expect(isMuted(), 'somebody else has seen it').toBeDefined();
  const shown = async () => (await ada.call.tile('Flo').getAttribute('data-muted')) === 'true';
  await poll(async () => (await shown()) === isMuted(), 'the page shows what LiveKit has said at last').toBe(true);
  const { drawn, frames } = await ada.page.evaluate(() => ({ drawn: window.drawn, frames: window.frames }));
  expect(drawn.length, 'some of it was seen').toBeGreaterThan(0);
  expect(drawn.length, 'at most one in a frame').toBeLessThanOrEqual(frames);
  const again = drawn.filter(({ at, frame }, index) => {
    const before = drawn[index - 1];
    return before?.frame === frame && at - before.at < LONG_FRAME_MS;
  });
  expect(again, 'what was drawn although the frame had been').toEqual([]);
});
