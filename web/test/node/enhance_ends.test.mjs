// How the work of `enhance` ends early: by a signal, by the caller's own errors, by what no worker takes.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { DeepFilterError, enhance } from '../../dist/node.js';
import { testSound } from '../browser/page.mjs';

// A server whose downloads begin and never end.
let server;
let endless;
before(async () => {
  server = createServer((_, response) => void response.writeHead(200).write('x'));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  endless = `http://127.0.0.1:${server.address().port}/model.dfn`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

test('a signal ends the download of an address, and the wait for a response', { timeout: 10000 }, async () => {
  for (const model of [endless, await fetch(endless)]) {
    const control = new AbortController();
    const reason = new Error('enough');
    setTimeout(() => control.abort(reason), 50);
    const work = enhance(testSound(0.1, 48000), 48000, { model, signal: control.signal });
    await assert.rejects(work, (error) => error === reason);
  }
});

for (const worker of [true, false]) {
  test(`an error of progress ends the work ${worker ? 'of a worker' : 'in this thread'}`, async () => {
    const mine = new Error('mine');
    let calls = 0;
    const progress = () => {
      ++calls;
      throw mine;
    };
    await assert.rejects(enhance(testSound(5, 48000), 48000, { worker, progress }), (error) => error === mine);
    assert.equal(calls, 1);
  });
}

test('what no worker takes rejects with one sentence', () =>
  assert.rejects(
    enhance(new Float32Array(480), 48000, { channelMode: () => 1 }),
    (error) => error instanceof DeepFilterError && /cannot be given to a worker/.test(error.message),
  ));
