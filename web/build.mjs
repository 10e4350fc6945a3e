// Builds dist/ from src/: the library's modules, and the scripts of the worklet and of the workers,
// each of which is one file without imports. The module deepfilter.wasm is built by CMake before.
//
//   node build.mjs [--no-types]
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { writeThirdParty } from './third_party.mjs';

process.chdir(fileURLToPath(new URL('.', import.meta.url)));

const common = {
  bundle: true,
  format: 'esm',
  target: 'es2022',
  outdir: 'dist',
  logLevel: 'warning',
  legalComments: 'none',
};

// What an older build has left would go into the package; the module stays.
mkdirSync('dist', { recursive: true });
for (const name of readdirSync('dist')) {
  if (name !== 'deepfilter.wasm') rmSync(`dist/${name}`, { recursive: true });
}

await Promise.all([
  // Code that several entries share goes into files of its own, so that there is one class of each name.
  build({
    ...common,
    entryPoints: ['index', 'core', 'livekit', 'node'].map((name) => `src/${name}.ts`),
    splitting: true,
    chunkNames: 'shared-[hash]',
    external: ['node:*', 'livekit-client'],
  }),
  build({
    ...common,
    entryPoints: ['worklet', 'worker', 'node_worker'].map((name) => `src/${name}.ts`),
    minify: true,
    external: ['node:*'],
  }),
]);

if (!process.argv.includes('--no-types')) {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '--emitDeclarationOnly'], {
    stdio: 'inherit',
  });
}

// The licence texts belong into the tarball, and stand one folder up in the repository.
for (const name of ['LICENSE-APACHE', 'LICENSE-MIT', 'NOTICE']) {
  copyFileSync(`../${name}`, name);
}
writeThirdParty('THIRD-PARTY.txt');
