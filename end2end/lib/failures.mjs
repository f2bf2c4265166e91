// Which tests failed, in few words: the error, and what the pages noted before it.
import { readFileSync } from 'node:fs';

/** A run that went wrong as a whole is told by its first failures. */
const MOST_TESTS = 3;
const ERROR_LINES = 30;
const JOURNAL_LINES = 40;

function* testsOf({ suites = [], specs = [], file, title }, path = []) {
  for (const spec of specs) yield* spec.tests.map((test) => ({ test, name: [...path, spec.title].join(' › ') }));
  for (const suite of suites) yield* testsOf(suite, suite.title === suite.file ? [suite.file] : [...path, suite.title]);
}

const colourless = (text) => text.replace(/\u001b\[[0-9;]*m/g, '');
const journalOf = ({ attachments }) => attachments.filter(({ name }) => name === 'journal').map(({ body }) => Buffer.from(body, 'base64').toString());

/** What Playwright's report in this file says of the tests that failed. */
export function failures(report) {
  const failed = [...testsOf(JSON.parse(readFileSync(report, 'utf8')))].filter(({ test }) => test.status === 'unexpected');
  const told = failed.slice(0, MOST_TESTS).map(({ test, name }) => {
    const results = test.results.filter(({ status }) => status !== 'passed');
    const errors = results.flatMap((result) => result.errors.map(({ message }) => colourless(message ?? '').split('\n').slice(0, ERROR_LINES)));
    const journals = results.flatMap(journalOf).flatMap((journal) => ['what the pages noted:', ...journal.split('\n').slice(-JOURNAL_LINES)]);
    return [`--- ${name}`, ...errors.flat(), ...journals].join('\n');
  });
  return [...told, `${failed.length} failed: ${failed.map(({ name }) => name).join('; ')}`].join('\n');
}
