// The files that browsers fetch: node xtask/web/build.mjs <glue folder> <site folder> [--release] [--reload]
//
// Writes <site>/pkg (every name carries the hash of its content), the public files, and manifest.json,
// which is app::assets::Assets. --release minifies and compresses; --reload makes pages follow a rebuild.
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, readdir, rm, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import * as esbuild from 'esbuild';

const [glue, site, ...flags] = process.argv.slice(2);
const release = flags.includes('--release');
const reload = flags.includes('--reload');
const root = resolve(import.meta.dirname, '../..');
const livekitWeb = join(root, 'crates/livekit-web/js');

// Built beside the old files and then put in their place, so that there is never half a site.
const fresh = `${site}.new`;
const pkg = join(fresh, 'pkg');
await rm(fresh, { recursive: true, force: true });
await mkdir(pkg, { recursive: true });
await cp(join(root, 'public'), fresh, { recursive: true });

const common = {
  absWorkingDir: root,
  outdir: pkg,
  entryNames: '[name].[hash]',
  chunkNames: '[name].[hash]',
  assetNames: '[name].[hash]',
  bundle: true,
  metafile: true,
  minify: release,
  legalComments: release ? 'none' : 'inline',
  sourcemap: release ? false : 'inline',
  logLevel: 'warning',
};

/** The addresses of what esbuild wrote, by entry point, and of what each imports before it can run. */
const outputs = ({ metafile }) => {
  const address = (file) => `/${file.slice(file.lastIndexOf('pkg/'))}`;
  const found = new Map();
  for (const [file, { entryPoint, imports }] of Object.entries(metafile.outputs)) {
    const atOnce = imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => address(path));
    if (entryPoint) found.set(resolve(root, entryPoint), { address: address(file), imports: atOnce });
  }
  return (entry) => found.get(entry) ?? fail(`esbuild wrote nothing for ${entry}`);
};

const fail = (message) => {
  console.error(message);
  process.exit(1);
};

/** A file under a name with its hash. */
const hashed = async (source, name, kind) => {
  const content = await readFile(source);
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 10);
  await writeFile(join(pkg, `${name}.${hash}.${kind}`), content);
  return `/pkg/${name}.${hash}.${kind}`;
};

/**
 * The icons in one picture, side by side in squares of 24, and which square each name shows: a browser takes the time of a
 * small document for every picture, and there are seven on the first page.
 */
const icons = {
  name: 'icons',
  setup(it) {
    it.onResolve({ filter: /^icons$/ }, ({ path }) => ({ path, namespace: 'icons' }));
    it.onLoad({ filter: /.*/, namespace: 'icons' }, async () => {
      const folder = join(root, 'style/icons');
      const files = (await readdir(folder)).sort();
      const shapes = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
      const opening = shapes[0].slice(0, shapes[0].indexOf('>') + 1);
      const squares = shapes.map((shape, index) => {
        const whole = shape.trim();
        if (!whole.startsWith(opening) || !whole.endsWith('</svg>')) fail(`${files[index]} is not drawn as ${files[0]} is`);
        return `<g transform="translate(${24 * index})">${whole.slice(opening.length, -'</svg>'.length)}</g>`;
      });
      const picture = `${opening.replace('0 0 24 24', `0 0 ${24 * files.length} 24`)}${squares.join('')}</svg>`;
      const rules = files.map((file, index) => `[data-icon="${file.replace('.svg', '')}"] { --icon: ${index}; }`);
      const url = `data:image/svg+xml,${picture.replaceAll('"', "'").replaceAll('#', '%23')}`;
      return { contents: `:root { --icons: ${files.length}; }\n.icon { mask-image: url("${url}"); }\n${rules.join('\n')}`, loader: 'css' };
    });
  },
};

// The modules that are fetched later: the script that does so names them.
const fetcher = join(glue, 'later.js');
let fetching = await readFile(fetcher, 'utf8');
for (const file of await readdir(glue)) {
  if (!file.endsWith('.wasm') || file === 'app_bg.wasm') continue;
  const named = `"./${file}"`;
  if (!fetching.includes(named)) fail(`${fetcher} does not name ${file}`);
  fetching = fetching.replaceAll(named, `"${await hashed(join(glue, file), 'later', 'wasm')}"`);
}

const app = join(glue, 'app.js');
const engine = join(livekitWeb, 'engine.js');
const style = join(root, 'style/main.css');
const accountStyle = join(root, 'style/account.css');

// Splitting keeps what bridge.js imports on demand (engine.js and livekit-client) in a file of its own.
const scripts = await esbuild.build({
  ...common,
  entryPoints: { app, livekit: engine },
  alias: {
    'parlour/bridge': join(livekitWeb, 'bridge.js'),
    'parlour/engine': engine,
    'parlour/attach': join(livekitWeb, 'attach.js'),
    'parlour/debug': join(livekitWeb, 'debug.js'),
  },
  format: 'esm',
  splitting: true,
  target: 'es2022',
  plugins: [{ name: 'hashed', setup: (it) => it.onLoad({ filter: /\/later\.js$/ }, () => ({ contents: fetching })) }],
  inject: reload ? [join(import.meta.dirname, 'reload.js')] : [],
});
const styles = await esbuild.build({
  ...common,
  entryPoints: { app: style, account: accountStyle },
  plugins: [icons],
});

const manifest = {
  css: outputs(styles)(style).address,
  account_css: outputs(styles)(accountStyle).address,
  js: outputs(scripts)(app).address,
  js_imports: outputs(scripts)(app).imports,
  wasm: await hashed(join(glue, 'app_bg.wasm'), 'app', 'wasm'),
  icon: await hashed(join(root, 'public/icon.svg'), 'icon', 'svg'),
};
await writeFile(join(fresh, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);

if (reload) await writeFile(join(pkg, 'build.txt'), new Date().toISOString());
if (release) {
  const brotli = promisify(brotliCompress);
  const compress = async (name) => {
    const content = await readFile(join(pkg, name));
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
    await writeFile(join(pkg, `${name}.br`), await brotli(content, { params }));
  };
  await Promise.all((await readdir(pkg)).map(compress));
}

await rm(site, { recursive: true, force: true });
await rename(fresh, site);
