// What was measured, for the table in README.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FILE = join(dirname(fileURLToPath(import.meta.url)), '../results/faults.json');

interface Measured {
  what: string;
  unit: string;
  figures: number[];
}

/** Adds the figures of one fault, one for each round and person. */
export function record(fault: string, what: string, figures: number[], unit = 's'): void {
  mkdirSync(dirname(FILE), { recursive: true });
  const known = read();
  known[fault] = { what, unit, figures: [...(known[fault]?.figures ?? []), ...figures] };
  writeFileSync(FILE, JSON.stringify(known, undefined, 2));
}

function read(): Record<string, Measured> {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8'));
  } catch {
    return {}; // the first one
  }
}
