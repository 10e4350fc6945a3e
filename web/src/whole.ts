// Whole sounds: what a worker does, or a page without one.
import { DeepFilterError, type ChannelMode, type Level } from './core.js';
import type { AssetBytes } from './assets.js';
import { checkLevel } from './level.js';
import { openLibrary } from './library.js';

/** How a whole sound is enhanced. */
export interface WholeOptions {
  /** `independent` (default), `linked` keeps the image of stereo, `downmix` puts the mean on each channel. */
  channelMode?: ChannelMode;
  /** Most that noise is reduced by, in dB; 100, the default, is no limit. */
  attenuationLimitDb?: number;
  /** Post filter, 0 (off, the default) to 1; usual is 0.02. */
  postFilterBeta?: number;
  /** How loud the network hears the sound: `auto` (default), `keep` is official, a number is dB. */
  level?: Level;
}

/** What goes to a worker. */
export interface Job {
  assets: AssetBytes;
  channels: Float32Array[];
  sampleRate: number;
  options: WholeOptions;
}

/** What comes back: fractions, and at the end the channels or a sentence. */
export type JobReport = { fraction: number } | { channels: Float32Array[] } | { error: string };

/** Refuses what is no sound, before anything is loaded. */
export function checkSound(channels: Float32Array[], sampleRate: number): void {
  if (channels.length < 1 || channels.length > 16)
    throw new DeepFilterError(`the sound has ${channels.length} channels, but must have 1 to 16`);
  if (channels.some((channel) => !(channel instanceof Float32Array)))
    throw new DeepFilterError('samples must be a Float32Array, or an array of one for each channel');
  if (channels.some((channel) => channel.length !== channels[0].length))
    throw new DeepFilterError('the channels must be equally long');
  if (!(sampleRate >= 8000 && sampleRate <= 192000))
    throw new DeepFilterError(`the sampling rate is ${sampleRate} Hz, but must be 8000 to 192000`);
}

/** The parts of any options that a job takes along. Refuses a level that is none. */
export function wholeOptionsOf({
  channelMode,
  attenuationLimitDb,
  postFilterBeta,
  level,
}: WholeOptions): WholeOptions {
  if (level !== undefined) checkLevel(level);
  return { channelMode, attenuationLimitDb, postFilterBeta, level };
}

/** Enhances in this thread; `progress` returning false cancels, which throws. */
export async function runJob(
  job: Job,
  progress: (fraction: number) => boolean | void,
): Promise<Float32Array[]> {
  const core = await openLibrary(job.assets.wasm);
  const model = core.openModel(new Uint8Array(job.assets.model));
  const { options, channels, sampleRate } = job;
  if (channels[0].length === 0) return channels.map(() => new Float32Array(0));
  return model.enhance(channels, {
    ...options,
    sampleRate,
    channels: channels.length,
    progress: (done, total) => progress(total > 0 ? done / total : 1),
  });
}

/** The same with what a caller may ask for. */
export async function runHere(
  job: Job,
  { progress, signal }: { progress?: (fraction: number) => void; signal?: AbortSignal },
): Promise<Float32Array[]> {
  try {
    return await runJob(job, (fraction) => {
      progress?.(fraction);
      return !signal?.aborted;
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/**
 * The same in a worker, from the caller's side. `start` starts it, is given what to call with its
 * reports and with its failure, and returns what ends it. The worker is ended when the promise
 * settles, which also an abort and an error of the caller's `progress` bring about.
 */
export function runInWorker(
  { progress, signal }: { progress?: (fraction: number) => void; signal?: AbortSignal },
  start: (hear: (report: JobReport) => void, fail: (error: unknown) => void) => () => void,
): Promise<Float32Array[]> {
  return new Promise((resolve, reject) => {
    let end: (() => void) | undefined;
    let ended = false;
    const settle = (tell: () => void): void => {
      if (ended) return;
      ended = true;
      signal?.removeEventListener('abort', abort);
      end?.();
      tell();
    };
    const fail = (error: unknown): void => settle(() => reject(error));
    const abort = (): void => fail(signal!.reason);
    const hear = (report: JobReport): void => {
      // Reports that were under way come after the end too.
      if (ended) return;
      if ('channels' in report) return settle(() => resolve(report.channels));
      if ('error' in report) return fail(new DeepFilterError(report.error));
      try {
        progress?.(report.fraction);
      } catch (error) {
        fail(error);
      }
    };
    signal?.addEventListener('abort', abort);
    try {
      end = start(hear, fail);
    } catch (error) {
      fail(new DeepFilterError(`the sound cannot be given to a worker (${(error as Error).message})`));
    }
  });
}

/** What a worker does: enhances, and tells of it by messages. */
export async function serve(
  job: Job,
  tell: (report: JobReport, transfer: ArrayBuffer[]) => void,
): Promise<void> {
  let told = 0;
  try {
    const channels = await runJob(job, (fraction) => {
      // A hundred messages do, however many hops there are.
      if (fraction - told < 0.01 && fraction < 1) return;
      told = fraction;
      tell({ fraction }, []);
    });
    tell(
      { channels },
      channels.map((channel) => channel.buffer as ArrayBuffer),
    );
  } catch (error) {
    tell({ error: error instanceof Error ? error.message : String(error) }, []);
  }
}
