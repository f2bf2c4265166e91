// A LiveKit server of the operator's own: one that Parlour did not start.
import { spawn } from 'node:child_process';

import { MEDIA_IP } from './namespace.mjs';
import { freeTcpPort, freeUdpPort } from './product.mjs';

const KEY = 'operator';
const SECRET = 'a-secret-for-tests-only-0123456789abcdef';

/**
 * Starts it, with media by UDP and by a relay (TURN) alone where that is wanted; answers its address, what Parlour must know
 * of it, and how to stop it. Parlour waits until it answers.
 */
export async function startLivekit(relay = false) {
  const [udpPort, relayPort] = [await freeUdpPort(), await freeUdpPort()];
  const host = `127.0.0.1:${await freeTcpPort()}`;
  const config = {
    port: Number(host.split(':')[1]),
    bind_addresses: ['127.0.0.1'],
    rtc: { udp_port: udpPort, tcp_port: relay ? 0 : await freeTcpPort(), node_ip: MEDIA_IP, use_external_ip: false },
    turn: { enabled: relay, udp_port: relayPort },
    keys: { [KEY]: SECRET },
    room: { auto_create: false },
    logging: { level: 'warn' },
  };
  const program = process.env.PARLOUR_LIVEKIT_BIN ?? 'livekit-server';
  // JSON is YAML, too.
  const child = spawn(program, ['--config-body', JSON.stringify(config)], { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise((resolve) => {
    child.once('error', resolve);
    child.once('exit', resolve);
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill); // in case nobody came to stop it
  return {
    host,
    udpPort,
    relayPort,
    environment: { LIVEKIT_URL: `ws://${host}`, LIVEKIT_API_KEY: KEY, LIVEKIT_API_SECRET: SECRET },
    async stop() {
      kill();
      await ended;
      process.off('exit', kill);
    },
  };
}
