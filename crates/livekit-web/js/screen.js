// The capture of a screen, a window or a tab.

// The call's own sound must not come back through the share.
const SCREEN = {
  video: { width: { ideal: 1920 }, height: { ideal: 1080 }, frameRate: { ideal: 30 } },
  audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false, restrictOwnAudio: true },
  systemAudio: 'include',
  surfaceSwitching: 'include',
  selfBrowserSurface: 'exclude',
};

/** Asks for a screen, a window or a tab; answers its tracks, with sound where the browser gives it. */
export async function captureScreen() {
  const stream = await navigator.mediaDevices.getDisplayMedia(SCREEN);
  // Text must stay readable.
  for (const track of stream.getVideoTracks()) track.contentHint = 'detail';
  return stream.getTracks();
}
