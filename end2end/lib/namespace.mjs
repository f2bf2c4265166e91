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

/** The command that makes a namespace here, or undefined when the system does not allow one. */
function unshare() {
  const flags = process.getuid?.() === 0 ? ['-n'] : ['-rn'];
  const trial = SETUP.map((args) => `ip ${args.join(' ')}`).join(' && ');
  const result = spawnSync('unshare', [...flags, 'sh', '-c', trial], { env: withSbin, stdio: 'ignore' });
  return result.status === 0 ? ['unshare', ...flags] : undefined;
}

/**
 * Inside a namespace, or where none can be had, answers true: go on. Otherwise runs the same script
 * inside one, exits as it exits, and answers false.
 */
export function insideNamespace() {
  if (process.env[INSIDE] === 'inside') {
    for (const args of SETUP) {
      const { status, stderr } = spawnSync('ip', args, { env: withSbin });
      if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
    }
    return true;
  }
  const command = unshare();
  if (!command) {
    console.warn('notice: no network namespace can be made here; media will use the real interfaces');
    return true;
  }
  const [program, ...flags] = command;
  const args = [...flags, process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const child = spawn(program, args, { stdio: 'inherit', env: { ...withSbin, [INSIDE]: 'inside' } });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
  return false;
}
