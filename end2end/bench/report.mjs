// The figures beside their targets, as a table and as JSON.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FILE = join(dirname(fileURLToPath(import.meta.url)), '../results/bench.json');

const UNITS = {
  kB: (value) => `${(value / 1000).toFixed(1)} kB`,
  MB: (value) => `${(value / 1e6).toFixed(1)} MB`,
  ms: (value) => `${value.toFixed(0)} ms`,
  percent: (value) => `${value.toFixed(2)} %`,
  perSecond: (value) => `${value.toFixed(0)} /s`,
};

export class Report {
  figures = [];

  /**
   * Adds a figure. `atMost` and `atLeast` judge the value, `timesBare` its ratio to the bare page's;
   * without any of them the figure is only told.
   */
  add(name, unit, value, { bare, atMost, atLeast, timesBare, samples } = {}) {
    const ratio = bare ? value / bare : undefined;
    let target = '';
    let ok;
    if (atMost !== undefined) [target, ok] = [`≤ ${UNITS[unit](atMost)}`, value <= atMost];
    if (atLeast !== undefined) [target, ok] = [`≥ ${UNITS[unit](atLeast)}`, value >= atLeast];
    if (timesBare !== undefined) [target, ok] = [`≤ ${timesBare} × bare`, value <= timesBare * bare];
    const figure = { name, unit, value, bare, ratio, target, ok, samples };
    this.figures.push(figure);
    console.log(`  ${this.#cells(figure).filter(Boolean).join(' · ')}`);
  }

  #cells({ name, unit, value, bare, ratio, target, ok }) {
    return [
      name,
      UNITS[unit](value),
      bare === undefined ? '' : UNITS[unit](bare),
      ratio === undefined ? '' : `${ratio.toFixed(2)} ×`,
      target,
      ok === undefined ? '' : ok ? 'ok' : 'OVER',
    ];
  }

  /** Prints the table and writes the file. */
  finish(about) {
    const rows = [
      ['figure', 'Parlour', 'bare', 'ratio', 'target', ''],
      ['---', '---', '---', '---', '---', '---'],
      ...this.figures.map((figure) => this.#cells(figure)),
    ];
    const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
    const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
    console.log(`\n${rows.map(line).join('\n')}`);
    const machine = { cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg(), node: process.version };
    mkdirSync(dirname(FILE), { recursive: true });
    writeFileSync(FILE, `${JSON.stringify({ machine, ...about, figures: this.figures }, null, 2)}\n`);
    const over = this.figures.filter(({ ok }) => ok === false);
    console.log(over.length ? `\n${over.length} over target` : '\nall targets met');
    console.log('written to end2end/results/bench.json');
  }
}
