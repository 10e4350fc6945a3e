// The package in Node.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Core } from 'deepfilter/core';
import { enhance, enhanceFile, openModel, writeWav } from 'deepfilter/node';

const one = await enhance(new Float32Array(4800), 48000);
const { sampleRate } = await enhanceFile(writeWav({ channels: [one], sampleRate: 16000 }));
const model = await openModel();
const path = createRequire(import.meta.url).resolve('deepfilter/deepfilter.wasm');
const core = new Core(new WebAssembly.Module(readFileSync(path)));
console.log(
  JSON.stringify({
    samples: one.length,
    sampleRate,
    model: model.name,
    precision: model.precision,
    version: core.version,
  }),
);
