// A real mail server on loopback that keeps what it gets. For specs `startMailServer`; for the HTTP tests a program:
// `node mail-server.mjs '{"tls":"starttls",…}'` tells its port, then every mail and every recipient that it refuses, one
// line of JSON each. It takes lines of JSON to behave otherwise, and says so; and it ends with its standard input.
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { SMTPServer } from 'smtp-server';

/** The text of a mail, as it was before it was made fit for the way: quoted-printable, or as it is. */
function textOf(raw) {
  const [head, ...rest] = raw.toString('latin1').split('\r\n\r\n');
  const body = rest.join('\r\n\r\n').replaceAll('\r\n', '\n');
  const coded = /^content-transfer-encoding: quoted-printable$/im.test(head);
  const byte = (_, code) => String.fromCharCode(parseInt(code, 16));
  const plain = coded ? body.replaceAll('=\n', '').replace(/=([0-9A-F]{2})/g, byte) : body;
  return { head, text: Buffer.from(plain, 'latin1').toString('utf8') };
}

/**
 * Starts it. `tls` is `none`, `starttls` or `implicit`, with `key` and `cert`; with `user` and `password` it takes mail only
 * from who has them. `onMail` is called for every mail, which is accepted then, and `onRefusal` for every recipient who is
 * refused. `behave` changes what follows:
 * `{ refuse: code }` refuses every recipient by that code (0: none), `{ delayMs }` answers each mail late.
 */
export async function startMailServer(options = {}, { onMail = () => {}, onRefusal = () => {} } = {}) {
  const { port = 0, tls = 'none', key, cert, user, password } = options;
  const behaviour = { refuse: 0, delayMs: 0 };
  const mails = [];
  const server = new SMTPServer({
    secure: tls === 'implicit',
    ...(tls === 'none' ? { hideSTARTTLS: true } : {}),
    ...(key ? { key, cert } : {}),
    authOptional: !user,
    // Tests on loopback sign in without TLS too.
    allowInsecureAuth: tls === 'none',
    disableReverseLookup: true,
    closeTimeout: 100,
    onAuth(given, _session, callback) {
      if (given.username === user && given.password === password) return callback(null, { user });
      // As real ones do, it repeats whom it refuses.
      callback(Object.assign(new Error(`${given.username} is refused`), { responseCode: 535 }));
    },
    onRcptTo({ address }, _session, callback) {
      if (!behaviour.refuse) return callback();
      onRefusal();
      callback(Object.assign(new Error(`<${address}> is refused`), { responseCode: behaviour.refuse }));
    },
    async onData(stream, session, callback) {
      const chunks = [];
      for await (const chunk of stream) chunks.push(chunk);
      const { mailFrom, rcptTo } = session.envelope;
      const mail = {
        from: mailFrom.address,
        to: rcptTo.map(({ address }) => address),
        secure: session.secure,
        user: session.user ?? null,
        ...textOf(Buffer.concat(chunks)),
      };
      if (behaviour.delayMs) await delay(behaviour.delayMs);
      mails.push(mail);
      onMail(mail);
      callback();
    },
  });
  // A client that does not trust the certificate hangs up, which is its right.
  server.on('error', () => {});
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: server.server.address().port,
    mails,
    behave: (change) => Object.assign(behaviour, change),
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

async function main() {
  const tell = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
  const server = await startMailServer(JSON.parse(process.argv[2] ?? '{}'), {
    onMail: (mail) => tell({ mail }),
    onRefusal: () => tell({ refused: true }),
  });
  tell({ port: server.port });
  for await (const line of createInterface({ input: process.stdin })) tell({ behaviour: server.behave(JSON.parse(line)) });
  process.exit(0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
