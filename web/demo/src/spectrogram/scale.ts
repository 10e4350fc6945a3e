// The scales of the pictures: mel for frequency, as hearing divides it, and dBFS for power.

export const toMel = (hz: number): number => 2595 * Math.log10(1 + hz / 700);
export const fromMel = (mel: number): number => 700 * (10 ** (mel / 2595) - 1);

/** Decibels below a sine of full scale; digital silence is -160. */
export const toDb = (power: number): number => 10 * Math.log10(power + 1e-16);

/** Where a row takes its power from: all bins in [first, last], or a place between two bins where it has none. */
export interface Row {
  first: number;
  last: number;
  fraction: number; // not 0: of the way from `first` to `last`, the next bin
}

/** Rows from the top (`topHz`) to the bottom (0 Hz) of a picture, equally far apart in mel. */
export function melRows(rows: number, topHz: number, binHz: number, bins: number): Row[] {
  const edge = (row: number): number => fromMel((1 - row / rows) * toMel(topHz)) / binHz;
  return Array.from({ length: rows }, (_, row) => {
    const high = edge(row);
    const low = edge(row + 1);
    const first = Math.ceil(low);
    const last = Math.min(Math.floor(high), bins - 1);
    if (last >= first) return { first, last, fraction: 0 };
    const middle = Math.min((low + high) / 2, bins - 1);
    const below = Math.min(Math.floor(middle), bins - 2);
    return { first: below, last: below + 1, fraction: middle - below };
  });
}

/** The power of a row: the loudest of its bins, so that thin lines do not vanish. */
export function rowPower(power: Float32Array, row: Row): number {
  if (row.fraction > 0) return power[row.first] * (1 - row.fraction) + power[row.last] * row.fraction;
  let most = 0;
  for (let bin = row.first; bin <= row.last; ++bin) most = Math.max(most, power[bin]);
  return most;
}

/** Round frequencies for the axis, at most `topHz`, none closer to the next than `least` of the axis's length. */
export function frequencyTicks(topHz: number, least: number): number[] {
  const ticks: number[] = [];
  let before = -1;
  for (const hz of [0, 500, 1000, 2000, 4000, 8000, 16000, 24000]) {
    const at = toMel(hz) / toMel(topHz);
    if (hz <= topHz && at - before >= least) {
      ticks.push(hz);
      before = at;
    }
  }
  return ticks;
}

/** Round times for the axis, at most `count` of them, from 0 to `seconds`. */
export function timeTicks(seconds: number, count: number): number[] {
  const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
  const step = steps.find((s) => seconds / s <= count) ?? 7200;
  return Array.from({ length: Math.floor(seconds / step + 1e-6) + 1 }, (_, n) => n * step);
}
