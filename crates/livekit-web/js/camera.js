// Our camera in the room, of which no more is sent than is wanted and than is allowed.

import { LocalVideoTrack, VideoQuality } from 'livekit-client';

const ALL = [VideoQuality.LOW, VideoQuality.MEDIUM, VideoQuality.HIGH].map((quality) => ({ quality, enabled: true }));
/** Below every layer. */
const NONE = -1;
/** The shorter side of the smallest layer; smaller ones are thumbnails. */
const SMALLEST_PX = 180;
/** So much thumbnails may take: more than they ever do. */
const THUMBNAIL_BPS = 600_000;
/** When pictures may take more or less than before, Chromium tries out whether the way carries twice what it thinks. */
const NEWS_BPS = 10_000;
/** So long the smallest picture is left out: by longer than packets queue on most ways. */
const LEFT_OUT_MS = 4_000;

/** The layer of a camera of ours, which is asked for 720 lines, by its shorter side. */
function layer(heightPx) {
  if (heightPx === 0) return NONE;
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
  #thumbnailPx = 0;
  #newsBps = 0;
  #isLeftOut = false;

  /** Sends no picture larger than this from now on. Said again, it lets the browser try whether the way carries more. */
  limit(heightPx) {
    this.#thumbnailPx = heightPx < SMALLEST_PX ? heightPx : 0;
    this.#newsBps = NEWS_BPS - this.#newsBps;
    this.setPublishingQuality(layer(heightPx));
  }

  setPublishingQuality(most) {
    this.#most = most;
    this.#apply();
  }

  /** Does not send the smallest picture for a moment, where a larger one is sent. */
  leaveOutSmallest() {
    const leaveOut = (isLeftOut) => {
      this.#isLeftOut = isLeftOut;
      this.#apply();
    };
    leaveOut(true);
    setTimeout(leaveOut, LEFT_OUT_MS, false);
  }

  #apply() {
    this.setPublishingLayers(false, this.#lookedAt).catch((error) => console.warn('limiting the camera failed', error));
  }

  async setPublishingLayers(isSvc, qualities) {
    this.#lookedAt = qualities;
    const both = qualities.map(({ quality, enabled }) => ({ quality, enabled: enabled && quality <= this.#most }));
    if (this.#isLeftOut && this.encodings?.length > 1) {
      const smallest = both.find(({ quality }) => quality === VideoQuality.LOW);
      if (smallest && both.some((layer) => layer !== smallest && layer.enabled)) smallest.enabled = false;
    }
    await super.setPublishingLayers(isSvc, both);
    await this.#fitSmallest();
  }

  async onSenderTrackSwapped() {
    await super.onSenderTrackSwapped();
    await this.#fitSmallest();
  }

  /** Makes the smallest layer a thumbnail, or again what it was. */
  async #fitSmallest() {
    const whole = this.encodings?.[0];
    const { width, height } = this.mediaStreamTrack.getSettings();
    if (!this.sender || !whole?.maxBitrate || !width || !height) return;
    // livekit-client's own changes of the same parameters wait for each other here.
    const unlock = await this.senderLock.lock();
    try {
      const parameters = this.sender.getParameters();
      const [smallest] = parameters.encodings;
      // What some browsers need for one that is not sent is livekit-client's affair.
      if (!smallest || smallest.active === false) return;
      const isThumbnail = this.#thumbnailPx > 0;
      const scale = isThumbnail ? Math.max(1, Math.min(width, height) / this.#thumbnailPx) : whole.scaleResolutionDownBy;
      const maxBitrate = (isThumbnail ? THUMBNAIL_BPS : whole.maxBitrate) + this.#newsBps;
      if (smallest.scaleResolutionDownBy === scale && smallest.maxBitrate === maxBitrate) return;
      Object.assign(smallest, { scaleResolutionDownBy: scale, maxBitrate });
      await this.sender.setParameters(parameters);
    } catch (error) {
      console.warn('fitting the smallest picture failed', error);
    } finally {
      unlock();
    }
  }
}

/** Asks for a picture of another's camera that is not larger than this. Where tiles are smaller, livekit-client asks for less. */
export function limitReceived(publication, heightPx) {
  const layers = publication.trackInfo?.layers ?? [];
  const fitting = layers.filter(({ width, height }) => Math.min(width, height) <= heightPx).map(({ quality }) => quality);
  const highest = layers.length === 0 ? VideoQuality.HIGH : VideoQuality.LOW;
  publication.setVideoQuality(heightPx < 1080 ? Math.max(highest, ...fitting) : VideoQuality.HIGH);
}
