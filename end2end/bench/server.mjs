// (f) The server's memory at rest, and (g) how many connection details it hands out in a second.
import { readFileSync } from 'node:fs';

import autocannon from 'autocannon';

const MEMORY_LIMIT_BYTES = 40_000_000;
const DETAILS_PER_SECOND = 2_000;
const CONNECTIONS = 32;
const SECONDS = 10;

/** Resident memory of a process, without its children, in bytes. */
export function residentBytes(pid) {
  const kibibytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (!kibibytes) throw new Error(`process ${pid} has no VmRSS`);
  return Number(kibibytes) * 1024;
}

export function measureMemory(report, product, when) {
  report.add(`server memory, ${when}`, 'MB', residentBytes(product.pid), { atMost: MEMORY_LIMIT_BYTES });
}

/** The cookie of a session that has been in the room before. */
async function session(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`connection-details: ${answer.status} ${await answer.text()}`);
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

export async function measureDetails(report, product, room) {
  const query = new URLSearchParams({ roomName: room, participantName: 'Visitor' });
  const url = `${product.url}/api/connection-details?${query}`;
  const cookies = await Promise.all(Array.from({ length: CONNECTIONS }, () => session(url)));
  let next = 0;
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: SECONDS,
    setupClient: (client) => client.setHeaders({ cookie: cookies[next++ % cookies.length] }),
  });
  const failed = result.non2xx + result.errors + result.timeouts;
  if (failed) throw new Error(`${failed} of ${result.requests.total} requests for connection details failed`);
  report.add('connection-details, existing sessions', 'perSecond', result.requests.average, {
    atLeast: DETAILS_PER_SECOND,
    samples: { latencyMs: { median: result.latency.p50, p99: result.latency.p99 } },
  });
}
