// Live sound from a fake microphone that plays a file.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { enhanced, launch, open, serve, voiceLike, wavFile } from './stage.mjs';

let folder;
let server;
let browser;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'deepfilter-microphone-'));
  const microphone = join(folder, 'microphone.wav');
  writeFileSync(microphone, wavFile(10, 48000, 1, voiceLike(48000, 0.4)));
  server = await serve();
  browser = await launch({ microphone });
});
after(async () => {
  await browser?.close();
  server?.close();
  if (folder) rmSync(folder, { recursive: true });
});

const text = (page, selector) => page.locator(selector).textContent();
const number = async (page, selector) => parseFloat((await text(page, selector)).replace('−', '-'));
const until = (page, selector, pattern) =>
  page.waitForFunction(
    ([where, source]) => new RegExp(source).test(document.querySelector(where).textContent),
    [selector, pattern.source],
  );

async function started(options = {}) {
  const opened = await open(browser, `${server.page}#live`, options);
  await opened.page.click('#live');
  await until(opened.page, '#live-status', /^Listening/);
  return opened;
}

test('before the first start there is one line that says what to do', async () => {
  const { page, context } = await open(browser, `${server.page}#live`);
  const hint = 'Start, speak, and switch the filter off and on.';
  assert.equal(await text(page, '#live-status'), hint);
  assert.equal(await page.isVisible('#live-view'), false);
  await page.click('#tab-file');
  await page.click('#tab-live');
  assert.equal(await text(page, '#live-status'), hint);
  await page.click('#live');
  await until(page, '#live-status', /^Listening/);
  for (const id of ['live-before', 'live-after', 'meter-in-text']) assert.ok(await page.isVisible(`#${id}`), id);
  await context.close();
});

test('shows spectrograms, meters and the delay', async () => {
  const { page, wrong, context } = await started();
  await until(page, '#meter-in-text', /\d+ dBFS/);
  await until(page, '#meter-load-text', /\d %/);
  await until(page, '#delay-measured', /\d ms/);
  const told = await number(page, '#delay-told');
  const measured = await number(page, '#delay-measured');
  assert.ok(told >= 10 && told <= 60, `${told} ms`);
  assert.ok(Math.abs(told - measured) <= 1, `told ${told} ms, measured ${measured} ms`);
  assert.ok((await number(page, '#meter-in-text')) > -60);
  for (const id of ['meter-in', 'meter-out', 'meter-snr', 'meter-gain', 'meter-load']) {
    const meter = page.locator(`#${id}`);
    const now = Number(await meter.getAttribute('aria-valuenow'));
    assert.ok(
      now >= Number(await meter.getAttribute('aria-valuemin')) &&
        now <= Number(await meter.getAttribute('aria-valuemax')),
    );
  }
  const drawn = await page.evaluate(() =>
    ['live-before', 'live-after'].map((id) => {
      const canvas = document.getElementById(id);
      const { data } = canvas.getContext('2d').getImageData(canvas.width - 120, 20, 100, canvas.height - 60);
      return new Set(new Uint32Array(data.buffer)).size;
    }),
  );
  assert.ok(
    drawn.every((colours) => colours > 20),
    `${drawn} colours`,
  );
  await page.click('#live');
  assert.equal(await text(page, '#live-status'), 'Stopped.');
  assert.equal(await text(page, '#meter-in-text'), '–');
  assert.deepEqual(wrong, []);
  await context.close();
});

test('the filter can be turned off, settings follow, the model can be changed', async () => {
  const { page, wrong, context } = await started();
  await page.locator('#live-off').check({ force: true });
  await until(page, '#meter-in-text', /\d+ dBFS/);
  await page.waitForFunction(() => {
    const value = (id) => Number(document.getElementById(id).getAttribute('aria-valuenow'));
    return value('meter-in') > -60 && Math.abs(value('meter-in') - value('meter-out')) < 6;
  });
  await page.locator('#live-on').check({ force: true });
  await page.fill('#attenuation', '12');
  await page.check('#monitor');
  const models = await page.locator('#model option').evaluateAll((options) => options.map((option) => option.value));
  for (const model of [models.at(-1), models[0]]) {
    await page.selectOption('#model', model);
    await until(page, '#live-status', /^Listening/);
    await until(page, '#meter-in-text', /\d+ dBFS/);
  }
  assert.ok((await page.locator('#device option').count()) >= 1);
  assert.deepEqual(wrong, []);
  await context.close();
});

