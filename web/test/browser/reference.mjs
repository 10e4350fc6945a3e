// What the output must be: the same module run by Node, sample by sample.
import { Core } from '../../dist/core.js';
import { built } from './harness.mjs';

/** The model of the package's file `models/NAME.dfn`. */
export async function openModel(name = 'dfn3-i8') {
  const core = new Core(await WebAssembly.compile(await built('dist/deepfilter.wasm')));
  return core.openModel(await built(`models/${name}.dfn`));
}

/** Live output for these channels, in blocks as a worklet gets them, late by the delay. */
export function stream(model, channels, sampleRate, { blockSamples = 128, ...options } = {}) {
  const denoiser = model.createStream({
    sampleRate,
    channels: channels.length,
    channelMode: 'linked',
    ...options,
  });
  const output = channels.map((channel) => new Float32Array(channel.length));
  for (let at = 0; at < channels[0].length; at += blockSamples) {
    const end = Math.min(at + blockSamples, channels[0].length);
    denoiser.process(
      channels.map((x) => x.subarray(at, end)),
      output.map((x) => x.subarray(at, end)),
      end - at,
    );
  }
  denoiser.free();
  return output;
}

/** Signal to error, in dB; Infinity where all samples are the same. */
export function snrDb(expected, actual, start = 0) {
  let signal = 0;
  let error = 0;
  for (let i = start; i < expected.length; ++i) {
    signal += expected[i] ** 2;
    error += (expected[i] - actual[i]) ** 2;
  }
  return 10 * Math.log10(signal / error);
}
