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
/** A page that is not painted for so long, which a busy machine may do to it, need not wait for the frame. */
const LONG_FRAME_MS = 150;

declare global {
  interface Window {
    /** How many frames there were. */
    frames: number;
    /** When what is watched has changed, and when the frame began in which it has. */
    drawn: { at: number; frame: number }[];
  }
}

test('of a thousand changes in bursts a page draws at most one in a frame, and the last one stays', async ({ person, meeting, clients, visitor }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green');
  let told = 0;
  ada.page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => void (told += Number(payload.includes('Flo')))));
  await ada.join(link);
  await clients.join('flo', await admitted(await visitor(), link.slice(1), 'Flo'));
  expect(await clients.publish('flo', 'microphone')).toBe(true);
  await ada.call.expectMark('Flo', 'muted', false);

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
      const same = told === before;
      before = told;
      return same;
    };
    await poll(isQuiet, 'LiveKit has told what it tells of it').toBe(true);
  }
  expect(told, `LiveKit has told a burst in ${MOST_TURNS} turns`).toBeGreaterThanOrEqual(BURST);
  await ada.call.expectMark('Flo', 'muted', false);
  const { drawn, frames } = await ada.page.evaluate(() => ({ drawn: window.drawn, frames: window.frames }));
  expect(drawn.length, 'some of it was seen').toBeGreaterThan(0);
  expect(drawn.length, 'at most one in a frame').toBeLessThanOrEqual(frames);
  const again = drawn.filter(({ at, frame }, index) => {
    const before = drawn[index - 1];
    return before?.frame === frame && at - before.at < LONG_FRAME_MS;
  });
  expect(again, 'what was drawn although the frame had been').toEqual([]);
});
