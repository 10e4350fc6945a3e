// Whole sounds and files in Chromium.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { enhance, enhanceFile, writeWav } from '../../dist/node.js';
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

/** A µ-law WAV file of 8 kHz, as telephones' servers write them. */
function telephoneWav(samples) {
  const bytes = samples.map((x) => {
    const size = Math.min(Math.round(Math.abs(x) * 32768) + 132, 32767);
    const exponent = 31 - Math.clz32(size) - 7;
    return ~((x < 0 ? 128 : 0) | (exponent << 4) | ((size >> (exponent + 3)) & 15)) & 0xff;
  });
  const file = Buffer.from(writeWav({ channels: [samples], sampleRate: 8000 })).subarray(0, 44 + samples.length);
  file.writeUInt16LE(7, 20);
  file.writeUInt32LE(8000, 28);
  file.writeUInt16LE(1, 32);
  file.writeUInt16LE(8, 34);
  file.writeUInt32LE(samples.length, 40);
  file.set(Uint8Array.from(bytes), 44);
  return file;
}

const telephone = testSound(1, 8000);
const files = {
  '16-bit integers': writeWav({ channels: [telephone], sampleRate: 8000 }),
  'µ-law': telephoneWav(telephone),
};
for (const [name, file] of Object.entries(files)) {
  test(`a WAV file of 8 kHz, ${name}, is enhanced at 8 kHz and has the bits that Node gives it`, async () => {
    const result = await page.evaluate(
      async (bytes) => {
        const file = Uint8Array.from(bytes).buffer;
        const read = await deepfilter.decodeFile(file);
        const { channels, sampleRate } = await deepfilter.enhanceFile(file);
        // What the browser itself makes of the file.
        const decoded = await new OfflineAudioContext(1, 1, 8000).decodeAudioData(file);
        return {
          sampleRate,
          output: window.page.encodeFloats(channels[0]),
          read: window.page.encodeFloats(read.channels[0]),
          decoded: window.page.encodeFloats(decoded.getChannelData(0)),
        };
      },
      [...file],
    );
    assert.equal(result.sampleRate, 8000);
    const expected = await enhanceFile(file);
    assert.equal(expected.sampleRate, 8000);
    assert.deepEqual(decodeFloats(result.output), expected.channels[0]);
    // Chromium divides samples above zero by 32767, which at full scale is a step of 16 bits.
    const decoded = decodeFloats(result.decoded);
    const read = decodeFloats(result.read);
    assert.equal(read.length, decoded.length);
    const error = Math.max(...read.map((x, i) => Math.abs(x - decoded[i])));
    assert.ok(error <= 1 / 32767, `${error} off what the browser reads`);
  });
}

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
