// The small part of the adapter that travels with the application: it fetches the large part.

import './failures.js';
import { journal, note } from './journal.js';

export { note };

/** Milliseconds since 1970 by the clock that timers go by, which nobody sets. */
export const now = () => performance.timeOrigin + performance.now();

/** Comes true after so many milliseconds. */
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

let engine;

/**
 * Fetches livekit-client with its adapter, once. A failed fetch is forgotten, so that the next
 * call tries anew.
 */
export const loadEngine = () =>
  (engine ??= import('parlour/engine').then(
    (module) => {
      module.tellTo(note);
      return module;
    },
    (error) => {
      engine = undefined;
      throw error;
    },
  ));

/** See attach.js, which is fetched with the first use of the chat. */
export const attach = (...what) => import('parlour/attach').then((module) => module.attach(...what));

if (new URLSearchParams(location.search).has('debug')) {
  // Without livekit-client there is nothing to show, and whoever joins is told why.
  const stats = async () => (await engine?.catch(() => undefined))?.stats();
  import('parlour/debug').then(({ show }) => show(journal, stats));
}
