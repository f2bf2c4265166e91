// A remote track that is here and gives nothing is asked for anew.

import { TrackEvent } from 'livekit-client';

/** How long LiveKit may take to take a track away before it is asked for it again all the same. */
const TAKEN_AWAY_MS = 1_000;

/**
 * LiveKit looks only now and then at what is wanted: of both wishes at once it would see no change. The second one is told
 * only of what is still there, and of what nobody has subscribed to again meanwhile.
 */
export async function subscribeAnew(publication, isThere) {
  let taken;
  const gone = new Promise((resolve) => (taken = resolve));
  publication.once(TrackEvent.Unsubscribed, taken);
  const late = setTimeout(taken, TAKEN_AWAY_MS);
  publication.setSubscribed(false);
  await gone;
  clearTimeout(late);
  publication.off(TrackEvent.Unsubscribed, taken);
  if (isThere() && !publication.isDesired) publication.setSubscribed(true);
}
