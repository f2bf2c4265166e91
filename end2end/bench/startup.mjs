// (b) How soon the page before joining can be used, and (c) how soon after Join somebody else is seen.
import { alternate, medians } from './stats.mjs';
import { Visit } from './visit.mjs';

const USABLE_TIMES_BARE = 2;
const FIRST_FRAME_TIMES_BARE = 1.25;

/** `room` has one publisher with an ordinary camera in it. */
export async function measureStartup(report, { browser, parlour, bare, rounds }) {
  const results = await alternate([parlour, bare], rounds, async (url) => {
    const visit = await Visit.open(browser, url);
    const { hydrated, previewFrame } = await visit.ready();
    await visit.join('Visitor');
    const { joinClick, remoteFrames } = await visit.sees(1);
    await visit.close();
    return { hydrated, previewFrame, firstFrame: Math.min(...remoteFrames) - joinClick };
  });
  const add = (name, field, timesBare) => {
    const [value, bareValue] = medians(results, field);
    report.add(name, 'ms', value, { bare: bareValue, timesBare, samples: results });
  };
  add('pre-join usable', 'hydrated', USABLE_TIMES_BARE);
  add('first preview frame', 'previewFrame');
  add('Join to first remote frame', 'firstFrame', FIRST_FRAME_TIMES_BARE);
}
