// What many values come to, and alternating runs: both pages meet the same weather on the machine.

export function median(values) {
  const sorted = ascending(values);
  const middle = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** What so large a part of the values does not exceed. */
export const quantile = (values, part) => ascending(values)[Math.ceil(part * values.length) - 1];

const ascending = (values) => [...values].sort((a, b) => a - b);

/**
 * Runs `measure(page)` for each page, `rounds` times, the order turned every round, after one round that
 * does not count. Answers for each page the list of results.
 */
export async function alternate(pages, rounds, measure) {
  const results = pages.map(() => []);
  for (let round = -1; round < rounds; round++) {
    const order = pages.map((_, index) => index);
    if (round % 2) order.reverse();
    for (const index of order) {
      const result = await measure(pages[index]);
      if (round >= 0) results[index].push(result);
    }
  }
  return results;
}

/** The medians of one field of both pages' results. */
export const medians = (results, field) => results.map((list) => median(list.map((result) => result[field])));
