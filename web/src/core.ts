// The module deepfilter.wasm and the classes around it. This file needs nothing of its surroundings but
// WebAssembly, so it runs in a window, a worker, an AudioWorkletGlobalScope and Node. Nothing here is
// asynchronous.

export type ChannelMode = 'independent' | 'linked' | 'downmix';
/** How loud the network hears the input; a number is a fixed gain in dB. The output's level is the input's. */
export type Level = 'auto' | 'keep' | number;
export type Precision = 'f32' | 'f16' | 'i8';

export interface StreamOptions {
  /** 8000 .. 192000 Hz. */
  sampleRate: number;
  /** 1 .. 16. */
  channels: number;
  /** ['independent'] */
  channelMode?: ChannelMode;
  /** ['reference'] */
  profile?: 'reference' | 'libdf';
  /** [what the model file holds] */
  precision?: Precision;
  /** The length of every block is a multiple of this. A multiple of 10 ms saves up to 10 ms of delay. [1] */
  blockMultiple?: number;
  /** Spreads the work of 10 ms over the calls in them, for 10 ms more delay. [false] */
  spread?: boolean;
  /** [100: no limit] */
  attenuationLimitDb?: number;
  /** 0 .. 1 [0: off] */
  postFilterBeta?: number;
  /** [with the profile 'reference' 'auto', else 'keep'] */
  level?: Level;
}

export interface EnhanceOptions extends StreamOptions {
  /** Called now and then with the finished and all samples of a channel; false cancels. */
  progress?: (done: number, total: number) => boolean | void;
}

/** A failure, in the library's sentence. */
export class DeepFilterError extends Error {
  override name = 'DeepFilterError';
}

// The exports of deepfilter.wasm (web/module/module.cc).
interface Exports {
  memory: WebAssembly.Memory;
  _initialize(): void;
  dfnw_alloc(bytes: number): number;
  dfnw_free(memory: number): void;
  dfnw_version(): number;
  dfnw_error(): number;
  dfnw_model_open(bytes: number, size: number): number;
  dfnw_model_free(model: number): void;
  dfnw_model_name(model: number): number;
  dfnw_model_precision(model: number): number;
  dfnw_model_rate(model: number): number;
  dfnw_options(
    rate: number, channels: number, mode: number, profile: number, precision: number, multiple: number,
    work: number, attenuationLimit: number, beta: number, level: number, gain: number,
  ): void;
  dfnw_stream_create(model: number): number;
  dfnw_stream_free(stream: number): void;
  dfnw_stream_samples(stream: number): number;
  dfnw_stream_capacity(stream: number): number;
  dfnw_stream_delay(stream: number): number;
  dfnw_stream_process(stream: number, samples: number): number;
  dfnw_stream_flush(stream: number, samples: number): number;
  dfnw_stream_reset(stream: number): void;
  dfnw_stream_set_attenuation_limit(stream: number, db: number): void;
  dfnw_stream_set_post_filter(stream: number, beta: number): void;
  dfnw_stream_set_level(stream: number, level: number, gain: number): void;
  dfnw_stream_set_bypass(stream: number, on: number): void;
  dfnw_stream_local_snr(stream: number): number;
  dfnw_stream_level_gain(stream: number): number;
  dfnw_stream_state_size(stream: number): number;
  dfnw_stream_save(stream: number, state: number, size: number): number;
  dfnw_stream_restore(stream: number, state: number, size: number): number;
  dfnw_enhance(model: number, planar: number, samples: number): number;
}

// Values of the C API's enums.
const PRECISIONS: readonly Precision[] = ['f32', 'f16', 'i8'];
const CHANNEL_MODES: readonly ChannelMode[] = ['independent', 'linked', 'downmix'];
const PROFILES: readonly string[] = ['reference', 'libdf'];
const PRECISION_OF_MODEL = 3;
const LEVEL_KEEP = 0;
const LEVEL_AUTO = 1;
const LEVEL_FIXED = 2;
const LEVEL_DEFAULT = 3;
const STATE_ERROR = 10;
const NO_LIMIT_DB = 100;

// A module has 4 GiB at most; this leaves room for model and streams.
const MOST_BYTES = 0xe0000000;

function indexOf(name: string, value: string | undefined, names: readonly string[]): number {
  if (value === undefined) return 0;
  const index = names.indexOf(value);
  if (index < 0) throw new DeepFilterError(`${name} is "${value}", expected one of: ${names.join(', ')}`);
  return index;
}

