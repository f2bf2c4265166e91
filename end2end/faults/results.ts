// What was measured, for the table in README.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FILE = join(dirname(fileURLToPath(import.meta.url)), '../results/faults.json');

/** Adds the figures of one fault: seconds, one for each round and person. */
export function record(fault: string, what: string, seconds: number[]): void {
  mkdirSync(dirname(FILE), { recursive: true });
  const known = read();
  known[fault] = { what, seconds: [...(known[fault]?.seconds ?? []), ...seconds] };
  writeFileSync(FILE, JSON.stringify(known, undefined, 2));
}

function read(): Record<string, { what: string; seconds: number[] }> {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8'));
  } catch {
    return {}; // the first one
  }
}
