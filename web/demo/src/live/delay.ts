// How late the enhanced sound is, heard from the sound itself: the shift at which output and input resemble each other
// most.

/** Below this likeness (1 is the same sound) there is nothing to compare, as in silence or pure noise. */
const kLeastLikeness = 0.4;
/** A tone resembles itself after each of its periods: where another shift is nearly as good, none can be believed. */
const kMostAmbiguity = 0.93;
/** Shifts so close to the best, in samples, are the same one. */
const kPeak = 96;

/**
 * The delay of `output` behind `input` in samples, at most `most`, or null where they do not resemble each other at one
 * shift only. Both have the same length and the same time. The likeness at a shift is the normalised cross-correlation
 * of what is left.
 */
export function measureDelay(input: Float32Array, output: Float32Array, most: number): number | null {
  if (input.length <= most) return null;
  // Speech lies far below an eighth of the rate: every fourth shift, judged by every eighth sample, finds the
  // neighbourhood, and all of both find the place.
  const coarse = likenesses(input, output, most, { from: 0, to: most, shift: 4, sample: 8 });
  const peak = best(coarse);
  const rival = best(coarse.filter(({ delay }) => Math.abs(delay - peak.delay) > kPeak));
  if (rival.likeness > kMostAmbiguity * peak.likeness) return null;
  const near = { from: Math.max(0, peak.delay - 6), to: Math.min(most, peak.delay + 6), shift: 1, sample: 1 };
  const fine = best(likenesses(input, output, most, near));
  return fine.likeness >= kLeastLikeness ? fine.delay : null;
}

interface Search {
  from: number;
  to: number;
  shift: number; // from one delay to the next
  sample: number; // from one sample that is looked at to the next
}

interface Shift {
  delay: number;
  likeness: number;
}

const best = (shifts: Shift[]): Shift =>
  shifts.reduce((most, shift) => (shift.likeness > most.likeness ? shift : most), { delay: 0, likeness: 0 });

function likenesses(input: Float32Array, output: Float32Array, most: number, search: Search): Shift[] {
  let outputEnergy = 0;
  for (let n = most; n < output.length; n += search.sample) outputEnergy += output[n] ** 2;
  const shifts: Shift[] = [];
  for (let delay = search.from; delay <= search.to; delay += search.shift) {
    let product = 0;
    let inputEnergy = 0;
    for (let n = most; n < output.length; n += search.sample) {
      const x = input[n - delay];
      product += x * output[n];
      inputEnergy += x * x;
    }
    const energy = Math.sqrt(inputEnergy * outputEnergy);
    shifts.push({ delay, likeness: energy > 0 ? product / energy : 0 });
  }
  return shifts;
}

/** The middle of the newest measurements: one that went astray does not show. */
export class DelayMeter {
  private readonly newest: number[] = [];

  add(samples: number | null): void {
    if (samples === null) return;
    this.newest.push(samples);
    if (this.newest.length > 9) this.newest.shift();
  }

  get samples(): number | null {
    if (this.newest.length === 0) return null;
    return [...this.newest].sort((a, b) => a - b)[this.newest.length >> 1];
  }
}
