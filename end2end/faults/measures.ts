// What is measured of everybody, while a fault lasts and after it.
import type { Recorder } from './recorder.ts';
import { record } from './results.ts';

/** As large as the cameras of the tests are: so large are pictures before anything breaks. */
const LARGE_LINES = 360;
/** A picture that grows and falls at once is not back: quality is looked at every two seconds. */
const HELD_MS = 5_000;

/** One figure of each. */
export function each(recorders: Recorder[], figure: (recorder: Recorder, person: number) => Promise<number>): Promise<number[]> {
  return Promise.all(recorders.map(figure));
}

/** Waits until everybody sees everybody as large as they are. */
export async function everybodyIsLarge(recorders: Recorder[], others: number): Promise<void> {
  const now = Date.now();
  await each(recorders, (recorder) => recorder.until(now, { seen: others, lines: LARGE_LINES }));
}

/** Seconds from `since` until everybody, who is `back` so many seconds after it, sees everybody as large as before. */
export async function recordPicture(
  fault: string,
  after: string,
  recorders: Recorder[],
  since: number,
  back: number[],
): Promise<number[]> {
  const large = await each(recorders, async (recorder, person) => {
    const seconds = back[person] ?? 0;
    // Until then there may be old pictures, large and still.
    return seconds + (await recorder.until(since + seconds * 1_000, { lines: LARGE_LINES }, HELD_MS));
  });
  record(`${fault}: picture`, `until it is as large as before, after ${after}`, large);
  return large;
}

/** When it is said that media has stopped, from `begin`, and when no more, from `end`, after which everybody is `back`. */
export async function recordNotice(
  fault: string,
  recorders: Recorder[],
  begin: number,
  end: number,
  back: number[],
): Promise<void> {
  const said = await each(recorders, (recorder) => recorder.until(begin, { said: true }));
  record(`${fault}: the notice`, 'until it is there, after the last packet', said);
  const unsaid = await each(recorders, (recorder) => recorder.until(end, { said: false }));
  // It may go before the last of the others is back: then it is not late.
  const late = unsaid.map((seconds, person) => Math.max(0, seconds - (back[person] ?? 0)));
  record(`${fault}: the notice goes`, 'until it is gone, after picture and sound are back', late);
}

/** Whether what the page said from `begin` until now was so. */
export async function recordTruth(fault: string, recorders: Recorder[], begin: number, others: number): Promise<void> {
  const untrue = await each(recorders, (recorder) => recorder.longestUntruth(begin, others));
  const what = 'longest time in which the page says that all has stopped and it has not, or the other way round';
  record(`${fault}: what is said`, what, untrue);
}
