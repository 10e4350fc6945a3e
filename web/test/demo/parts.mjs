// Modules of the page for tests outside it: bundled from TypeScript as the build does.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const source = fileURLToPath(new URL('../../demo/src/', import.meta.url));

/** JavaScript of one module of web/demo/src. */
export async function bundled(name) {
  const { outputFiles } = await build({
    entryPoints: [join(source, name)],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'warning',
  });
  return outputFiles[0].text;
}

export async function imported(name) {
  const folder = mkdtempSync(join(tmpdir(), 'deepfilter-part-'));
  try {
    const file = join(folder, 'part.mjs');
    writeFileSync(file, await bundled(name));
    return await import(pathToFileURL(file).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
