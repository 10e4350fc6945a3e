// Builds the demo page into dist/: one static folder that works from any place of any server.
//
//   node build.mjs [--out FOLDER]
//
// The package must be built before (../dist and ../models). It lies unbundled in the folder deepfilter/, as anybody may
// copy it to a server.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const web = join(here, '..');
const sample = join(web, '../examples/sample/noisy.flac');
const at = process.argv.indexOf('--out');
const out = at < 0 ? join(here, 'dist') : resolve(process.argv[at + 1]);

/** The package's default; the others are larger and stored once they are wanted. */
const kFirstModel = 'dfn3-i8.dfn';

const scripts = {
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  outdir: out,
};

/** The page imports the package by its file, so that workers, worklet and module are found beside it. */
const packageBeside = {
  name: 'package-beside',
  setup(builder) {
    builder.onResolve({ filter: /^deepfilter$/ }, () => ({ path: './deepfilter/dist/index.js', external: true }));
  },
};

function modelFiles() {
  const folder = join(web, 'models');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.dfn')) : [];
  if (!files.includes(kFirstModel)) throw new Error(`${join(folder, kFirstModel)} is missing; build the package first`);
  return files.map((file) => ({
    file,
    precision: file.match(/-(f32|f16|i8)\.dfn$/)?.[1] ?? 'f32',
    bytes: statSync(join(folder, file)).size,
  }));
}

/** What a browser needs of the package. */
const forBrowsers = (path) => {
  const name = basename(path);
  return !['types', 'node.js', 'node_worker.js', 'livekit.js'].includes(name) && !name.endsWith('.map');
};

function copyFiles() {
  for (const name of ['index.html', 'icon.svg', 'manifest.webmanifest']) cpSync(join(here, name), join(out, name));
  mkdirSync(join(out, 'sample'));
  cpSync(sample, join(out, 'sample', basename(sample)));
  cpSync(join(web, 'dist'), join(out, 'deepfilter/dist'), { recursive: true, filter: forBrowsers, dereference: true });
  cpSync(join(web, 'models'), join(out, 'deepfilter/models'), { recursive: true, dereference: true });
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      relative(folder, join(entry.parentPath ?? entry.path, entry.name))
        .split(sep)
        .join('/'),
    )
    .sort();
}

async function buildServiceWorker() {
  const files = filesBelow(out);
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(readFileSync(join(out, file)));
  const shell = files.filter((file) => !file.startsWith('deepfilter/models/') || basename(file) === kFirstModel);
  await build({
    ...scripts,
    entryPoints: [join(here, 'src/workers/service_worker.ts')],
    define: {
      kVersion: JSON.stringify(hash.digest('hex').slice(0, 16)),
      kShell: JSON.stringify(['./', ...shell.map((file) => `./${file}`)]),
    },
  });
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
copyFiles();
await Promise.all([
  build({
    ...scripts,
    entryPoints: [join(here, 'src/main.ts')],
    plugins: [packageBeside],
    define: { kModelFiles: JSON.stringify(modelFiles()) },
  }),
  build({
    ...scripts,
    entryPoints: ['picture_worker', 'tap_worklet'].map((name) => join(here, `src/workers/${name}.ts`)),
  }),
  build({ ...scripts, entryPoints: [join(here, 'style/style.css')] }),
]);
await buildServiceWorker();
