// An OpenID Connect provider for tests: a real one, on a free port of this machine, that ends with whoever started it.
// `node end2end/lib/oidc-provider.mjs CALLBACK…` writes its issuer as the first line. Whom it knows, where it sends people back to,
// and what is wrong with it, is posted to /control.
import { createServer } from 'node:http';
import { decodeJwt, exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';
import Provider from 'oidc-provider';

const CLIENT = { client_id: 'parlour', client_secret: 'secret-of-parlour', redirect_uris: process.argv.slice(2) };

/** Claims by subject. */
const people = {};
/** Claims that its ID tokens have in place of the right ones, and whether another key than its own signs them. */
let wrong = {};
let turn = 0;
let current;

async function key() {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: `key-${++turn}` };
}

/** The same provider with keys of its own. */
async function provider(issuer) {
  const jwk = await key();
  const made = new Provider(issuer, {
    clients: [CLIENT],
    jwks: { keys: [jwk] },
    cookies: { keys: ['of a test'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
    scopes: ['openid', 'email', 'profile', 'groups'],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...people[sub] }) }),
    // Nobody is asked whether Parlour may know who they are.
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client.clientId,
        accountId: ctx.oidc.session.accountId,
      });
      grant.addOIDCScope('openid email profile groups');
      await grant.save();
      return grant;
    },
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 600, IdToken: 60, Interaction: 600, Session: 600 },
  });
  made.use(async (ctx, next) => {
    await next();
    if (ctx.path === '/token' && ctx.body?.id_token && Object.keys(wrong).length > 0) {
      const { strange_key: strange, ...claims } = wrong;
      const signer = strange ? await key() : jwk;
      const token = new SignJWT({ ...decodeJwt(ctx.body.id_token), ...claims });
      ctx.body.id_token = await token.setProtectedHeader({ alg: 'RS256', kid: jwk.kid }).sign(await importJWK(signer, 'RS256'));
    }
  });
  return made;
}

async function body(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

/** Signing in: a form for people; tests send it at once. */
async function interaction(request, response) {
  if (request.method === 'POST') {
    const sub = new URLSearchParams(await body(request)).get('sub');
    const result = sub ? { login: { accountId: sub } } : { error: 'access_denied' };
    return current.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(
    `<!doctype html><html lang="en"><title>Provider</title><form method="post"><label>Who you are <input name="sub"></label><button>Go on</button></form>`,
  );
}

async function control(request, response, issuer) {
  const change = JSON.parse(await body(request));
  Object.assign(people, change.people);
  wrong = change.wrong ?? wrong;
  CLIENT.redirect_uris = change.callbacks ?? CLIENT.redirect_uris;
  if (change.rotate || change.callbacks) current = await provider(issuer);
  response.end('{}');
}

const server = createServer(async (request, response) => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  try {
    if (request.url === '/control') await control(request, response, issuer);
    else if (request.url.startsWith('/interaction/')) await interaction(request, response);
    else await current.callback()(request, response);
  } catch (error) {
    console.error(error);
    response.writeHead(500).end();
  }
});

server.listen(0, '127.0.0.1', async () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  current = await provider(issuer);
  process.stdout.write(`${issuer}\n`);
});
process.stdin.on('close', () => process.exit()).resume();
