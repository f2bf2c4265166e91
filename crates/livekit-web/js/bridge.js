// The small part of the adapter that travels with the application: it fetches the large part.

import './failures.js';

let engine;

/**
 * Fetches livekit-client with its adapter, once. A failed fetch is forgotten, so that the next
 * call tries anew.
 */
export const loadEngine = () =>
  (engine ??= import('parlour/engine').catch((error) => {
    engine = undefined;
    throw error;
  }));
