// A real-input power spectrum by a radix-2 Fourier transform. The page draws pictures with it; enhancing has its own.

export class PowerSpectrum {
  readonly bins: number;
  private readonly window: Float64Array;
  private readonly cosine: Float64Array;
  private readonly sine: Float64Array;
  private readonly reversed: Uint32Array;
  private readonly real: Float64Array;
  private readonly imaginary: Float64Array;
  private readonly scale: number;

  /** `size`: samples in a window, a power of two. */
  constructor(readonly size: number) {
    const bits = Math.log2(size);
    if (!Number.isInteger(bits) || size < 2) throw new RangeError(`${size} is not a power of two`);
    this.bins = size / 2 + 1;
    this.window = Float64Array.from({ length: size }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size));
    this.cosine = Float64Array.from({ length: size / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / size));
    this.sine = Float64Array.from({ length: size / 2 }, (_, k) => -Math.sin((2 * Math.PI * k) / size));
    this.reversed = Uint32Array.from({ length: size }, (_, n) => {
      let result = 0;
      for (let bit = 0; bit < bits; ++bit) result |= ((n >> bit) & 1) << (bits - 1 - bit);
      return result;
    });
    this.real = new Float64Array(size);
    this.imaginary = new Float64Array(size);
    // A sine of full scale has power 1: its amplitude in a bin is a half of the window's sum, a quarter of the size.
    this.scale = (4 / size) ** 2;
  }

  /** Writes the power of each bin of samples[start .. start + size); samples outside the sound are silence. */
  compute(samples: Float32Array, start: number, power: Float32Array): void {
    const { size, real, imaginary, window, reversed } = this;
    for (let n = 0; n < size; ++n) {
      const at = reversed[n];
      real[at] = (samples[start + n] ?? 0) * window[n];
    }
    imaginary.fill(0);
    this.transform();
    for (let k = 0; k < this.bins; ++k) power[k] = (real[k] ** 2 + imaginary[k] ** 2) * this.scale;
  }

  private transform(): void {
    const { size, real, imaginary, cosine, sine } = this;
    for (let half = 1; half < size; half *= 2) {
      const step = size / (2 * half);
      for (let first = 0; first < size; first += 2 * half) {
        for (let k = 0; k < half; ++k) {
          const c = cosine[k * step];
          const s = sine[k * step];
          const a = first + k;
          const b = a + half;
          const re = real[b] * c - imaginary[b] * s;
          const im = real[b] * s + imaginary[b] * c;
          real[b] = real[a] - re;
          imaginary[b] = imaginary[a] - im;
          real[a] = real[a] + re;
          imaginary[a] = imaginary[a] + im;
        }
      }
    }
  }
}
