// The measured delay.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { imported } from './parts.mjs';
import { noise, voiceLike } from './stage.mjs';

const { measureDelay, DelayMeter } = await imported('live/delay.ts');
const kRate = 48000;
const kMost = 7200;

function delayed(samples, delay, gain = 1, added = () => 0) {
  return samples.map((_, n) => gain * (samples[n - delay] ?? 0) + added());
}

test('finds the delay to the sample, in noise and at any level', () => {
  const sound = voiceLike(kRate);
  const input = Float32Array.from({ length: 28800 }, (_, n) => sound(n));
  const random = noise(9);
  for (const delay of [0, 1, 480, 1440, 3001, 7199]) {
    const output = delayed(input, delay, 0.3, () => 0.002 * random());
    assert.equal(measureDelay(input, output, kMost), delay);
  }
});

test('a tone, which resembles itself after each period, gives no delay', () => {
  for (const hz of [50, 100, 440, 1000]) {
    const input = Float32Array.from({ length: 28800 }, (_, n) => Math.sin((2 * Math.PI * hz * n) / kRate));
    assert.equal(measureDelay(input, delayed(input, 1440), kMost), null);
  }
});

test('says nothing where there is nothing to compare', () => {
  const random = noise(11);
  const silence = new Float32Array(28800);
  const one = Float32Array.from({ length: 28800 }, random);
  const other = Float32Array.from({ length: 28800 }, random);
  assert.equal(measureDelay(silence, silence, kMost), null);
  assert.equal(measureDelay(one, silence, kMost), null);
  assert.equal(measureDelay(one, other, kMost), null);
  assert.equal(measureDelay(one.subarray(0, 100), one.subarray(0, 100), kMost), null);
});

test('one measurement that went astray does not show', () => {
  const meter = new DelayMeter();
  assert.equal(meter.samples, null);
  for (const value of [1440, 1440, null, 9, 1440]) meter.add(value);
  assert.equal(meter.samples, 1440);
  for (let n = 0; n < 9; ++n) meter.add(960);
  assert.equal(meter.samples, 960);
});
