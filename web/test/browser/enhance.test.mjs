// Whole sounds and files in Chromium.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { enhance } from '../../dist/node.js';
import { testSound } from './page.mjs';
import { decodeFloats, open } from './harness.mjs';

let chromium;
let page;
before(async () => {
  chromium = await open();
  page = await chromium.page();
});
after(() => chromium?.close());

for (const worker of [true, false]) {
  test(`a sound ${worker ? 'in a worker' : 'in the page'} has the bits that Node gives it`, async () => {
    const result = await page.evaluate(async (worker) => {
      const sound = window.page.testSound(2, 44100);
      const before = sound.slice();
      const fractions = [];
      const output = await deepfilter.enhance(sound, 44100, {
        worker,
        attenuationLimitDb: 20,
        progress: (f) => fractions.push(f),
      });
      return {
        output: window.page.encodeFloats(output),
        fractions,
        kept: sound.length === before.length && sound.every((x, i) => x === before[i]),
      };
    }, worker);
    const expected = await enhance(testSound(2, 44100), 44100, { attenuationLimitDb: 20 });
    assert.deepEqual(decodeFloats(result.output), expected);
    assert.ok(result.kept);
    assert.equal(result.fractions.at(-1), 1);
    assert.ok(result.fractions.every((fraction, i) => i === 0 || fraction >= result.fractions[i - 1]));
  });
}

test('channels in, channels out', async () => {
  const result = await page.evaluate(async () => {
    const sound = [1, 2, 3].map((seed) => window.page.testSound(1, 48000, seed));
    return (await deepfilter.enhance(sound, 48000, { channelMode: 'linked' })).map(window.page.encodeFloats);
  });
  const expected = await enhance(
    [1, 2, 3].map((seed) => testSound(1, 48000, seed)),
    48000,
    { channelMode: 'linked' },
  );
  assert.deepEqual(result.map(decodeFloats), expected);
});

for (const worker of [true, false]) {
  test(`an aborted sound ${worker ? 'in a worker' : 'in the page'} rejects with the reason`, async () => {
    const names = await page.evaluate(async (worker) => {
      const nameOf = (promise) =>
        promise.then(
          () => 'done',
          (error) => error.name,
        );
      const sound = window.page.testSound(20, 48000);
      const before = nameOf(deepfilter.enhance(sound, 48000, { worker, signal: AbortSignal.abort() }));
      const control = new AbortController();
      const during = nameOf(
        deepfilter.enhance(sound, 48000, {
          worker,
          signal: control.signal,
          progress: (f) => f < 1 && control.abort(),
        }),
      );
      return [await before, await during];
    }, worker);
    assert.deepEqual(names, ['AbortError', 'AbortError']);
  });
}

const failures = {
  'a model that is not there': [
    '[new Float32Array(480)]',
    48000,
    { model: '/web/none.dfn' },
    /none\.dfn: the server answers 404/,
  ],
  'a model that is no model, in a worker': [
    '[new Float32Array(480)]',
    48000,
    { model: '/web/package.json' },
    /./,
  ],
  'a rate that is none': [
    '[new Float32Array(480)]',
    7,
    {},
    /sampling rate is 7 Hz, but must be 8000 to 192000/,
  ],
  'channels of different lengths': [
    '[new Float32Array(480), new Float32Array(481)]',
    48000,
    {},
    /equally long/,
  ],
  'samples that are none': ['[[0, 1]]', 48000, {}, /must be a Float32Array/],
};
for (const [name, [samples, rate, options, expected]] of Object.entries(failures)) {
  test(`${name} rejects with one sentence`, async () => {
    const { ours, message } = await page.evaluate(
      async ([samples, rate, options]) =>
        deepfilter.enhance(eval(samples), rate, options).then(
          () => ({ ours: false, message: 'done' }),
          (error) => ({ ours: error instanceof deepfilter.DeepFilterError, message: error.message }),
        ),
      [samples, rate, options],
    );
    assert.ok(ours, message);
    assert.match(message, expected);
  });
}

test('an empty sound comes back empty', async () => {
  assert.equal(
    await page.evaluate(async () => (await deepfilter.enhance(new Float32Array(0), 48000)).length),
    0,
  );
});

test('a FLAC file is enhanced at its own rate, and a WAV file comes out', async () => {
  const result = await page.evaluate(async () => {
    const file = await (await fetch('/examples/sample/noisy.flac')).blob();
    const { channels, sampleRate, wav } = await deepfilter.enhanceFile(file);
    const decoded = await new OfflineAudioContext(1, 1, sampleRate).decodeAudioData(await file.arrayBuffer());
    const direct = await deepfilter.enhance(decoded.getChannelData(0), sampleRate);
    const read = deepfilter.readWav(new Uint8Array(await wav('f32').arrayBuffer()));
    const small = wav();
    return {
      sampleRate,
      type: small.type,
      size: small.size,
      samples: channels[0].length,
      length: decoded.length,
      same: direct.every((x, i) => x === channels[0][i]),
      written: read.channels[0].every((x, i) => x === channels[0][i]),
    };
  });
  assert.equal(result.sampleRate, 48000);
  assert.equal(result.samples, result.length);
  assert.ok(result.same && result.written);
  assert.equal(result.type, 'audio/wav');
  assert.equal(result.size, 44 + 2 * result.samples);
});

test('a WAV file of 11025 Hz keeps its rate and its length', async () => {
  const result = await page.evaluate(async () => {
    const sound = { channels: [window.page.testSound(1, 11025)], sampleRate: 11025 };
    const file = deepfilter.writeWav(sound, 'f32');
    const { channels, sampleRate } = await deepfilter.enhanceFile(file.buffer);
    return { sampleRate, samples: channels[0].length, untouched: file.length };
  });
  assert.deepEqual(result, { sampleRate: 11025, samples: 11025, untouched: 44 + 4 * 11025 });
});

test('a file that is no sound rejects with one sentence', async () => {
  const message = await page.evaluate(() =>
    deepfilter.enhanceFile(new Blob(['no sound at all'])).then(
      () => 'done',
      (error) => error.message,
    ),
  );
  assert.equal(message, 'the browser cannot read this file as sound');
});

test('no page error has been seen', () => {
  // Answers of 404 are asked for above.
  assert.deepEqual(
    page.errors.filter((error) => !error.includes('404')),
    [],
  );
});