function levelNumbers(level: Level | undefined): [level: number, gain: number] {
  if (level === undefined) return [LEVEL_DEFAULT, 0];
  if (level === 'auto') return [LEVEL_AUTO, 0];
  if (level === 'keep') return [LEVEL_KEEP, 0];
  if (typeof level === 'number') return [LEVEL_FIXED, level];
  throw new DeepFilterError(`level is "${String(level)}", expected "auto", "keep" or a gain in dB`);
}

// One instance of the module, with views of its memory, which are replaced when it has grown.
class Instance {
  readonly exports: Exports;
  progress: ((done: number, total: number) => number) | null = null;
  #floats: Float32Array;
  #bytes: Uint8Array;
  #stopped = false;

  constructor(module: WebAssembly.Module) {
    const env = {
      progress: (done: number, total: number): number => this.progress?.(done, total) ?? 0,
      emscripten_notify_memory_growth: (): void => {},
    };
    try {
      this.exports = new WebAssembly.Instance(module, { env }).exports as unknown as Exports;
    } catch (error) {
      throw new DeepFilterError(`deepfilter.wasm does not start here: ${String(error)}`);
    }
    this.exports._initialize();
    this.#floats = new Float32Array(this.exports.memory.buffer);
    this.#bytes = new Uint8Array(this.exports.memory.buffer);
  }

  // Allocates only if the memory has grown since.
  get floats(): Float32Array {
    if (this.#floats.buffer !== this.exports.memory.buffer) {
      this.#floats = new Float32Array(this.exports.memory.buffer);
    }
    return this.#floats;
  }
  get bytes(): Uint8Array {
    if (this.#bytes.buffer !== this.exports.memory.buffer) {
      this.#bytes = new Uint8Array(this.exports.memory.buffer);
    }
    return this.#bytes;
  }

  // A C string. AudioWorkletGlobalScope has no TextDecoder.
  text(pointer: number): string {
    const bytes = this.bytes;
    let encoded = '';
    for (let at = pointer >>> 0; bytes[at] !== 0; ++at) {
      encoded += `%${(bytes[at] as number).toString(16).padStart(2, '0')}`;
    }
    return decodeURIComponent(encoded);
  }

  lastError(): DeepFilterError {
    return new DeepFilterError(this.text(this.exports.dfnw_error()));
  }

  // Runs a part that may need memory. Without exceptions the module can only stop when there is none;
  // after that nothing in it can be trusted.
  prepare<T>(part: () => T): T {
    if (this.#stopped) throw new DeepFilterError('the module has stopped for want of memory; make a new Core');
    try {
      return part();
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      this.#stopped = true;
      throw new DeepFilterError('there is not enough memory');
    }
  }

  alloc(bytes: number): number {
    const memory = bytes <= MOST_BYTES ? this.exports.dfnw_alloc(bytes) >>> 0 : 0;
    if (memory === 0) throw new DeepFilterError(`there is not enough memory for ${bytes} bytes`);
    return memory;
  }

  setOptions(options: StreamOptions): void {
    const [level, gain] = levelNumbers(options.level);
    this.exports.dfnw_options(
      whole('sampleRate', options.sampleRate),
      whole('channels', options.channels),
      indexOf('channelMode', options.channelMode, CHANNEL_MODES),
      indexOf('profile', options.profile, PROFILES),
      options.precision === undefined ? PRECISION_OF_MODEL : indexOf('precision', options.precision, PRECISIONS),
      whole('blockMultiple', options.blockMultiple ?? 1),
      options.spread ? 1 : 0,
      options.attenuationLimitDb ?? NO_LIMIT_DB,
      options.postFilterBeta ?? 0,
      level,
      gain,
    );
  }
}

/** `value`, unless the module would take it for another number: it has whole numbers of 32 bits. */
function whole(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 0 && value < 2 ** 32) return value;
  throw new DeepFilterError(`${name} is ${value}, expected a whole number`);
}

/** The library: one instance of the module. Everything made from it lives in its memory. */
export class Core {
  readonly #instance: Instance;
  readonly version: string;

  constructor(module: WebAssembly.Module) {
    this.#instance = new Instance(module);
    this.version = this.#instance.text(this.#instance.exports.dfnw_version());
  }

  /** Bytes of the module's memory. It grows when models are opened and streams created, and never shrinks. */
  get memoryBytes(): number {
    return this.#instance.exports.memory.buffer.byteLength;
  }

