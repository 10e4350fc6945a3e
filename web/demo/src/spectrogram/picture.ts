// A whole sound as a picture: levels in dBFS, and what they say in a number.

import { PowerSpectrum } from './fft.js';
import { melRows, rowPower, toDb } from './scale.js';

export const kWindow = 2048;
export const kTopHz = 24000;

/** Enough for twice the pixels of a wide screen's half; the same for all screens, so that a picture is made once. */
const kColumns = 1200;
const kRows = 320;
/** A column of a long sound stands for many windows; this many of them, evenly apart, are looked at. */
const kMostWindows = 6;
/** The quietest tenth is what is heard between the words. */
const kQuiet = 0.1;

export interface Picture {
  columns: number;
  rows: number;
  levels: Float32Array; // [rows, columns] dBFS, from the top frequency down
  seconds: number;
  topHz: number;
  loudest: number; // dBFS
  quiet: number; // dBFS: the level that a tenth of the sound stays below
}

/** Mean of the channels; one channel as it is. */
export function mix(channels: Float32Array[]): Float32Array {
  if (channels.length === 1) return channels[0];
  const mean = new Float32Array(channels[0].length);
  for (const channel of channels) {
    for (let n = 0; n < mean.length; ++n) mean[n] += channel[n] / channels.length;
  }
  return mean;
}

export function makePicture(samples: Float32Array, sampleRate: number): Picture {
  const spectrum = new PowerSpectrum(kWindow);
  const topHz = Math.min(kTopHz, sampleRate / 2);
  const columns = Math.max(1, Math.min(kColumns, Math.ceil(samples.length / (kWindow / 16))));
  const table = melRows(kRows, topHz, sampleRate / kWindow, spectrum.bins);
  const levels = new Float32Array(kRows * columns);
  const power = new Float32Array(spectrum.bins);
  const sum = new Float32Array(spectrum.bins);
  const width = samples.length / columns;
  const windows = Math.max(1, Math.min(kMostWindows, Math.round(width / (kWindow / 2))));
  let loudest = -Infinity;
  for (let column = 0; column < columns; ++column) {
    sum.fill(0);
    for (let n = 0; n < windows; ++n) {
      const middle = (column + (n + 0.5) / windows) * width;
      spectrum.compute(samples, Math.round(middle - kWindow / 2), power);
      for (let bin = 0; bin < sum.length; ++bin) sum[bin] += power[bin] / windows;
    }
    table.forEach((row, r) => {
      const db = toDb(rowPower(sum, row));
      levels[r * columns + column] = db;
      loudest = Math.max(loudest, db);
    });
  }
  return {
    columns,
    rows: kRows,
    levels,
    seconds: samples.length / sampleRate,
    topHz,
    loudest,
    quiet: quietLevel(samples, sampleRate),
  };
}

/** The root mean square, in dB below a sine of full scale, that a tenth of the sound's 20 ms pieces stay below. */
export function quietLevel(samples: Float32Array, sampleRate: number): number {
  const piece = Math.max(1, Math.round(0.02 * sampleRate));
  const powers = new Float64Array(Math.max(1, Math.floor(samples.length / piece)));
  for (let n = 0; n < powers.length; ++n) {
    let sum = 0;
    for (let k = n * piece; k < Math.min((n + 1) * piece, samples.length); ++k) sum += samples[k] ** 2;
    powers[n] = (2 * sum) / piece;
  }
  powers.sort();
  return toDb(powers[Math.floor(kQuiet * (powers.length - 1))]);
}
