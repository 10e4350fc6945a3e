// The models of the package that lie beside this page; the build writes their sizes.

import { notReachable, Refusal } from './messages.js';

export interface ModelChoice {
  file: string; // under the package's models/
  precision: 'f32' | 'f16' | 'i8';
  bytes: number;
}

declare const kModelFiles: ModelChoice[]; // defined by build.mjs

const kTitles: Record<ModelChoice['precision'], string> = {
  i8: '8 bit, fastest',
  f16: '16 bit',
  f32: '32 bit, exact',
};

/** From the smallest to the largest; the first is the package's default. */
export const models: ModelChoice[] = [...kModelFiles].sort((a, b) => a.bytes - b.bytes);

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
export const modelTitle = (model: ModelChoice): string => `${kTitles[model.precision]} (${megabytes(model.bytes)})`;

const loads = new Map<string, Promise<Uint8Array>>();

/** The model's bytes, fetched once. Throws a Refusal where the server cannot be reached and nothing is stored. */
export function loadModel(model: ModelChoice): Promise<Uint8Array> {
  let load = loads.get(model.file);
  if (!load) {
    load = fetchModel(model);
    loads.set(model.file, load);
    // What failed may work once the machine is online again.
    load.catch(() => loads.delete(model.file));
  }
  return load;
}

async function fetchModel(model: ModelChoice): Promise<Uint8Array> {
  try {
    const response = await fetch(`./deepfilter/models/${model.file}`);
    if (!response.ok) throw new Error(response.statusText);
    return new Uint8Array(await response.arrayBuffer());
  } catch {
    throw new Refusal(notReachable(`The model “${kTitles[model.precision]}”`));
  }
}