  /** Opens a packed model file (.dfn). The bytes are not needed afterwards. */
  openModel(bytes: Uint8Array): Model {
    if (!ArrayBuffer.isView(bytes) || bytes.BYTES_PER_ELEMENT !== 1) throw new DeepFilterError('a model is opened from a Uint8Array');
    const instance = this.#instance;
    return instance.prepare(() => {
      const copy = instance.alloc(bytes.length);
      instance.bytes.set(bytes, copy);
      const model = instance.exports.dfnw_model_open(copy, bytes.length);
      instance.exports.dfnw_free(copy);
      if (model === 0) throw instance.lastError();
      return new Model(instance, model);
    });
  }
}

/** A model. Streams that were made of it stay valid when it is freed. */
export class Model {
  readonly #instance: Instance;
  #model: number;
  readonly name: string;
  readonly precision: Precision;
  readonly sampleRate: number;

  /** @internal Use Core.openModel. */
  constructor(instance: unknown, model: number) {
    this.#instance = instance as Instance;
    this.#model = model;
    const { exports } = this.#instance;
    this.name = this.#instance.text(exports.dfnw_model_name(model));
    this.precision = PRECISIONS[exports.dfnw_model_precision(model)] ?? 'f32';
    this.sampleRate = exports.dfnw_model_rate(model);
  }

  createStream(options: StreamOptions): Stream {
    const instance = this.#instance;
    const model = this.#open();
    return instance.prepare(() => {
      instance.setOptions(options);
      const stream = instance.exports.dfnw_stream_create(model);
      if (stream === 0) throw instance.lastError();
      return new Stream(instance, stream, options.channels);
    });
  }

  /**
   * Enhances a whole sound; output sample i is input sample i, enhanced. All channels have the same length.
   * The samples are those of a stream with these options without its delay, but a level that is followed is
   * heard over the whole sound first.
   */
  enhance(channels: Float32Array[], options: EnhanceOptions): Float32Array[] {
    const instance = this.#instance;
    const model = this.#open();
    const samples = channels[0]?.length ?? 0;
    if (channels.length !== options.channels || channels.some((channel) => channel.length !== samples)) {
      throw new DeepFilterError(`expected ${options.channels} channels of the same length`);
    }
    return instance.prepare(() => {
      instance.setOptions(options);
      const planar = instance.alloc(Math.max(4, 4 * samples * channels.length));
      try {
        const heap = instance.floats;
        channels.forEach((channel, c) => heap.set(channel, planar / 4 + c * samples));
        runEnhance(instance, model, planar, samples, options.progress);
        const begin = planar / 4;
        const enhanced = instance.floats;
        return channels.map((_, c) => enhanced.slice(begin + c * samples, begin + (c + 1) * samples));
      } finally {
        instance.exports.dfnw_free(planar);
      }
    });
  }

  free(): void {
    this.#instance.exports.dfnw_model_free(this.#model);
    this.#model = 0;
  }

  #open(): number {
    if (this.#model === 0) throw new DeepFilterError('the model has been freed');
    return this.#model;
  }
}

function runEnhance(
  instance: Instance, model: number, planar: number, samples: number, progress: EnhanceOptions['progress'],
): void {
  // What the callback throws must not pass through the module, which would lose its memory.
  let thrown: { error: unknown } | null = null;
  // A progress function may enhance another sound.
  const before = instance.progress;
  instance.progress =
    progress === undefined
      ? null
      : (done, total) => {
          try {
            return progress(done, total) === false ? 1 : 0;
          } catch (error) {
            thrown = { error };
            return 1;
          }
        };
  let result;
  try {
    result = instance.exports.dfnw_enhance(model, planar, samples);
  } finally {
    instance.progress = before;
  }
  if (thrown !== null) throw (thrown as { error: unknown }).error;
  if (result !== 0) throw instance.lastError();
}

/** One sound that comes in block by block. The output is always `delaySamples` behind the input. */
export class Stream {
  readonly #instance: Instance;
  readonly #samples: number; // of channel 0, as an index of floats
  readonly #capacity: number;
  #stream: number;
  readonly delaySamples: number;
  readonly channels: number;

  /** @internal Use Model.createStream. */
  constructor(instance: unknown, stream: number, channels: number) {
    this.#instance = instance as Instance;
    this.#stream = stream;
    const { exports } = this.#instance;
    this.#samples = (exports.dfnw_stream_samples(stream) >>> 0) / 4;
    this.#capacity = exports.dfnw_stream_capacity(stream);
    this.delaySamples = exports.dfnw_stream_delay(stream);
    this.channels = channels;
  }

