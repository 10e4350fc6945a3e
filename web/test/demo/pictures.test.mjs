// What the pictures show: levels, scales, colours.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { imported } from './parts.mjs';
import { noise } from './stage.mjs';

const { PowerSpectrum } = await imported('spectrogram/fft.ts');
const { melRows, rowPower, toDb, toMel, fromMel, frequencyTicks, timeTicks } = await imported('spectrogram/scale.ts');
const { colour, colourIndex, kColours } = await imported('spectrogram/colours.ts');
const { makePicture, mix, quietLevel } = await imported('spectrogram/picture.ts');

const sine = (hz, amplitude, length, rate = 48000) =>
  Float32Array.from({ length }, (_, n) => amplitude * Math.sin((2 * Math.PI * hz * n) / rate));

test('the spectrum is that of the definition', () => {
  const size = 64;
  const random = noise(3);
  const samples = Float32Array.from({ length: size }, random);
  const power = new Float32Array(size / 2 + 1);
  new PowerSpectrum(size).compute(samples, 0, power);
  for (let k = 0; k <= size / 2; ++k) {
    let re = 0;
    let im = 0;
    for (let n = 0; n < size; ++n) {
      const windowed = samples[n] * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size));
      re += windowed * Math.cos((2 * Math.PI * k * n) / size);
      im -= windowed * Math.sin((2 * Math.PI * k * n) / size);
    }
    const expected = (re * re + im * im) * (4 / size) ** 2;
    assert.ok(Math.abs(power[k] - expected) < 1e-6 * (1 + expected), `bin ${k}: ${power[k]}, expected ${expected}`);
  }
});

test('a sine of full scale is 0 dBFS, one of a tenth is -20', () => {
  const spectrum = new PowerSpectrum(2048);
  const power = new Float32Array(spectrum.bins);
  for (const [amplitude, db] of [
    [1, 0],
    [0.1, -20],
  ]) {
    spectrum.compute(sine(3000, amplitude, 2048), 0, power); // 3000 Hz is bin 128 exactly
    assert.ok(Math.abs(toDb(power[128]) - db) < 0.01);
  }
  assert.throws(() => new PowerSpectrum(1000), RangeError);
});

test('a tone is drawn at its place in frequency and time', () => {
  const rate = 48000;
  const samples = new Float32Array(2 * rate);
  samples.set(sine(2000, 0.5, rate / 2), rate); // from 1.0 to 1.5 s
  const picture = makePicture(samples, rate);
  assert.equal(picture.seconds, 2);
  assert.equal(picture.topHz, 24000);
  const row = Math.floor((1 - toMel(2000) / toMel(24000)) * picture.rows);
  // The bin next to the tone may lie in the next row.
  const at = (seconds) =>
    Math.max(
      ...[-1, 0, 1].map(
        (d) => picture.levels[(row + d) * picture.columns + Math.floor((seconds / 2) * picture.columns)],
      ),
    );
  assert.ok(Math.abs(at(1.25) + 6) < 1.5, `${at(1.25)} dBFS`);
  assert.ok(at(0.5) < -150);
  assert.ok(at(1.75) < -150);
  const above = picture.levels[Math.floor(row / 2) * picture.columns + Math.floor(0.625 * picture.columns)];
  assert.ok(above < -60, `${above} dBFS far above the tone`);
  assert.ok(picture.loudest < -5 && picture.loudest > -7.5);
});

test('sounds of any length and rate have a picture', () => {
  for (const [length, rate] of [
    [1, 8000],
    [100, 8000],
    [48000, 44100],
    [200000, 192000],
  ]) {
    const picture = makePicture(sine(440, 0.5, length, rate), rate);
    assert.equal(picture.levels.length, picture.rows * picture.columns);
    assert.ok(picture.levels.every(Number.isFinite));
    assert.equal(picture.topHz, Math.min(24000, rate / 2));
  }
});

test('the quiet level is that of the pauses', () => {
  const rate = 48000;
  const random = noise(5);
  const samples = Float32Array.from({ length: 2 * rate }, (_, n) => (n < rate ? 0.5 : 0.005) * random());
  const db = 20 * Math.log10(0.005 / Math.sqrt(3)) + 3.01;
  assert.ok(Math.abs(quietLevel(samples, rate) - db) < 1);
});

test('several channels are drawn as their mean', () => {
  const [left, right] = [sine(500, 0.5, 100), sine(900, 0.25, 100)];
  const mean = mix([left, right]);
  assert.ok(mean.every((value, n) => Math.abs(value - (left[n] + right[n]) / 2) < 1e-7));
  assert.equal(mix([left]), left);
});

test('rows cover every frequency once, from the top down', () => {
  const rows = melRows(320, 24000, 48000 / 2048, 1025);
  assert.equal(rows.length, 320);
  const power = new Float32Array(1025);
  for (const bin of [0, 1, 5, 100, 700, 1023]) {
    power.fill(0);
    power[bin] = 1;
    assert.ok(
      rows.some((row) => rowPower(power, row) > 0.4),
      `bin ${bin} is in no row`,
    );
  }
  assert.ok(Math.abs(fromMel(toMel(1234)) - 1234) < 1e-6);
});

test('ticks are round and apart', () => {
  assert.deepEqual(frequencyTicks(24000, 0.01), [0, 500, 1000, 2000, 4000, 8000, 16000, 24000]);
  assert.ok(frequencyTicks(24000, 0.2).length < 6);
  assert.deepEqual(frequencyTicks(4000, 0.01), [0, 500, 1000, 2000, 4000]);
  assert.deepEqual(timeTicks(5.4, 10), [0, 1, 2, 3, 4, 5]);
  assert.ok(timeTicks(4000, 10).length <= 11);
});

// Lightness as each kind of eye sees it: CIE Y of the colour that a person without red or green cones sees (Viénot,
// Brettel and Mollon 1999), in linear RGB.
const kEyes = {
  'all cones': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'no red cones': [
    [0.11238, 0.88762, 0],
    [0.11238, 0.88762, 0],
    [0.00401, -0.00401, 1],
  ],
  'no green cones': [
    [0.29275, 0.70725, 0],
    [0.29275, 0.70725, 0],
    [-0.02234, 0.02234, 1],
  ],
};

test('colours grow lighter all the way, for every kind of colour vision', () => {
  const linear = (byte) => (byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4);
  for (const [eye, matrix] of Object.entries(kEyes)) {
    let before = -1;
    for (let n = 0; n < kColours; n += 8) {
      const rgb = colour(n / (kColours - 1)).map(linear);
      const [r, g, b] = matrix.map((row) => row.reduce((sum, part, c) => sum + part * rgb[c], 0));
      const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
      assert.ok(luminance > before, `${eye}: colour ${n} is not lighter than the one before`);
      before = luminance;
    }
    assert.ok(before > 0.8);
  }
});

test('levels outside the range have the colours of its ends', () => {
  const range = { bottom: -90, top: -10 };
  assert.equal(colourIndex(-200, range), 0);
  assert.equal(colourIndex(-50, range), Math.round((kColours - 1) / 2));
  assert.equal(colourIndex(6, range), kColours - 1);
});
