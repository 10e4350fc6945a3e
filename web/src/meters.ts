// Measurements on the audio thread; nothing here allocates.

/** Level of what has passed since the last `take`. */
export class LevelMeter {
  #sum = 0;
  #count = 0;

  add(channels: Float32Array[], samples: number): void {
    let sum = 0;
    for (let c = 0; c < channels.length; ++c) {
      const channel = channels[c];
      for (let i = 0; i < samples; ++i) sum += channel[i] * channel[i];
    }
    this.#sum += sum;
    this.#count += samples * channels.length;
  }

  /** RMS in dB of full scale, -120 at least. */
  take(): number {
    const mean = this.#count > 0 ? this.#sum / this.#count : 0;
    this.#sum = 0;
    this.#count = 0;
    return Math.max(-120, 10 * Math.log10(mean + 1e-20));
  }
}

/**
 * Share of real time that processing takes. Where the audio thread has no fine clock, a clock of
 * whole milliseconds counts their ends: a block that takes 0.3 ms sees one in 3 of 10 cases, so the
 * mean is right all the same.
 */
export class LoadClock {
  #start = 0;
  #busySeconds = 0;
  #soundSeconds = 0;
  // The mean forgets with this time constant.
  static readonly #memorySeconds = 1;

  #now(): number {
    return typeof performance === 'object' ? performance.now() : Date.now();
  }

  start(): void {
    this.#start = this.#now();
  }

  stop(soundSeconds: number): void {
    const keep = Math.max(0, 1 - soundSeconds / LoadClock.#memorySeconds);
    this.#busySeconds = this.#busySeconds * keep + (this.#now() - this.#start) / 1000;
    this.#soundSeconds = this.#soundSeconds * keep + soundSeconds;
  }

  get load(): number {
    return this.#soundSeconds > 0 ? Math.max(0, this.#busySeconds / this.#soundSeconds) : 0;
  }
}