  /** Enhances a block of any length. Input and output may be the same arrays. Allocates nothing. */
  process(input: Float32Array[], output: Float32Array[], samples: number): void {
    this.#check(input, samples);
    this.#check(output, samples);
    for (let begin = 0; begin < samples; begin += this.#capacity) {
      const count = Math.min(this.#capacity, samples - begin);
      this.#copyIn(input, begin, count);
      const result = this.#instance.exports.dfnw_stream_process(this.#stream, count);
      if (result !== 0) throw this.#refusal(result);
      this.#copyOut(output, begin, count);
    }
  }

  /**
   * Gives the next samples of output after the end of the input: the whole sound is out after `delaySamples`
   * in all. `process` works again after `reset`.
   */
  flush(output: Float32Array[], samples: number): void {
    this.#check(output, samples);
    for (let begin = 0; begin < samples; begin += this.#capacity) {
      const count = Math.min(this.#capacity, samples - begin);
      const result = this.#instance.exports.dfnw_stream_flush(this.#stream, count);
      if (result !== 0) throw this.#refusal(result);
      this.#copyOut(output, begin, count);
    }
  }

  /** Back to the start, except for the controls. */
  reset(): void {
    this.#instance.exports.dfnw_stream_reset(this.#open());
  }

  setAttenuationLimitDb(db: number): void {
    this.#instance.exports.dfnw_stream_set_attenuation_limit(this.#open(), db);
  }
  setPostFilterBeta(beta: number): void {
    this.#instance.exports.dfnw_stream_set_post_filter(this.#open(), beta);
  }
  setLevel(level: Level): void {
    const [kind, gain] = levelNumbers(level);
    this.#instance.exports.dfnw_stream_set_level(this.#open(), kind, gain);
  }
  /** The output becomes the input, delayed as always, bit for bit; the network goes on listening. */
  setBypass(on: boolean): void {
    this.#instance.exports.dfnw_stream_set_bypass(this.#open(), on ? 1 : 0);
  }

  /** The network's newest estimate of the first channel's local SNR. */
  get localSnrDb(): number {
    return this.#instance.exports.dfnw_stream_local_snr(this.#open());
  }
  /** By how much the network hears the first channel louder than it is. */
  get levelGainDb(): number {
    return this.#instance.exports.dfnw_stream_level_gain(this.#open());
  }

  /** All that the stream remembers, for `restore` of a stream with the same model and options. */
  save(): Uint8Array {
    const instance = this.#instance;
    const stream = this.#open();
    return instance.prepare(() => {
      const size = instance.exports.dfnw_stream_state_size(stream);
      const state = instance.alloc(size);
      instance.exports.dfnw_stream_save(stream, state, size);
      const saved = instance.bytes.slice(state, state + size);
      instance.exports.dfnw_free(state);
      return saved;
    });
  }
  restore(state: Uint8Array): void {
    const instance = this.#instance;
    const stream = this.#open();
    instance.prepare(() => {
      const copy = instance.alloc(Math.max(1, state.length));
      instance.bytes.set(state, copy);
      const result = instance.exports.dfnw_stream_restore(stream, copy, state.length);
      instance.exports.dfnw_free(copy);
      if (result !== 0) throw new DeepFilterError('the state is damaged, or of another model, stream or version');
    });
  }

  free(): void {
    this.#instance.exports.dfnw_stream_free(this.#stream);
    this.#stream = 0;
  }

  #open(): number {
    if (this.#stream === 0) throw new DeepFilterError('the stream has been freed');
    return this.#stream;
  }

  #check(arrays: Float32Array[], samples: number): void {
    this.#open();
    for (let c = 0; c < this.channels; ++c) {
      const channel = arrays[c];
      if (channel === undefined || channel.length < samples) {
        throw new DeepFilterError(`expected ${this.channels} channels of at least ${samples} samples`);
      }
    }
  }

  // Loops, since views of parts would be objects.
  #copyIn(input: Float32Array[], begin: number, count: number): void {
    const heap = this.#instance.floats;
    for (let c = 0; c < this.channels; ++c) {
      const from = input[c] as Float32Array;
      const to = this.#samples + c * this.#capacity;
      for (let i = 0; i < count; ++i) heap[to + i] = from[begin + i] as number;
    }
  }
  #copyOut(output: Float32Array[], begin: number, count: number): void {
    const heap = this.#instance.floats;
    for (let c = 0; c < this.channels; ++c) {
      const from = this.#samples + c * this.#capacity;
      const to = output[c] as Float32Array;
      for (let i = 0; i < count; ++i) to[begin + i] = heap[from + i] as number;
    }
  }

  #refusal(result: number): DeepFilterError {
    if (result === STATE_ERROR) return new DeepFilterError('process after flush; reset the stream first');
    return new DeepFilterError('the length of the block is no multiple of blockMultiple');
  }
}
