// Why something was refused, as a word that the Rust side knows.

import { ConnectionErrorReason } from 'livekit-client';

/** An error with a `kind`. */
export class Failure extends Error {
  name = 'Failure';

  constructor(kind, cause) {
    super(cause?.message ?? String(cause), { cause });
    this.kind = kind;
  }
}

/** Why `connect` failed; `signalled` says whether the server had let us in, `ways` what media has tried since. */
export function connectFailure(error, signalled, ways) {
  switch (error?.reason) {
    case ConnectionErrorReason.NotAllowed:
    case ConnectionErrorReason.LeaveRequest:
      return new Failure('refused', error);
    case ConnectionErrorReason.Cancelled:
      return new Failure('cancelled', error);
    case undefined:
      return new Failure('other', error);
    default:
      // Signalling works, media does not come through: a firewall, most likely.
      return signalled ? new Failure('media_blocked', ways) : new Failure('unreachable', error);
  }
}

/** Why `publish` failed. */
export function publishFailure(error) {
  if (error?.status === 403) return new Failure('refused', error);
  if (error?.name === 'UnexpectedConnectionState' || error?.status === 408) return new Failure('not_connected', error);
  return new Failure('other', error);
}
