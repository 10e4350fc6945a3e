// Passes on to the page what arrives at its inputs: one message a block, each input's first channel.

interface Processor {
  readonly port: MessagePort;
}
declare const AudioWorkletProcessor: new () => Processor;
declare function registerProcessor(
  name: string,
  type: new (options: { processorOptions: { block: number } }) => Processor,
): void;

class Tap extends AudioWorkletProcessor {
  private readonly block: number;
  private filled = 0;
  private blocks: Float32Array[] = [];
  private open = true;

  constructor(options: { processorOptions: { block: number } }) {
    super();
    this.block = options.processorOptions.block;
    this.port.onmessage = () => {
      this.open = false;
    };
  }

  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const samples = outputs[0][0].length;
    // The number of inputs never changes, and a quantum fits into a block a whole number of times, or is cut.
    if (this.blocks.length !== inputs.length) this.blocks = inputs.map(() => new Float32Array(this.block));
    for (let from = 0; from < samples;) {
      const count = Math.min(samples - from, this.block - this.filled);
      inputs.forEach((channels, n) => {
        // An input without a connection has no channel and is silent.
        if (channels[0]) this.blocks[n].set(channels[0].subarray(from, from + count), this.filled);
        else this.blocks[n].fill(0, this.filled, this.filled + count);
      });
      from += count;
      this.filled += count;
      if (this.filled === this.block) {
        this.port.postMessage(
          this.blocks,
          this.blocks.map((block) => block.buffer as ArrayBuffer),
        );
        this.blocks = inputs.map(() => new Float32Array(this.block));
        this.filled = 0;
      }
    }
    return this.open;
  }
}

registerProcessor('demo-tap', Tap);
