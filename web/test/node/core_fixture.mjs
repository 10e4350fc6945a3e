// The module, models and sounds for tests of core.ts.
import { existsSync, readFileSync } from 'node:fs';
import { Core } from '../../dist/core.js';

const root = new URL('../../../', import.meta.url);

export const module = new WebAssembly.Module(readFileSync(new URL('web/dist/deepfilter.wasm', root)));

/** The bytes of dfn3 in a precision, or of another official model; null where it could not be fetched. */
export function modelBytes(name, precision = 'f32') {
  const path = name === 'dfn3' ? `web/models/dfn3-${precision}.dfn` : `build-web/models/${name}.dfn`;
  const url = new URL(path, root);
  return existsSync(url) ? new Uint8Array(readFileSync(url)) : null;
}

export function openModel(name = 'dfn3', precision = 'f32') {
  return new Core(module).openModel(modelBytes(name, precision));
}

/** The values of a .npy file of tests/reference/data, as float. */
export function reference(name) {
  const file = readFileSync(new URL(`tests/reference/data/${name}.npy`, root));
  const begin = file.byteOffset + 10 + file.readUInt16LE(8);
  const data = file.buffer.slice(begin, file.byteOffset + file.length);
  const isInt16 = file.toString('latin1', 10, 128).includes("'<i2'");
  return isInt16 ? Float32Array.from(new Int16Array(data), (x) => x / 32768) : new Float32Array(data);
}

export function snrDb(found, expected) {
  let signal = 0;
  let error = 0;
  for (let i = 0; i < expected.length; ++i) {
    signal += expected[i] ** 2;
    error += (found[i] - expected[i]) ** 2;
  }
  return 10 * Math.log10(signal / error);
}

/** A deterministic noise in [-amplitude, amplitude]. */
export function noise(samples, amplitude = 0.3, seed = 1) {
  let state = seed;
  return Float32Array.from({ length: samples }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state / 2 ** 31) - 1) * amplitude;
  });
}

/**
 * Runs channels through a stream in blocks, and what the stream still holds; `blocks` are lengths that
 * repeat. Returns the output with its delay.
 */
export function run(stream, channels, blocks) {
  const samples = channels[0].length;
  const outputs = channels.map(() => new Float32Array(samples + stream.delaySamples));
  let turn = 0;
  for (let at = 0; at < samples; ) {
    const count = Math.min(blocks[turn++ % blocks.length], samples - at);
    const block = channels.map((channel) => channel.slice(at, at + count));
    stream.process(block, block, count);
    outputs.forEach((output, c) => output.set(block[c], at));
    at += count;
  }
  const rest = channels.map(() => new Float32Array(stream.delaySamples));
  stream.flush(rest, stream.delaySamples);
  outputs.forEach((output, c) => output.set(rest[c], samples));
  return outputs;
}

/** run, without the delay. */
export function runAligned(stream, channels, blocks) {
  return run(stream, channels, blocks).map((output) => output.subarray(stream.delaySamples));
}
