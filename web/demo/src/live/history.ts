// The newest samples of the input and the output, for the measurement of the delay.

export class History {
  private readonly samples: Float32Array;
  private filled = 0;

  constructor(readonly length: number) {
    this.samples = new Float32Array(length);
  }

  get full(): boolean {
    return this.filled === this.length;
  }

  /** Oldest first; the array is the same each time. */
  get all(): Float32Array {
    return this.samples;
  }

  push(block: Float32Array): void {
    this.samples.copyWithin(0, block.length);
    this.samples.set(block, this.length - block.length);
    this.filled = Math.min(this.filled + block.length, this.length);
  }
}
