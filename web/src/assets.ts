// The files that the package needs at run time, and how a page names others in their place.
import { DeepFilterError } from './core.js';

/** A file: where it is, its bytes, or the response of a `fetch` that is under way. */
export type Source = string | URL | ArrayBuffer | Uint8Array | Response;

/** The files of the package. Each is taken from the package's own folder unless it is given. */
export interface Assets {
  /** deepfilter.wasm: the library. The first one that a context gets holds for all of its nodes. */
  wasm?: Source;
  /** A packed model, `.dfn`; the default is dfn3 with 8-bit weights. */
  model?: Source;
  /** worklet.js: the script that runs on the audio thread. */
  worklet?: string | URL;
}

/** The bytes of the library and of a model. */
export interface AssetBytes {
  wasm: ArrayBuffer;
  model: ArrayBuffer;
}

// Bundlers find the package's files by these expressions, which therefore stand here in full.
export const wasmUrl = (): URL => new URL('./deepfilter.wasm', import.meta.url);
export const modelUrl = (): URL => new URL('../models/dfn3-i8.dfn', import.meta.url);
export const workletUrl = (): URL => new URL('./worklet.js', import.meta.url);

/** What tells two sources apart: the address, or the object itself. */
export function identityOf(source: Source): string | object {
  return typeof source === 'string' ? source : source instanceof URL ? source.href : source;
}

/** An address as it stands in a sentence: a `data:` address holds the whole file. */
export function nameOf(url: string): string {
  return url.startsWith('data:') ? 'a data: address' : url;
}

/** The work's result, or the signal's reason as soon as it is aborted, even if the work goes on. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  // Whoever loses the race may fail later, when nobody listens.
  work.catch(() => {});
  let abort!: () => void;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
  });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/**
 * Whole bytes of a source, in a buffer that belongs to the caller. Errors: one sentence.
 * The signal ends the download of an address.
 */
export async function readSource(source: Source, signal?: AbortSignal): Promise<ArrayBuffer> {
  if (source instanceof ArrayBuffer) return source.slice(0);
  if (source instanceof Uint8Array) return source.slice().buffer as ArrayBuffer;
  if (typeof source === 'string' || source instanceof URL) return download(String(source), signal);
  if (typeof source?.ok !== 'boolean')
    throw new DeepFilterError('a file must be given by its address, its bytes or a Response');
  return bodyOf(source, nameOf(source.url) || 'the response');
}

async function download(url: string, signal?: AbortSignal): Promise<ArrayBuffer> {
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch (error) {
    throw new DeepFilterError(`${nameOf(url)}: cannot be fetched (${(error as Error).message})`);
  }
  return bodyOf(response, nameOf(url));
}

async function bodyOf(response: Response, name: string): Promise<ArrayBuffer> {
  if (!response.ok)
    throw new DeepFilterError(
      `${name}: the server answers ${response.status} ${response.statusText}`.trimEnd(),
    );
  if (response.bodyUsed) throw new DeepFilterError(`${name}: the response has been read before`);
  try {
    return await response.arrayBuffer();
  } catch (error) {
    throw new DeepFilterError(`${name}: the download broke off (${(error as Error).message})`);
  }
}

/** The bytes of both files, read side by side. Rejects with the signal's reason when it is aborted. */
export async function readAssets(
  assets: Assets,
  signal?: AbortSignal,
  read: typeof readSource = readSource,
): Promise<AssetBytes> {
  const both = [read(assets.wasm ?? wasmUrl(), signal), read(assets.model ?? modelUrl(), signal)];
  const [wasm, model] = await orAborted(Promise.all(both), signal);
  return { wasm, model };
}
