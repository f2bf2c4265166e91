// How long the state of a very large room takes to build in WebAssembly, from the room's word to tiles at their places.
import { readFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';

import { median } from './stats.mjs';

const PEOPLE = 500;
const LIMIT_MS = 50;
const RUNS = 50;

/** The module is made by `cargo xtask bench` of `crates/call/examples/crowd.rs`. */
export async function measureState(report, module) {
  const { instance } = await WebAssembly.instantiate(await readFile(module));
  const times = Array.from({ length: RUNS }, () => {
    const started = performance.now();
    const tiles = instance.exports.room(PEOPLE);
    if (tiles !== PEOPLE) throw new Error(`a room of ${PEOPLE} has ${tiles} tiles`);
    return performance.now() - started;
  });
  report.add(`state of a room of ${PEOPLE}, in WebAssembly`, 'ms', median(times), { atMost: LIMIT_MS, samples: times });
}
