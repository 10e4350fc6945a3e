// Whole sounds, files and streams in Node, against streams of the core.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import {
  DeepFilterError,
  EnhanceStream,
  enhance,
  enhanceFile,
  isSupported,
  openModel,
  readWav,
  writeWav,
} from '../../dist/node.js';
import { testSound } from '../browser/page.mjs';

let folder;
let model;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deepfilter-'));
  model = await openModel();
});
after(() => rm(folder, { recursive: true, force: true }));

// What a stream gives, without its delay.
function aligned(channels, options) {
  const stream = model.createStream({ channels: channels.length, ...options });
  const length = channels[0].length;
  const output = channels.map(() => new Float32Array(length + stream.delaySamples));
  stream.process(
    channels,
    output.map((x) => x.subarray(0, length)),
    length,
  );
  stream.flush(
    output.map((x) => x.subarray(length)),
    stream.delaySamples,
  );
  const delay = stream.delaySamples;
  stream.free();
  return output.map((x) => x.slice(delay));
}

const same = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);

test('this Node is supported', () => assert.equal(isSupported(), true));

for (const worker of [true, false]) {
  test(`a sound ${worker ? 'in a worker' : 'in this thread'} has the samples of a stream`, async () => {
    const sound = testSound(1.5, 48000);
    const kept = sound.slice();
    const fractions = [];
    // A followed level hears the sound first, where a stream cannot.
    const output = await enhance(sound, 48000, {
      worker,
      level: 'keep',
      progress: (fraction) => fractions.push(fraction),
    });
    assert.ok(same(output, aligned([sound], { sampleRate: 48000, level: 'keep' })[0]));
    assert.deepEqual(sound, kept);
    assert.equal(fractions.at(-1), 1);
  });
}

test("channels of a rate that is not the model's", async () => {
  const sound = [testSound(1, 16000, 1), testSound(1, 16000, 2)];
  const output = await enhance(sound, 16000, { level: 'keep', channelMode: 'linked' });
  const expected = aligned(sound, { sampleRate: 16000, level: 'keep', channelMode: 'linked' });
  assert.equal(output.length, 2);
  assert.ok(output.every((x, c) => same(x, expected[c])));
});

test('aborted before and during', async () => {
  await assert.rejects(enhance(new Float32Array(480), 48000, { signal: AbortSignal.abort() }), {
    name: 'AbortError',
  });
  for (const worker of [true, false]) {
    const control = new AbortController();
    const work = enhance(testSound(20, 48000), 48000, {
      worker,
      signal: control.signal,
      progress: (f) => f < 1 && control.abort(),
    });
    await assert.rejects(work, { name: 'AbortError' });
  }
});

// The header of a module, and nothing in it.
const otherModule = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

