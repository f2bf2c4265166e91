// Writes what was measured into README, between two comments.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const RESULTS = join(HERE, '../results/faults.json');
const README = join(HERE, '../../README.md');
const [BEGIN, END] = ['<!-- faults: filled by `cargo xtask faults` -->', '<!-- /faults -->'];

/** The value below which this share of the values lies. */
function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

/** Prints the figures; only those of a whole run that went well are kept. */
export function fillTable(keep) {
  if (!existsSync(RESULTS)) return;
  const results = JSON.parse(readFileSync(RESULTS, 'utf8'));
  const seconds = (value) => `${value.toFixed(1)} s`;
  const rows = Object.entries(results).map(
    ([fault, { what, seconds: all }]) =>
      `| ${fault} | ${what} | ${seconds(quantile(all, 0.5))} | ${seconds(quantile(all, 0.95))} | ${all.length} |`,
  );
  const table = ['| what happens | measured | median | p95 | figures |', '|---|---|---|---|---|', ...rows].join('\n');
  console.log(table);
  if (!keep) return;
  const readme = readFileSync(README, 'utf8');
  const [before, rest] = readme.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`README.md has no place for the table: ${BEGIN} … ${END}`);
  writeFileSync(README, `${before}${BEGIN}\n${table}\n${END}${after}`);
}
