// The package in Node: whole sounds, WAV files and streams of PCM.
import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { readAssets, readSource, type Assets, type Source } from './assets.js';
import { DeepFilterError, type Model } from './core.js';
import { openLibrary } from './library.js';
import { checkSound, runHere, runInWorker, wholeOptionsOf, type Job, type WholeOptions } from './whole.js';
import { readWav, writeWav, type Sound, type WavFormat } from './wav.js';

export {
  Core,
  DeepFilterError,
  Model,
  Stream,
  type ChannelMode,
  type Level,
  type StreamOptions,
} from './core.js';
export { hasSimd as isSupported } from './support.js';
export { EnhanceStream, type EnhanceStreamOptions, type PcmFormat } from './pcm_stream.js';
export { readWav, writeWav, type Sound, type WavFormat } from './wav.js';
export type { Source } from './assets.js';

/** The files that are needed; text without a scheme (`http:`) is a path. */
export type NodeAssets = Omit<Assets, 'worklet'>;

export interface EnhanceOptions extends WholeOptions, NodeAssets {
  /** Ends the work; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Called with 0 to 1. */
  progress?: (fraction: number) => void;
  /** False: in this thread, which stands still meanwhile. Default true. */
  worker?: boolean;
}

async function readNodeSource(source: Source, signal?: AbortSignal): Promise<ArrayBuffer> {
  const remote =
    source instanceof URL
      ? source.protocol !== 'file:'
      : typeof source !== 'string' || /^(https?|data|blob):/.test(source);
  if (remote) return readSource(source, signal);
  const path =
    typeof source === 'string' && source.startsWith('file:') ? new URL(source) : (source as string | URL);
  try {
    const bytes = await readFile(path);
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  } catch (error) {
    throw new DeepFilterError(`${path}: cannot be read (${(error as Error).message})`);
  }
}

/** Opens a model, for streams of your own: `(await openModel()).createStream(...)`. */
export async function openModel(assets: NodeAssets = {}): Promise<Model> {
  // A source by itself has neither `wasm` nor `model`, and would be taken for the default.
  const isSource =
    typeof assets !== 'object' ||
    assets instanceof ArrayBuffer ||
    ArrayBuffer.isView(assets) ||
    assets instanceof URL ||
    assets instanceof Response;
  if (isSource) throw new DeepFilterError('openModel takes its model by name: openModel({ model })');
  const { wasm, model } = await readAssets(assets, undefined, readNodeSource);
  return (await openLibrary(wasm)).openModel(new Uint8Array(model));
}

/**
 * Enhances a whole sound of one or more channels in a worker thread. The output is aligned with the
 * input and as long; one array in, one array out. The input stays as it is.
 */
export function enhance(
  samples: Float32Array,
  sampleRate: number,
  options?: EnhanceOptions,
): Promise<Float32Array>;
export function enhance(
  samples: Float32Array[],
  sampleRate: number,
  options?: EnhanceOptions,
): Promise<Float32Array[]>;
export async function enhance(
  samples: Float32Array | Float32Array[],
  sampleRate: number,
  options: EnhanceOptions = {},
): Promise<Float32Array | Float32Array[]> {
  const channels = samples instanceof Float32Array ? [samples] : samples;
  checkSound(channels, sampleRate);
  options.signal?.throwIfAborted();
  const job: Job = {
    assets: await readAssets(options, options.signal, readNodeSource),
    channels,
    sampleRate,
    options: wholeOptionsOf(options),
  };
  options.signal?.throwIfAborted();
  const enhanced = options.worker === false ? await runHere(job, options) : await inWorker(job, options);
  return samples instanceof Float32Array ? enhanced[0] : enhanced;
}

function inWorker(job: Job, options: EnhanceOptions): Promise<Float32Array[]> {
  return runInWorker(options, (hear, fail) => {
    const worker = new Worker(new URL('./node_worker.js', import.meta.url), {
      workerData: job,
      transferList: [job.assets.wasm, job.assets.model],
    });
    worker.on('error', (error) => fail(new DeepFilterError(`the worker has failed: ${error.message}`)));
    worker.on('message', hear);
    return () => void worker.terminate();
  });
}

/** An enhanced file: as long as the file, and aligned with it. */
export interface EnhancedFile extends Sound {
  /** The bytes of a WAV file of it: 16-bit integers unless `f32` is asked for. */
  wav(format?: WavFormat): Uint8Array;
}

/** Enhances a WAV file, given by its path or its bytes. */
export async function enhanceFile(
  file: string | URL | ArrayBuffer | Uint8Array,
  options: EnhanceOptions = {},
): Promise<EnhancedFile> {
  const bytes =
    typeof file === 'string' || file instanceof URL
      ? new Uint8Array(await readNodeSource(file))
      : new Uint8Array(file as ArrayBuffer);
  const sound = readWav(bytes);
  const enhanced: Sound = {
    channels: await enhance(sound.channels, sound.sampleRate, options),
    sampleRate: sound.sampleRate,
  };
  return { ...enhanced, wav: (format) => writeWav(enhanced, format) };
}