const refused = {
  'a model that is not there': [
    [new Float32Array(480)],
    48000,
    { model: '/none.dfn' },
    /none\.dfn: cannot be read/,
  ],
  'a model that is none': [[new Float32Array(480)], 48000, { model: new Uint8Array(3) }, /./],
  'a model that is no source': [[new Float32Array(480)], 48000, { model: 48 }, /by its address, its bytes/],
  'a module that is none': [
    [new Float32Array(480)],
    48000,
    { wasm: new Uint8Array(3) },
    /deepfilter\.wasm cannot be compiled/,
  ],
  'another module': [[new Float32Array(480)], 48000, { wasm: otherModule }, /is not deepfilter's module$/],
  'another module, in this thread': [
    [new Float32Array(480)],
    48000,
    { wasm: otherModule, worker: false },
    /is not deepfilter's module$/,
  ],
  'a level that is none': [[new Float32Array(480)], 48000, { level: () => 1 }, /^level is ".*", expected "auto"/],
  'a rate that is none': [[new Float32Array(480)], 300000, {}, /300000 Hz, but must be 8000 to 192000/],
  'no channels': [[], 48000, {}, /0 channels, but must have 1 to 16/],
};
for (const [name, [samples, rate, options, expected]] of Object.entries(refused)) {
  test(`refused: ${name}`, () =>
    assert.rejects(
      enhance(samples, rate, options),
      (error) => error instanceof DeepFilterError && expected.test(error.message),
    ));
}

test('openModel refuses a source by itself, and another module', async () => {
  const bytes = new Uint8Array(3);
  for (const source of ['model.dfn', bytes, bytes.buffer, new URL('file:///model.dfn'), new Response('x')]) {
    await assert.rejects(openModel(source), {
      name: 'DeepFilterError',
      message: 'openModel takes its model by name: openModel({ model })',
    });
  }
  await assert.rejects(openModel({ wasm: otherModule }), {
    name: 'DeepFilterError',
    message: /is not deepfilter's module$/,
  });
});

test('a WAV file by its path, its address and its bytes', async () => {
  const sound = { channels: [testSound(1, 44100)], sampleRate: 44100 };
  const path = join(folder, 'noisy.wav');
  await writeFile(path, writeWav(sound, 'f32'));
  const expected = await enhance(sound.channels, 44100);
  for (const file of [path, pathToFileURL(path), await readFile(path), writeWav(sound, 'f32').buffer]) {
    const enhanced = await enhanceFile(file);
    assert.equal(enhanced.sampleRate, 44100);
    assert.ok(same(enhanced.channels[0], expected[0]));
    assert.ok(same(readWav(enhanced.wav('f32')).channels[0], expected[0]));
  }
  await assert.rejects(enhanceFile(join(folder, 'none.wav')), /none\.wav: cannot be read/);
});

// PCM of two channels in pieces of odd lengths.
async function pipe(options, format, channels) {
  const width = format === 'i16' ? 2 : 4;
  const pcm = Buffer.from(writeWav({ channels, sampleRate: 48000 }, format).subarray(44));
  const pieces = [];
  for (let at = 0, length = 1; at < pcm.length; at += length, length = (length * 7 + 3) % 9973)
    pieces.push(pcm.subarray(at, at + length));
  const output = await buffer(
    Readable.from(pieces).pipe(
      new EnhanceStream(model, {
        sampleRate: 48000,
        channels: channels.length,
        format,
        level: 'keep',
        ...options,
      }),
    ),
  );
  const samples = output.length / width / channels.length;
  return channels.map((_, c) =>
    Float32Array.from({ length: samples }, (_, i) => {
      const at = (i * channels.length + c) * width;
      return format === 'i16' ? output.readInt16LE(at) / 32768 : output.readFloatLE(at);
    }),
  );
}

test('a stream of floats is aligned and has the samples of enhance', async () => {
  const channels = [testSound(1, 48000, 1), testSound(1, 48000, 2)];
  const output = await pipe({}, 'f32', channels);
  const expected = aligned(channels, { sampleRate: 48000, level: 'keep' });
  assert.ok(output.every((x, c) => same(x, expected[c])));
});

test('a stream of 16-bit integers is as long as its input', async () => {
  const channels = [testSound(1, 48000)];
  const rounded = channels.map((x) => x.map((value) => Math.round(value * 32768) / 32768));
  const [output] = await pipe({}, 'i16', rounded);
  const [expected] = aligned(rounded, { sampleRate: 48000, level: 'keep' });
  assert.equal(output.length, expected.length);
  assert.ok(output.every((x, i) => Math.abs(x - expected[i]) <= 0.5 / 32768));
});

test('a live stream is late by its delay and ends with its input', async () => {
  const channels = [testSound(0.5, 48000)];
  const [output] = await pipe({ aligned: false }, 'f32', channels);
  const [expected] = aligned(channels, { sampleRate: 48000, level: 'keep' });
  const delay = new EnhanceStream(model, { sampleRate: 48000, channels: 1 }).delaySamples;
  assert.equal(output.length, channels[0].length);
  assert.ok(same(output.subarray(delay), expected.subarray(0, output.length - delay)));
});

test('input that ends within a sample is an error', async () => {
  const stream = new EnhanceStream(model, { sampleRate: 48000, channels: 1, format: 'f32' });
  await assert.rejects(
    buffer(Readable.from([Buffer.alloc(4803)]).pipe(stream)),
    /ends within a sample: 3 bytes of 4/,
  );
});

test('a stream of another format is refused', () =>
  assert.throws(() => new EnhanceStream(model, { sampleRate: 48000, channels: 1, format: 'i24' }), {
    name: 'DeepFilterError',
    message: 'format is "i24", expected one of: f32, i16',
  }));
