// How the work of `enhance` ends early in Chromium: by a signal, by the caller's own errors, by what no
// worker takes.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { open } from './harness.mjs';

let chromium;
let page;
// A server whose downloads begin and never end.
let server;
let endless;
before(async () => {
  server = createServer((_, response) =>
    response.writeHead(200, { 'Access-Control-Allow-Origin': '*' }).write('x'),
  );
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  endless = `http://127.0.0.1:${server.address().port}/model.dfn`;
  chromium = await open();
  page = await chromium.page();
});
after(async () => {
  await chromium?.close();
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

test('no page error has been seen', () => assert.deepEqual(page.errors, []));
