// What has happened lately, for a bug report and the browser's console: kinds, ids and states, never names, messages or
// tokens.

/** A meeting of an hour with a bad network fits. */
const MOST_ENTRIES = 1_000;

const entries = [];
const listeners = new Set();

/** Writes one line down. */
export function note(kind, detail = '') {
  const entry = { at: Date.now(), kind, detail };
  if (entries.push(entry) > MOST_ENTRIES) entries.shift();
  console.debug(kind, detail);
  for (const listener of listeners) listener(entry);
}

export const journal = {
  entries: () => entries.slice(),
  /** Calls back with every further entry, until the answer is called. */
  follow(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
