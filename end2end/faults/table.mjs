// Writes what was measured into README, between two comments, and says what is not as promised.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const RESULTS = join(HERE, '../results/faults.json');
const README = join(HERE, '../../README.md');
const [BEGIN, END] = ['<!-- faults: filled by `cargo xtask faults` -->', '<!-- /faults -->'];

const OUTAGE = { median: 3, p95: 5 };
const THIN = 'One person at 150 kbit/s each way for 60 s';
const ADDRESS = 'One person gets another address';
const HANG = 'LiveKit hangs for 10 s';
const CUT = 'Network cut for 10 s';
const UDP = 'UDP blocked in the call';
const LOSS = '30 % of media lost for 30 s';
const CHURN = 'Joins and leaves beside somebody who stays';
/** The picture comes back up the ladder. */
const PICTURE = { p95: 30 };
/** Something is said in time, said no more in time, and meanwhile not for longer otherwise than it is. */
const NOTICE = { p95: 2 };
const NOTICE_GOES = { p95: 1 };
const TRUTH = { p95: 2 };

/**
 * What is promised of a fault, by its name, in the unit of its figures (seconds where none is said): at most this much in the
 * median, and in all cases but one of twenty. Of some it is only told what they do.
 */
const PROMISES = {
  'LiveKit dead for a moment': OUTAGE,
  'LiveKit dead for 20 s': OUTAGE,
  'LiveKit dead for 120 s': OUTAGE,
  'Parlour and its LiveKit stopped for 20 s': OUTAGE,
  // Nothing of what is said goes by Parlour: what is longer than any look apart would be a pause.
  'Parlour stopped for 10 s beside a LiveKit of your own': { p95: 1 },
  [ADDRESS]: { p95: 15 },
  [`${ADDRESS}: picture`]: PICTURE,
  [`${ADDRESS}: what is said`]: TRUTH,
  [HANG]: { p95: 5 },
  [`${HANG}: the notice`]: NOTICE,
  [`${HANG}: the notice goes`]: NOTICE_GOES,
  [`${HANG}: what is said`]: TRUTH,
  [CUT]: { p95: 30 },
  [`${CUT}: sound`]: { p95: 5 },
  [`${CUT}: picture`]: PICTURE,
  [`${CUT}: the notice`]: NOTICE,
  [`${CUT}: the notice goes`]: NOTICE_GOES,
  [`${CUT}: what is said`]: TRUTH,
  'A laptop sleeps for 60 s': { p95: 15 },
  [UDP]: { p95: 15 },
  [`${UDP}: picture`]: PICTURE,
  [`${UDP}: what is said`]: TRUTH,
  [LOSS]: { p95: 5 },
  // Quality is judged by several looks, one every two seconds, and LiveKit's word lags behind by as much as this.
  [`${LOSS}: the notice`]: { p95: 12 },
  [`${LOSS}: sound`]: { p95: 5 },
  [`${LOSS}: picture`]: PICTURE,
  // A rung is proven, and LiveKit believed, some time after the picture is there.
  [`${LOSS}: the notice goes`]: {},
  [`${LOSS}: what is said`]: TRUTH,
  [THIN]: {},
  [`${THIN}: sound`]: { p95: 5 },
  [`${THIN}: picture`]: PICTURE,
  [`${THIN}: what is said`]: TRUTH,
  [`${CHURN}: memory of the WebAssembly`]: { p95: 0.5 },
  [`${CHURN}: memory of JavaScript`]: { p95: 1.5 },
};

const FIGURES = [
  ['median', 0.5],
  ['p95', 0.95],
];

/** The value below which this share of the values lies. */
function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

/** A fault's figures as they stand in the table, and what is promised of those that are too long. */
function judge(fault, all, unit) {
  const promised = PROMISES[fault] ?? {};
  const told = (value) => `${value.toFixed(1)} ${unit}`;
  const figures = FIGURES.map(([name, share]) => {
    const value = quantile(all, share);
    // As precise as the table is: a tenth of a second is how often it is looked.
    const late = Number(value.toFixed(1)) > (promised[name] ?? Infinity);
    return { cell: late ? `**${told(value)}, promised: ${promised[name]} ${unit}**` : told(value), late };
  });
  return { cells: figures.map(({ cell }) => cell).join(' | '), late: figures.some(({ late }) => late) };
}

/** What was measured, by fault; nothing where no fault has come as far as its figures. */
const measured = () => (existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {});

/**
 * Prints the figures, and answers what is not as promised. A run that was to be `whole` has figures of all that is promised;
 * only those of one that has, and that is `good`, are kept.
 */
export function fillTable(whole, good) {
  const results = measured();
  const judged = Object.entries(results).map(([fault, { what, unit, figures }]) => {
    const { cells, late } = judge(fault, figures, unit);
    return { fault, late, row: `| ${fault} | ${what} | ${cells} | ${figures.length} |` };
  });
  const table = ['| what happens | measured | median | p95 | figures |', '|---|---|---|---|---|', ...judged.map(({ row }) => row)];
  console.log(table.join('\n'));
  const missing = whole ? Object.keys(PROMISES).filter((fault) => !(fault in results)) : [];
  if (whole && good && missing.length === 0) write(table.join('\n'));
  return [
    ...judged.filter(({ late }) => late).map(({ fault }) => `${fault} (more)`),
    ...missing.map((fault) => `${fault} (not measured)`),
    ...Object.keys(results).filter((fault) => !(fault in PROMISES)).map((fault) => `${fault} (nobody expects it)`),
  ];
}

function write(table) {
  const readme = readFileSync(README, 'utf8');
  const [before, rest] = readme.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`README.md has no place for the table: ${BEGIN} … ${END}`);
  writeFileSync(README, `${before}${BEGIN}\n${table}\n${END}${after}`);
}
