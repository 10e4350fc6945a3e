// How the work of `enhance` ends early in Chromium: by a signal, by the caller's own errors, by what no
// worker takes.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { open, serveTests } from './harness.mjs';

let chromium;
let page;
let cdn;
// A server whose downloads begin and never end.
let server;
let endless;
before(async () => {
  server = createServer((_, response) =>
    response.writeHead(200, { 'Access-Control-Allow-Origin': '*' }).write('x'),
  );
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  endless = `http://127.0.0.1:${server.address().port}/model.dfn`;
  cdn = await serveTests({ headers: { 'Access-Control-Allow-Origin': '*' } });
  chromium = await open();
  page = await chromium.page();
});
after(async () => {
  await chromium?.close();
  await cdn?.close();
  server?.closeAllConnections();
  server?.close();
});

test('a signal ends the download of an address, and the wait for a response', { timeout: 20000 }, async () => {
  const names = await page.evaluate(async (endless) => {
    const names = [];
    for (const model of [endless, await fetch(endless)]) {
      const control = new AbortController();
      setTimeout(() => control.abort(), 50);
      const work = deepfilter.enhance(new Float32Array(480), 48000, { model, signal: control.signal });
      names.push(
        await work.then(
          () => 'done',
          (error) => error.name,
        ),
      );
    }
    return names;
  }, endless);
  assert.deepEqual(names, ['AbortError', 'AbortError']);
});

for (const worker of [true, false]) {
  test(`an error of progress ends the work ${worker ? 'of a worker' : 'in the page'}`, async () => {
    const result = await page.evaluate(async (worker) => {
      let calls = 0;
      const progress = () => {
        ++calls;
        throw new Error('mine');
      };
      const work = deepfilter.enhance(window.page.testSound(5, 48000), 48000, { worker, progress });
      const message = await work.then(
        () => 'done',
        (error) => error.message,
      );
      return { message, calls };
    }, worker);
    assert.deepEqual(result, { message: 'mine', calls: 1 });
  });
}

// Enhances with these options, in a page whose workers and object URLs are counted.
const counted = (opened, origin, options) =>
  opened.evaluate(
    async ([origin, options]) => {
      const { DeepFilterError, enhance } = await import(`${origin}/web/dist/index.js`);
      const counts = { workers: 0, ended: 0, made: 0, revoked: 0 };
      const { Worker } = window;
      const { createObjectURL, revokeObjectURL } = URL;
      window.Worker = class extends Worker {
        constructor(...args) {
          super(...args);
          ++counts.workers;
        }
        terminate() {
          ++counts.ended;
          super.terminate();
        }
      };
      URL.createObjectURL = (blob) => (++counts.made, createObjectURL.call(URL, blob));
      URL.revokeObjectURL = (url) => (++counts.revoked, revokeObjectURL.call(URL, url));
      const channelMode = options.channelMode && (() => 1);
      const told = await enhance(new Float32Array(4800), 48000, { channelMode }).then(
        () => 'done',
        (error) => (error instanceof DeepFilterError ? error.message : String(error)),
      );
      Object.assign(window, { Worker });
      Object.assign(URL, { createObjectURL, revokeObjectURL });
      return { told, counts };
    },
    [origin, options],
  );

test('what no worker takes rejects with one sentence, and the worker is ended', async () => {
  const { told, counts } = await counted(page, chromium.server.origin, { channelMode: 'a function' });
  assert.match(told, /^the sound cannot be given to a worker/);
  assert.deepEqual(counts, { workers: 1, ended: 1, made: 0, revoked: 0 });
});

test('a worker of another origin leaves no object URL', async () => {
  for (const options of [{}, { channelMode: 'a function' }]) {
    const { told, counts } = await counted(page, cdn.origin, options);
    assert.match(told, options.channelMode ? /cannot be given/ : /^done$/);
    assert.deepEqual(counts, { workers: 1, ended: 1, made: 1, revoked: 1 });
  }
});

test('no page error has been seen', () => assert.deepEqual(page.errors, []));
