import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeepFilterError, readWav, writeWav } from '../../dist/node.js';

const ramp = (samples, scale = 1) =>
  Float32Array.from({ length: samples }, (_, i) => scale * (i / samples - 0.5));

// A WAV file of one chunk of samples, with whatever header.
function wav({
  code,
  bits,
  channels = 1,
  rate = 48000,
  data,
  extensible = false,
  dataSize = data.length,
  extra = [],
}) {
  const format = Buffer.alloc(extensible ? 40 : 16);
  format.writeUInt16LE(extensible ? 0xfffe : code, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt32LE((rate * channels * bits) / 8, 8);
  format.writeUInt16LE((channels * bits) / 8, 12);
  format.writeUInt16LE(bits, 14);
  if (extensible) format.writeUInt16LE(code, 24);
  const chunk = (tag, body, size = body.length) => {
    const head = Buffer.alloc(8);
    head.write(tag);
    head.writeUInt32LE(size, 4);
    return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
  };
  const body = Buffer.concat([
    Buffer.from('WAVE'),
    ...extra.map((size) => chunk('junk', Buffer.alloc(size))),
    chunk('fmt ', format),
    chunk('data', Buffer.from(data), dataSize),
  ]);
  return new Uint8Array(chunk('RIFF', body));
}

test('floats are written and read exactly, also beyond full scale', () => {
  const channels = [ramp(1001, 3), ramp(1001, -0.2)];
  const read = readWav(writeWav({ channels, sampleRate: 44100 }, 'f32'));
  assert.deepEqual(read, { channels, sampleRate: 44100 });
});

test('integers are rounded to nearest and clamped', () => {
  const channels = [Float32Array.of(0, 1, -1, 2, -2, 0.4 / 32768, 0.6 / 32768, -0.6 / 32768)];
  const read = readWav(writeWav({ channels, sampleRate: 8000 }));
  assert.deepEqual(
    [...read.channels[0]].map((x) => x * 32768),
    [0, 32767, -32768, 32767, -32768, 0, 1, -1],
  );
});

const encodings = [
  [{ code: 1, bits: 8, data: [0, 128, 255] }, [-1, 0, 127 / 128]],
  [{ code: 1, bits: 16, data: [0, 128, 0, 0, 255, 127] }, [-1, 0, 32767 / 32768]],
  [{ code: 1, bits: 24, data: [0, 0, 128, 1, 0, 0, 255, 255, 255] }, [-1, 1 / 8388608, -1 / 8388608]],
  [{ code: 1, bits: 32, data: [0, 0, 0, 128, 0, 0, 0, 64] }, [-1, 0.5]],
  [{ code: 3, bits: 32, data: new Uint8Array(Float32Array.of(0.25, -2).buffer) }, [0.25, -2]],
  [{ code: 3, bits: 64, data: new Uint8Array(Float64Array.of(0.25, -2).buffer) }, [0.25, -2]],
  // G.711's loudest, quietest and some between, as 16-bit integers.
  [
    { code: 6, bits: 8, data: [0xaa, 0x2a, 0xd5, 0x55, 0xc5, 0x80] },
    [32256, -32256, 8, -8, 264, 5504].map((x) => x / 32768),
  ],
  [
    { code: 7, bits: 8, data: [0x80, 0x00, 0xff, 0x7f, 0xef, 0x40] },
    [32124, -32124, 0, 0, 132, -1884].map((x) => x / 32768),
  ],
];
for (const [file, expected] of encodings) {
  for (const extensible of [false, true]) {
    test(`encoding ${file.code}, ${file.bits} bits${extensible ? ', extensible' : ''}`, () => {
      const { channels } = readWav(wav({ ...file, extensible, extra: [7, 12] }));
      assert.deepEqual([...channels[0]], expected);
    });
  }
}

test('channels are taken apart', () => {
  const { channels } = readWav(wav({ code: 1, bits: 8, channels: 2, data: [128, 192, 64, 128] }));
  assert.deepEqual(
    channels.map((x) => [...x]),
    [
      [0, -0.5],
      [0.5, 0],
    ],
  );
});

test('a file whose header promises too much, or whose last sample is cut, counts as far as it goes', () => {
  const whole = wav({ code: 1, bits: 16, data: [1, 0, 2, 0, 3, 0], dataSize: 0xffffffff });
  assert.equal(readWav(whole).channels[0].length, 3);
  assert.equal(readWav(whole.subarray(0, whole.length - 1)).channels[0].length, 2);
});

test('bytes that stand within a larger buffer', () => {
  const file = writeWav({ channels: [ramp(10)], sampleRate: 8000 }, 'f32');
  const larger = new Uint8Array(file.length + 13);
  larger.set(file, 13);
  assert.deepEqual(readWav(larger.subarray(13)).channels[0], ramp(10));
});

const broken = {
  'no bytes': [new Uint8Array(0), /not a WAV file/],
  text: [new TextEncoder().encode('RIFF and so on, but no WAV'), /not a WAV file/],
  'an encoding that is not read': [wav({ code: 2, bits: 4, data: [0] }), /encoding 2 with 4 bits, which is not read here/],
  'µ-law of 16 bits': [wav({ code: 7, bits: 16, data: [0, 0] }), /encoding 7 with 16 bits, which is not read here/],
  'no channels': [wav({ code: 1, bits: 16, channels: 0, data: [0, 0] }), /no channels/],
  'no rate': [wav({ code: 1, bits: 16, rate: 0, data: [0, 0] }), /no channels or no sampling rate/],
  'a header alone': [wav({ code: 1, bits: 16, data: [0, 0] }).subarray(0, 36), /no samples/],
  'a format that is cut': [wav({ code: 1, bits: 16, data: [0, 0] }).subarray(0, 30), /cut short/],
};
for (const [name, [bytes, expected]] of Object.entries(broken)) {
  test(`refused: ${name}`, () => {
    assert.throws(
      () => readWav(bytes),
      (error) => error instanceof DeepFilterError && expected.test(error.message),
    );
  });
}
