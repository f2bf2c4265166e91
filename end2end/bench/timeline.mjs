// Planted in every measured page: when it became usable, when the first pictures were shown, and how long
// its main thread was blocked. Both pages carry the same marks, so both are measured by the same code.

function plant() {
  const timeline = { hydrated: null, previewFrame: null, joinClick: null, remoteFrames: [], longTasks: [] };
  window.timeline = timeline;

  // Who waits is told: looking at every frame would make frames, and take part in what is measured.
  const waiting = new Set();
  const marked = () => waiting.forEach((look) => look());
  window.timelineHas = (frames, withinMs) =>
    new Promise((resolve, reject) => {
      const look = () => {
        const ready = timeline.hydrated !== null && timeline.previewFrame !== null;
        if (ready && timeline.remoteFrames.length >= frames) resolve(timeline);
      };
      waiting.add(look);
      setTimeout(() => reject(new Error(`not so within ${withinMs} ms: ${JSON.stringify(timeline)}`)), withinMs);
      look();
    });

  new MutationObserver((_, observer) => {
    if (!document.documentElement?.hasAttribute('data-hydrated')) return;
    timeline.hydrated = performance.now();
    observer.disconnect();
    marked();
  }).observe(document, { attributes: true, attributeFilter: ['data-hydrated'], subtree: true });

  document.addEventListener(
    'click',
    (event) => {
      if (event.target.closest?.('[data-testid=join]')) timeline.joinClick ??= performance.now();
    },
    { capture: true },
  );

  const own = new Set();
  const devices = navigator.mediaDevices;
  const getUserMedia = devices?.getUserMedia.bind(devices);
  if (devices) {
    devices.getUserMedia = async (wanted) => {
      const stream = await getUserMedia(wanted);
      stream.getTracks().forEach((track) => own.add(track));
      return stream;
    };
  }
  const clone = MediaStreamTrack.prototype.clone;
  MediaStreamTrack.prototype.clone = function () {
    const copy = clone.call(this);
    if (own.has(this)) own.add(copy);
    return copy;
  };

  const watched = new WeakSet();
  const srcObject = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject');
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    ...srcObject,
    set(stream) {
      srcObject.set.call(this, stream);
      if (!(this instanceof HTMLVideoElement) || !stream || watched.has(this)) return;
      watched.add(this);
      this.requestVideoFrameCallback((now) => {
        const track = this.srcObject?.getVideoTracks()[0];
        if (track && own.has(track)) timeline.previewFrame ??= now;
        else timeline.remoteFrames.push(now);
        marked();
      });
    },
  });

  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) timeline.longTasks.push({ startTime, duration });
  }).observe({ type: 'longtask', buffered: true });
}

export const plantTimeline = (context) => context.addInitScript(plant);

/** Total blocking time in milliseconds: what each task took beyond 50 ms, from `start` to `end`. */
export const blockedMs = (timeline, start, end) =>
  timeline.longTasks
    .filter(({ startTime }) => startTime >= start && startTime < end)
    .reduce((sum, { duration }) => sum + duration - 50, 0);
