// Whole sounds in a page: in a worker, with progress.
import { readAssets, type Assets } from './assets.js';
import { DeepFilterError } from './core.js';
import { soundRate } from './sound_rate.js';
import {
  checkSound,
  runHere,
  runInWorker,
  wholeOptionsOf,
  type Job,
  type JobReport,
  type WholeOptions,
} from './whole.js';
import { isWav, readWav, writeWav, type Sound, type WavFormat } from './wav.js';

export interface EnhanceOptions extends WholeOptions, Omit<Assets, 'worklet'> {
  /** Ends the work; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Called with 0 to 1. */
  progress?: (fraction: number) => void;
  /** False: in this thread, which stands still meanwhile. Default true. */
  worker?: boolean;
}

/** An enhanced file: as long as the file, and aligned with it. */
export interface EnhancedFile extends Sound {
  /** A WAV file of it: 16-bit integers unless `f32` is asked for. */
  wav(format?: WavFormat): Blob;
}

/**
 * Enhances a whole sound of one or more channels. The output is aligned with the input and as long;
 * one array in, one array out. The input stays as it is.
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
  const assets = await readAssets(options, options.signal);
  options.signal?.throwIfAborted();
  const job: Job = { assets, channels, sampleRate, options: wholeOptionsOf(options) };
  const enhanced = options.worker === false ? await runHere(job, options) : await inWorker(job, options);
  return samples instanceof Float32Array ? enhanced[0] : enhanced;
}

function inWorker(job: Job, options: EnhanceOptions): Promise<Float32Array[]> {
  return runInWorker(options, (hear, fail) => {
    const { worker, end } = startWorker();
    worker.onerror = ({ message }) =>
      fail(
        new DeepFilterError(
          `the worker cannot run${message ? ` (${message})` : ': its script cannot be loaded'}`,
        ),
      );
    worker.onmessage = ({ data }: MessageEvent<JobReport>) => hear(data);
    try {
      worker.postMessage(job, [job.assets.wasm, job.assets.model]);
    } catch (error) {
      end();
      throw error;
    }
    return end;
  });
}

function startWorker(): { worker: Worker; end: () => void } {
  const url = new URL('./worker.js', import.meta.url);
  if (typeof location === 'object' && url.origin !== location.origin && url.protocol.startsWith('http')) {
    // A browser starts no worker of another origin, but one of this origin may import it.
    const script = new Blob([`import ${JSON.stringify(url.href)};`], { type: 'text/javascript' });
    const address = URL.createObjectURL(script);
    const worker = new Worker(address, { type: 'module' });
    const end = (): void => {
      worker.terminate();
      // Not before: the worker may still be reading it.
      URL.revokeObjectURL(address);
    };
    return { worker, end };
  }
  // Bundlers find the worker by this expression, which therefore stands here in full.
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  return { worker, end: () => worker.terminate() };
}

/** Enhances a sound file of any kind that `decodeFile` reads. */
export async function enhanceFile(
  file: Blob | ArrayBuffer,
  options: EnhanceOptions = {},
): Promise<EnhancedFile> {
  const sound = await decodeFile(file);
  const channels = await enhance(sound.channels, sound.sampleRate, options);
  const enhanced: Sound = { channels, sampleRate: sound.sampleRate };
  return {
    ...enhanced,
    wav: (format) => new Blob([writeWav(enhanced, format) as BlobPart], { type: 'audio/wav' }),
  };
}

/**
 * The samples of a sound file of any kind that the browser decodes, at the file's own rate where the
 * file tells it (WAV, FLAC, Ogg, Opus, AIFF, MP4, MP3, AAC), else at 48 kHz. WAV files of integers,
 * floats, A-law and µ-law are read exactly. Error: DeepFilterError if the browser cannot decode it.
 */
export async function decodeFile(file: Blob | ArrayBuffer): Promise<Sound> {
  const bytes = new Uint8Array(file instanceof ArrayBuffer ? file : await file.arrayBuffer());
  if (isWav(bytes)) {
    try {
      return readWav(bytes);
    } catch {
      // The browser may know an encoding that is not read here.
    }
  }
  const sampleRate = soundRate(bytes) ?? 48000;
  let buffer: AudioBuffer;
  try {
    // Decoding detaches the bytes, which are the caller's.
    buffer = await new OfflineAudioContext(1, 1, sampleRate).decodeAudioData(bytes.slice().buffer);
  } catch {
    throw new DeepFilterError('the browser cannot read this file as sound');
  }
  const channels = Array.from({ length: buffer.numberOfChannels }, (_, c) => buffer.getChannelData(c));
  return { channels, sampleRate: buffer.sampleRate };
}
