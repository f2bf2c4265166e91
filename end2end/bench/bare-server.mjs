// Serves the bare page as well as Parlour serves its own: bundled, minified, brotli. It passes
// `/api/connection-details` on to Parlour, so that both pages use the same LiveKit server.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';

import { build } from 'esbuild';

const HERE = dirname(fileURLToPath(import.meta.url));

async function bundle(file) {
  const result = await build({
    entryPoints: [join(HERE, file)],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
  });
  return brotliCompressSync(result.outputFiles[0].contents);
}

/** Starts it on a free port; `parlour` is Parlour's address. */
export async function startBareServer(parlour) {
  const files = {
    '/bare.js': ['text/javascript', await bundle('bare.mjs')],
    '/publishers.js': ['text/javascript', await bundle('publishers.mjs')],
  };
  const page = (file) => ['text/html; charset=utf-8', brotliCompressSync(readFileSync(join(HERE, file)))];
  const bare = page('bare.html');
  files['/publishers'] = page('publishers.html');

  const server = createServer(async (request, response) => {
    try {
      const { pathname, search } = new URL(request.url, parlour);
      if (pathname === '/api/connection-details') {
        const answer = await fetch(`${parlour}${pathname}${search}`);
        response.writeHead(answer.status, { 'content-type': 'application/json' });
        return response.end(await answer.text());
      }
      const [type, body] = files[pathname] ?? bare;
      response.writeHead(200, { 'content-type': type, 'content-encoding': 'br' });
      response.end(body);
    } catch (error) {
      response.writeHead(502).end(String(error));
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
