// Statistics of tracks. Each report costs the main thread half a millisecond, and several ask for the same one at one look.

/** Looks are farther apart (500 ms). */
const SAME_LOOK_MS = 250;

const newest = new WeakMap();

/** A track's report, the same for all that ask at one look; undefined where the browser has none. */
export function reportOf(track) {
  const now = performance.now();
  const known = newest.get(track);
  if (known && now - known.at < SAME_LOOK_MS) return known.report;
  const report = track.getRTCStatsReport();
  newest.set(track, { at: now, report });
  return report;
}
