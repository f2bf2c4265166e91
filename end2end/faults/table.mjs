// Writes what was measured into README, between two comments, and says what is not as promised.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const RESULTS = join(HERE, '../results/faults.json');
const README = join(HERE, '../../README.md');
const [BEGIN, END] = ['<!-- faults: filled by `cargo xtask faults` -->', '<!-- /faults -->'];

/**
 * What is promised of a fault, by the beginning of its name, in seconds: at most this much in the median, and in all
 * cases but one of twenty. Of faults with the same beginning the longer name comes first.
 */
const PROMISES = [
  ['LiveKit dead', { median: 3, p95: 5 }],
  ['Parlour and its LiveKit stopped', { median: 3, p95: 5 }],
  ['One person gets another address', { p95: 15 }],
  ['LiveKit hangs for 10 s', { p95: 5 }],
  ['Network cut for 10 s: the notice goes', { p95: 1 }],
  ['Network cut for 10 s: the notice', { p95: 2 }],
  ['Network cut for 10 s: sound', { p95: 5 }],
  ['Network cut for 10 s', { p95: 30 }],
  ['UDP blocked in the call', { p95: 15 }],
  ['30 % of media lost for 30 s', { p95: 5 }],
  ['One person at 150 kbit/s each way for 60 s: sound', { p95: 5 }],
  ['One person at 150 kbit/s each way for 60 s: picture', { p95: 30 }],
];

const FIGURES = [
  ['median', 0.5],
  ['p95', 0.95],
];

/** The value below which this share of the values lies. */
function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

const seconds = (value) => `${value.toFixed(1)} s`;

/** A fault's figures as they stand in the table, and what is promised of those that are too long. */
function judge(fault, all) {
  const promised = PROMISES.find(([name]) => fault.startsWith(name))?.[1] ?? {};
  const figures = FIGURES.map(([name, share]) => {
    const value = quantile(all, share);
    // As precise as the table is: a tenth of a second is how often it is looked.
    const late = Number(value.toFixed(1)) > (promised[name] ?? Infinity);
    return { cell: late ? `**${seconds(value)}, promised: ${promised[name]} s**` : seconds(value), late };
  });
  return { cells: figures.map(({ cell }) => cell).join(' | '), late: figures.some(({ late }) => late) };
}

/** Prints the figures, and answers the faults whose are longer than promised; only those of a whole run are kept. */
export function fillTable(keep) {
  if (!existsSync(RESULTS)) return [];
  const results = Object.entries(JSON.parse(readFileSync(RESULTS, 'utf8')));
  const judged = results.map(([fault, { what, seconds: all }]) => ({ fault, what, count: all.length, ...judge(fault, all) }));
  const rows = judged.map(({ fault, what, count, cells }) => `| ${fault} | ${what} | ${cells} | ${count} |`);
  const table = ['| what happens | measured | median | p95 | figures |', '|---|---|---|---|---|', ...rows].join('\n');
  console.log(table);
  if (keep) write(table);
  return judged.filter(({ late }) => late).map(({ fault }) => fault);
}

function write(table) {
  const readme = readFileSync(README, 'utf8');
  const [before, rest] = readme.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`README.md has no place for the table: ${BEGIN} … ${END}`);
  writeFileSync(README, `${before}${BEGIN}\n${table}\n${END}${after}`);
}
