// Our camera in the room, of which no more is sent than is wanted and than is allowed.

import { LocalVideoTrack, VideoQuality } from 'livekit-client';

const ALL = [VideoQuality.LOW, VideoQuality.MEDIUM, VideoQuality.HIGH].map((quality) => ({ quality, enabled: true }));

/** The layer of a camera of ours, which is asked for 720 lines, by its shorter side. */
function layer(heightPx) {
  if (heightPx < 360) return VideoQuality.LOW;
  return heightPx < 720 ? VideoQuality.MEDIUM : VideoQuality.HIGH;
}

/**
 * livekit-client switches layers off that nobody looks at (dynacast), and `setPublishingQuality` would switch them on
 * again, as dynacast would switch on what it has switched off. Here both count.
 */
export class Camera extends LocalVideoTrack {
  #most = VideoQuality.HIGH;
  #lookedAt = ALL;

  /** Sends no picture larger than this from now on. */
  limit(heightPx) {
    this.setPublishingQuality(layer(heightPx));
  }

  setPublishingQuality(most) {
    this.#most = most;
    this.setPublishingLayers(false, this.#lookedAt).catch((error) => console.warn('limiting the camera failed', error));
  }

  setPublishingLayers(isSvc, qualities) {
    this.#lookedAt = qualities;
    const both = qualities.map(({ quality, enabled }) => ({ quality, enabled: enabled && quality <= this.#most }));
    return super.setPublishingLayers(isSvc, both);
  }
}

/** Asks for a picture of another's camera that is not larger than this. Where tiles are smaller, livekit-client asks for less. */
export function limitReceived(publication, heightPx) {
  const layers = publication.trackInfo?.layers ?? [];
  const fitting = layers.filter(({ width, height }) => Math.min(width, height) <= heightPx).map(({ quality }) => quality);
  const highest = layers.length === 0 ? VideoQuality.HIGH : VideoQuality.LOW;
  publication.setVideoQuality(heightPx < 1080 ? Math.max(highest, ...fitting) : VideoQuality.HIGH);
}
