// A Transform stream of Node for raw PCM.
import { Transform, type TransformCallback } from 'node:stream';
import { DeepFilterError, type Model, type Stream, type StreamOptions } from './core.js';

/** Samples of all channels in turn: floats or 16-bit integers, little-endian. */
export type PcmFormat = 'f32' | 'i16';

export interface EnhanceStreamOptions extends Omit<StreamOptions, 'blockMultiple' | 'spread'> {
  /** Of input and output; default `i16`. */
  format?: PcmFormat;
  /** True (default): the output is aligned with the input and as long. False: it is late by the delay, as it is live. */
  aligned?: boolean;
}

// Samples of a channel that go through the library in one call.
const blockSamples = 4800;

/**
 * Enhances a stream of PCM.
 *
 *     const model = await openModel();
 *     process.stdin.pipe(new EnhanceStream(model, { sampleRate: 48000, channels: 1 })).pipe(process.stdout);
 */
export class EnhanceStream extends Transform {
  readonly #stream: Stream;
  readonly #format: PcmFormat;
  readonly #frameBytes: number;
  readonly #block: Float32Array[];
  // Output that is still to be left out at the start, in samples of a channel.
  #skip: number;
  #rest = Buffer.alloc(0);

  constructor(model: Model, options: EnhanceStreamOptions) {
    super();
    const { format = 'i16', aligned = true, ...streamOptions } = options;
    if (format !== 'f32' && format !== 'i16')
      throw new DeepFilterError(`format is "${String(format)}", expected one of: f32, i16`);
    this.#stream = model.createStream(streamOptions);
    this.#format = format;
    this.#frameBytes = (format === 'i16' ? 2 : 4) * options.channels;
    this.#block = Array.from({ length: options.channels }, () => new Float32Array(blockSamples));
    this.#skip = aligned ? this.#stream.delaySamples : 0;
    this.#tail = this.#skip;
  }

  // Output that is owed at the end, in samples of a channel.
  #tail: number;

  /** How far the stream's output is behind its input, in samples of a channel. */
  get delaySamples(): number {
    return this.#stream.delaySamples;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
      const frames = Math.floor(bytes.length / this.#frameBytes);
      for (let at = 0; at < frames; at += blockSamples) {
        const samples = Math.min(blockSamples, frames - at);
        this.#read(bytes, at, samples);
        this.#stream.process(this.#block, this.#block, samples);
        this.#write(samples);
      }
      this.#rest = Buffer.from(bytes.subarray(frames * this.#frameBytes));
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    if (this.#rest.length > 0) {
      return done(
        new DeepFilterError(
          `the input ends within a sample: ${this.#rest.length} bytes of ${this.#frameBytes} are left`,
        ),
      );
    }
    try {
      while (this.#tail > 0) {
        const samples = Math.min(blockSamples, this.#tail);
        this.#stream.flush(this.#block, samples);
        this.#write(samples);
        this.#tail -= samples;
      }
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#stream.free();
    done(error);
  }

  #read(bytes: Buffer, first: number, samples: number): void {
    const channels = this.#block.length;
    let at = first * this.#frameBytes;
    for (let i = 0; i < samples; ++i) {
      for (let c = 0; c < channels; ++c) {
        if (this.#format === 'i16') {
          this.#block[c][i] = bytes.readInt16LE(at) / 32768;
          at += 2;
        } else {
          this.#block[c][i] = bytes.readFloatLE(at);
          at += 4;
        }
      }
    }
  }

  #write(samples: number): void {
    const skipped = Math.min(this.#skip, samples);
    this.#skip -= skipped;
    const bytes = Buffer.alloc((samples - skipped) * this.#frameBytes);
    let at = 0;
    for (let i = skipped; i < samples; ++i) {
      for (const channel of this.#block) {
        at =
          this.#format === 'i16'
            ? bytes.writeInt16LE(Math.max(-32768, Math.min(32767, Math.round(channel[i] * 32768))), at)
            : bytes.writeFloatLE(channel[i], at);
      }
    }
    if (bytes.length > 0) this.push(bytes);
  }
}
