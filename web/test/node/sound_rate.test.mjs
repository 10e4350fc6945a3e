// Headers as encoders write them, built here byte by byte.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { build } from 'esbuild';

// The function is no part of the package's face.
const { outputFiles } = await build({
  entryPoints: [new URL('../../src/sound_rate.ts', import.meta.url).pathname],
  bundle: true,
  format: 'esm',
  write: false,
});
const { soundRate } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
);

const bytes = (...parts) => new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part))));
const zeros = (count) => new Uint8Array(count);

const flac = bytes('fLaC', [0, 0, 0, 34], zeros(10), [0x0a, 0xc4, 0x42, 0xf0], zeros(20));
const page = (packet) => bytes('OggS', zeros(22), [1, packet.length], packet);
const vorbis = (rate) => page(bytes([1], 'vorbis', zeros(4), [2], [rate & 255, rate >> 8, 0, 0], zeros(14)));
const aiff = bytes(
  'FORM',
  zeros(4),
  'AIFF',
  'junk',
  [0, 0, 0, 3],
  zeros(4),
  'COMM',
  [0, 0, 0, 18, 0, 2],
  zeros(4),
  [0, 16],
  [0x40, 0x0e, 0xac, 0x44],
  zeros(20),
);
const mp4 = (version) => {
  const mdhd = bytes(
    'mdhd',
    [version, 0, 0, 0],
    zeros(version ? 16 : 8),
    [0, 0, 0x56, 0x22],
    zeros(version ? 12 : 8),
  );
  const picture = bytes(
    'mdhd',
    zeros(12),
    [0, 0, 0x30, 0],
    zeros(8),
    [0, 0, 0, 33],
    'hdlr',
    zeros(8),
    'vide',
    zeros(20),
  );
  return bytes(
    [0, 0, 0, 24],
    'ftypM4A ',
    zeros(40),
    picture,
    mdhd,
    [0, 0, 0, 33],
    'hdlr',
    zeros(8),
    'soun',
    zeros(40),
  );
};

const wav = (...chunks) => bytes('RIFF', zeros(4), 'WAVE', ...chunks);
const adpcm = bytes('fmt ', [20, 0, 0, 0, 0x11, 0, 1, 0, 0x40, 0x1f, 0, 0], zeros(12));

const known = {
  'WAV of ADPCM': [wav(adpcm), 8000],
  'WAV with other chunks first': [wav('LIST', [3, 0, 0, 0], zeros(4), adpcm), 8000],
  FLAC: [flac, 44100],
  'Opus in Ogg': [page(bytes('OpusHead', zeros(11))), 48000],
  'Vorbis in Ogg': [vorbis(22050), 22050],
  'FLAC in Ogg': [page(bytes([0x7f], 'FLAC', zeros(4), flac)), 44100],
  AIFF: [aiff, 44100],
  'MP4, time in 32 bits, a picture first': [mp4(0), 22050],
  'MP4, time in 64 bits': [mp4(1), 22050],
  'MP3, MPEG 1': [bytes([0xff, 0xfb, 0x94, 0]), 48000],
  'MP3, MPEG 2': [bytes([0xff, 0xf3, 0x90, 0]), 22050],
  'MP3, MPEG 2.5': [bytes([0xff, 0xe3, 0x98, 0]), 8000],
  'MP3 behind a tag and padding': [
    bytes('ID3', [4, 0, 0, 0, 0, 1, 2], zeros(130), zeros(7), [0xff, 0xfb, 0x90, 0]),
    44100,
  ],
  'AAC, ADTS': [bytes([0xff, 0xf1, 0x6c, 0x80]), 8000],
};
for (const [name, [file, rate]] of Object.entries(known)) {
  test(name, () => assert.equal(soundRate(file), rate));
}

test('the sample of the repository', async () => {
  assert.equal(
    soundRate(await readFile(new URL('../../../examples/sample/noisy.flac', import.meta.url))),
    48000,
  );
});

test('what tells no rate, or a rate that no sound has', () => {
  for (const file of [
    bytes(''),
    bytes('RIFF'),
    bytes('hello, this is text'),
    zeros(100),
    bytes([0xff, 0xff, 0xff, 0xff]),
    vorbis(7),
  ]) {
    assert.equal(soundRate(file), undefined);
  }
});

test('every beginning of every file is read without a failure', () => {
  for (const [file] of Object.values(known)) {
    for (let length = 0; length <= file.length; ++length) soundRate(file.slice(0, length));
  }
});