test('leaving the tab stops the microphone', async () => {
  const { page, wrong, context } = await started();
  await page.click('#tab-file');
  await enhanced(page, 'Sample: ');
  assert.equal(await text(page, '#live-label'), 'Start the microphone');
  assert.deepEqual(wrong, []);
  await context.close();
});

test('a microphone that goes away is told, and can be started again', async () => {
  const { page, wrong, context } = await open(browser, `${server.page}#live`);
  await page.evaluate(() => {
    const { mediaDevices } = navigator;
    const real = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = async (constraints) => {
      const stream = await real(constraints);
      [globalThis.track] = stream.getAudioTracks();
      return stream;
    };
  });
  await page.click('#live');
  await until(page, '#live-status', /^Listening/);
  // What the browser does when a device is pulled out.
  await page.evaluate(() => {
    globalThis.track.stop();
    globalThis.track.dispatchEvent(new Event('ended'));
  });
  assert.match(await text(page, '#live-error'), /^The microphone is gone/);
  await page.click('#live');
  await until(page, '#live-status', /^Listening/);
  assert.equal(await text(page, '#live-error'), '');
  assert.deepEqual(wrong, []);
  await context.close();
});

test('a recording becomes a sound', async () => {
  const { page, wrong, context } = await open(browser, server.page);
  await enhanced(page, 'Sample: ');
  await page.click('#record');
  await until(page, '#record-time', /0:02/);
  assert.equal(await text(page, '#record-label'), 'Stop recording');
  await page.click('#record');
  await enhanced(page, 'Recording, ');
  assert.match(await text(page, '#sound'), /^Recording, [2-9]\.\d s, .* kHz, mono$/);
  assert.equal(await text(page, '#record-label'), 'Record');
  assert.deepEqual(wrong, []);
  await context.close();
});

test('less motion: the pictures are written over in place', async () => {
  const { page, wrong, context } = await started({ reducedMotion: 'reduce' });
  await until(page, '#meter-in-text', /\d+ dBFS/);
  await page.waitForTimeout(1500);
  // Written from the left: the right edge is still empty, which with scrolling is where the newest sound is.
  const edges = await page.evaluate(() => {
    const canvas = document.getElementById('live-before');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const pixels = new Uint32Array(data.buffer);
    const colours = (left) =>
      new Set(
        pixels.filter((_, n) => {
          const [x, y] = [n % canvas.width, Math.floor(n / canvas.width)];
          return x >= left && x < left + 20 && y >= 20 && y < canvas.height - 40;
        }),
      ).size;
    return [colours(45), colours(canvas.width - 40)];
  });
  assert.ok(edges[0] > 10 && edges[1] === 1, `${edges} colours`);
  assert.deepEqual(wrong, []);
  await context.close();
});

test('no microphone, and one that is not allowed, get one sentence', async () => {
  for (const [options, sentence] of [
    [{ microphone: 'none' }, /^There is no microphone; connect one and try again\.$/],
    [{ allow: false }, /^The microphone is not allowed for this page/],
  ]) {
    const other = await launch(options);
    try {
      const { page, wrong } = await open(other, `${server.page}#live`);
      await page.click('#live');
      await page.waitForFunction(() => document.querySelector('#live-error').textContent !== '');
      assert.match(await text(page, '#live-error'), sentence);
      assert.equal(await text(page, '#live-label'), 'Start the microphone');
      await page.click('#tab-file');
      await enhanced(page, 'Sample: ');
      await page.click('#record');
      await page.waitForFunction(() => document.querySelector('#error').textContent !== '');
      assert.match(await text(page, '#error'), sentence);
      assert.deepEqual(wrong, []);
    } finally {
      await other.close();
    }
  }
});
