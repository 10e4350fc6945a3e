// The package as its users get it: packed, installed into an empty project, compiled and run there.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { chromiumPath, flags, web } from '../browser/harness.mjs';
import { serve } from '../browser/server.mjs';

let folder;
let project;
let files;

const run = (command, args, cwd = project) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deepfilter-'));
  project = join(folder, 'project');
  await cp(fileURLToPath(new URL('project', import.meta.url)), project, { recursive: true });
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], web));
  files = packed.files.map((file) => file.path);
  run('npm', [
    'install',
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    join(folder, packed.filename),
  ]);
});
after(() => rm(folder, { recursive: true, force: true }));

test('the tarball holds what its exports name, the licences, and nothing else', async () => {
  const { exports } = JSON.parse(await readFile(join(web, 'package.json'), 'utf8'));
  const named = Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target),
  );
  for (const path of named.filter((target) => !target.includes('*')))
    assert.ok(files.includes(path.slice(2)), path);
  for (const path of [
    'README.md',
    'LICENSE-MIT',
    'LICENSE-APACHE',
    'NOTICE',
    'THIRD-PARTY.txt',
    'models/dfn3-i8.dfn',
    'models/dfn3-f16.dfn',
    'models/dfn3-f32.dfn',
  ]) {
    assert.ok(files.includes(path), path);
  }
  assert.deepEqual(
    files.filter(
      (path) =>
        !/^(dist|models)\/|^(README\.md|LICENSE-MIT|LICENSE-APACHE|NOTICE|THIRD-PARTY\.txt|package\.json)$/.test(
          path,
        ),
    ),
    [],
  );
});

test('the package needs no other at run time', async () => {
  const { dependencies, sideEffects } = JSON.parse(
    await readFile(join(project, 'node_modules/deepfilter/package.json'), 'utf8'),
  );
  assert.equal(dependencies, undefined);
  assert.equal(sideEffects, false);
});

// LiveKit's own types do not pass without skipLibCheck.
for (const config of ['tsconfig.json', 'tsconfig.others.json']) {
  test(`strict TypeScript takes its types: ${config}`, () => {
    const { status, stdout } = spawnSync(
      process.execPath,
      ['node_modules/typescript/bin/tsc', '-p', config],
      { cwd: project, encoding: 'utf8' },
    );
    assert.equal(status, 0, stdout);
  });
}

test('a script in Node', () => {
  const result = JSON.parse(run(process.execPath, ['node.mjs']));
  assert.equal(result.samples, 4800);
  assert.equal(result.sampleRate, 16000);
  assert.equal(result.model, 'dfn3');
  assert.equal(result.precision, 'i8');
});

test('a server may import it, and it says that nothing is supported', () => {
  const script =
    "import { isSupported } from 'deepfilter'; import 'deepfilter/livekit'; console.log(isSupported())";
  assert.equal(run(process.execPath, ['--input-type=module', '-e', script]).trim(), 'false');
});

async function visit(origin) {
  const browser = await chromium.launch({ executablePath: chromiumPath, args: flags });
  try {
    const page = await browser.newPage();
    const errors = [];
    const requests = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(origin);
    await page.waitForFunction(() => window.result);
    const result = await page.evaluate(() => window.result);
    assert.deepEqual(errors, []);
    const foreign = requests.filter(
      (url) => !url.startsWith(new URL(origin).origin) && !/^(data|blob):/.test(url),
    );
    assert.deepEqual(foreign, []);
    assert.deepEqual(result.whole, [4800, 44100, 44 + 2 * 2 * 4800]);
    assert.equal(result.offline, 48000);
    assert.equal(result.supported, true);
    assert.ok(result.live < 0);
  } finally {
    await browser.close();
  }
}

test('a build by Vite, in a folder of a server, with a strict content security policy', async () => {
  run(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--base', './', '--logLevel', 'warn']);
  const assets = await readdir(join(project, 'dist/assets'));
  // The default model and the one that the page asks for.
  assert.equal(assets.filter((name) => name.endsWith('.dfn')).length, 2, String(assets));
  assert.equal(assets.filter((name) => name.endsWith('.wasm')).length, 1, String(assets));
  const server = await serve({ '/some/folder/': join(project, 'dist') });
  try {
    await visit(`${server.origin}/some/folder/index.html`);
  } finally {
    await server.close();
  }
});

test("Vite's development server", async () => {
  const vite = spawn(
    process.execPath,
    ['node_modules/vite/bin/vite.js', '--port', '0', '--host', '127.0.0.1'],
    { cwd: project },
  );
  try {
    const origin = await new Promise((resolve, reject) => {
      let said = '';
      vite.stdout.on('data', (text) => {
        said += text;
        const found = said.replace(/\x1b\[[0-9;]*m/g, '').match(/http:\/\/127\.0\.0\.1:\d+/);
        if (found) resolve(found[0]);
      });
      vite.on('exit', () => reject(new Error(`vite ended: ${said}`)));
    });
    await visit(`${origin}/`);
  } finally {
    vite.kill();
  }
});
