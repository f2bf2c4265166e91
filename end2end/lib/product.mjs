// Starts the product under test: the server binary with a data directory, an address and media ports of
// its own, and limits that do not stand in a test's way.
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const READY_TIMEOUT_MS = 60_000;
const READY_POLL_MS = 50;
const STOP_TIMEOUT_MS = 10_000;

/** A TCP port that nobody uses at this moment. */
export const freeTcpPort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** A UDP port that nobody uses at this moment. */
export const freeUdpPort = () =>
  new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });

/** Where the binary is. */
export function productBinary() {
  const binary = process.env.PARLOUR_BIN;
  if (!binary) throw new Error('PARLOUR_BIN must name the server binary (cargo xtask test and bench set it)');
  return binary;
}

/** The environment without what would change how the product behaves. */
function plainEnvironment() {
  const kept = ['PARLOUR_LIVEKIT_BIN', 'PARLOUR_SITE_DIR'];
  const touched = (name) => /^(PARLOUR_|LIVEKIT_|S3_|DATABASE_URL$)/.test(name) && !kept.includes(name);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !touched(name)));
}

/**
 * Starts it and waits until it is ready. Answers its address, its process id, its log so far, a promise of
 * its end, and how to end it, start it again and be done with it; `extra` is added to its environment (or what it answers
 * to the address, where it is a function), and it listens on `host`.
 */
export async function startProduct(extra = {}, host = '127.0.0.1') {
  const directory = mkdtempSync(join(tmpdir(), 'parlour-test-'));
  const logFile = join(directory, 'server.log');
  const log = createWriteStream(logFile);
  const port = await freeTcpPort();
  const url = `http://127.0.0.1:${port}`;
  const mediaTcpPort = await freeTcpPort();
  const environment = {
    ...plainEnvironment(),
    PARLOUR_ADDR: `${host}:${port}`,
    PARLOUR_DATA_DIR: join(directory, 'data'),
    PARLOUR_MEDIA_UDP_PORT: String(await freeUdpPort()),
    PARLOUR_MEDIA_TCP_PORT: String(mediaTcpPort),
    PARLOUR_LIMIT_CREATE_PER_MINUTE: '0',
    PARLOUR_LIMIT_REQUESTS_PER_SECOND: '0',
    PARLOUR_LIMIT_SESSION_REQUESTS_PER_SECOND: '0',
    PARLOUR_LIMIT_ROOM_CHANGES_PER_SECOND: '0',
    ...(typeof extra === 'function' ? extra(url) : extra),
  };
  let running = launch(environment, log);
  process.once('exit', () => running.child.kill('SIGKILL')); // in case nobody came to stop it
  const product = {
    url,
    data: join(directory, 'data'),
    mediaTcpPort,
    get pid() {
      return running.child.pid;
    },
    get ended() {
      return running.ended;
    },
    /** What it has logged so far. */
    log: () => readFileSync(logFile, 'utf8'),
    /** Asks it to go, and makes it go when it does not listen. */
    async end() {
      const { child, ended } = running;
      child.kill('SIGTERM');
      const hard = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      const how = await ended;
      clearTimeout(hard);
      return how;
    },
    /** Starts it again after its end, with the same address and data. */
    async start() {
      running = launch(environment, log);
      await ready(url, running.ended);
    },
    /** Ends it and removes its data. */
    async stop() {
      const how = await product.end();
      await new Promise((resolve) => log.end(resolve));
      rmSync(directory, { recursive: true, force: true });
      return how;
    },
  };
  try {
    await ready(url, running.ended);
  } catch (error) {
    const said = product.log();
    await product.stop();
    throw new Error(`${error.message}\n${said}`);
  }
  return product;
}

/** Starts the binary; what it says goes to `log`. */
function launch(env, log) {
  const child = spawn(productBinary(), [], { stdio: ['ignore', 'pipe', 'pipe'], env });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve(String(error)));
    child.once('exit', (code, signal) => resolve(`exit ${code ?? signal}`));
  });
  return { child, ended };
}

/** Waits until `/readyz` answers 200. */
async function ready(url, ended) {
  const state = { ended: undefined };
  ended.then((how) => (state.ended = how));
  const deadline = Date.now() + READY_TIMEOUT_MS;
  let last = 'no answer';
  while (Date.now() < deadline) {
    if (state.ended) throw new Error(`the server ended before it was ready (${state.ended})`);
    try {
      const { status } = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1_000) });
      if (status === 200) return;
      last = `status ${status}`;
    } catch (error) {
      last = String(error.cause ?? error);
    }
    await delay(READY_POLL_MS);
  }
  throw new Error(`the server was not ready within ${READY_TIMEOUT_MS / 1_000} s: ${last}`);
}
