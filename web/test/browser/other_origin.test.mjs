// The package from another origin, as from a CDN that allows it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { open, serveTests } from './harness.mjs';

let chromium;
let cdn;
before(async () => {
  cdn = await serveTests({ headers: { 'Access-Control-Allow-Origin': '*' } });
  chromium = await open();
});
after(async () => {
  await chromium?.close();
  await cdn?.close();
});

test('node and worker run from another origin', async () => {
  const page = await chromium.page();
  const result = await page.evaluate(async (origin) => {
    const { DeepFilterNode, enhance } = await import(`${origin}/web/dist/index.js`);
    const context = new AudioContext();
    const { latencySamples } = await DeepFilterNode.create(context);
    await context.close();
    return { latencySamples, samples: (await enhance(window.page.testSound(1, 48000), 48000)).length };
  }, cdn.origin);
  assert.ok(result.latencySamples > 0);
  assert.equal(result.samples, 48000);
  assert.deepEqual(page.errors, []);
});
