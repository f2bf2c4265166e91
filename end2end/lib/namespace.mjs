// Runs a script again inside a network namespace of its own, so that media reaches nothing but the
// machine itself and no other test's ports are in the way.
import { spawn, spawnSync } from 'node:child_process';

/** Set for the process that runs inside. */
const INSIDE = 'PARLOUR_TEST_NAMESPACE';
/** The address that media uses inside; browsers do not offer loopback addresses to others. */
export const MEDIA_IP = '10.77.9.1';

/** What makes the namespace look like a machine on a network: an interface and a default route. */
const SETUP = [
  ['link', 'set', 'lo', 'up'],
  ['link', 'add', 'va', 'type', 'veth', 'peer', 'name', 'vb'],
  ['addr', 'add', `${MEDIA_IP}/24`, 'dev', 'va'],
  ['link', 'set', 'va', 'up'],
  ['link', 'set', 'vb', 'up'],
  ['route', 'add', 'default', 'via', '10.77.9.2'],
];

/** `/usr/sbin` is not on every user's PATH, and `ip` lives there. */
const withSbin = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };

/** What to do where the system allows none; `cargo xtask` says the same before it builds anything. */
const WAYS = `They take Linux, and a network namespace of their own, which cannot be made here. Run them as root, or let users make
namespaces (on Ubuntu 24.04 and later: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0).`;

/** The command that makes a namespace here, or why there can be none. */
function unshare() {
  const flags = process.getuid?.() === 0 ? ['-n'] : ['-rn'];
  const trial = SETUP.map((args) => `ip ${args.join(' ')}`).join(' && ');
  const { status, stderr, error } = spawnSync('unshare', [...flags, 'sh', '-c', trial], { env: withSbin, encoding: 'utf8' });
  return status === 0 ? { command: ['unshare', ...flags] } : { why: error?.message ?? stderr.trim() };
}

/**
 * Inside a namespace answers true: go on. Otherwise runs the same script inside one, exits as it exits, and answers false.
 * Where none can be had it goes on all the same, unless one is `needed`: tests that break the network break nothing else.
 */
export function insideNamespace(needed = false) {
  if (process.env[INSIDE] === 'inside') {
    for (const args of SETUP) {
      const { status, stderr } = spawnSync('ip', args, { env: withSbin });
      if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
    }
    return true;
  }
  const { command, why } = unshare();
  if (!command && needed) {
    console.error(`The end-to-end tests break networks. ${WAYS}\n(${why})`);
    process.exitCode = 1;
    return false;
  }
  if (!command) {
    console.warn(`notice: no network namespace can be made here (${why}); media will use the real interfaces`);
    return true;
  }
  const [program, ...flags] = command;
  const args = [...flags, process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const child = spawn(program, args, { stdio: 'inherit', env: { ...withSbin, [INSIDE]: 'inside' } });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
  return false;
}
