// The types of what Node gets.
import type { Transform } from 'node:stream';
import { Core, type Stream } from 'deepfilter/core';
import { EnhanceStream, enhance, enhanceFile, openModel, type EnhanceOptions } from 'deepfilter/node';

const options: EnhanceOptions = { level: -6, worker: false, channelMode: 'downmix' };

export async function all(bytes: Uint8Array, module: WebAssembly.Module): Promise<Transform> {
  const [left]: Float32Array[] = await enhance([new Float32Array(480)], 48000, options);
  const { wav } = await enhanceFile('noisy.wav', { model: bytes });
  const stream: Stream = new Core(module)
    .openModel(wav('f32'))
    .createStream({ sampleRate: 48000, channels: 1, precision: 'i8' });
  stream.process([left!], [left!], 480);
  return new EnhanceStream(await openModel(), {
    sampleRate: 16000,
    channels: 2,
    format: 'f32',
    aligned: false,
  });
}
