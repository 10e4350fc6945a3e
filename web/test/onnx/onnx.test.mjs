// The exported audio.onnx under onnxruntime-web in Chromium gives what the native program gives.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readWav, writeWav } from '../../dist/node.js';
import { decodeFloats, open, repository } from '../browser/harness.mjs';
import { testSound } from '../browser/page.mjs';
import { snrDb } from '../browser/reference.mjs';

const program = process.env.DEEPFILTER_PROGRAM ?? join(repository, 'build/bin/deepfilter');
// Of dfn3, as the file's metadata say.
const hop = 480;
const delay = 1440;
// The project's target against the reference, for every engine.
const targetDb = 100;

test('audio.onnx in a page', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'deepfilter-'));
  const sound = testSound(3, 48000);
  const [from, to] = ['in.wav', 'out.wav'].map((name) => join(folder, name));
  await writeFile(from, writeWav({ channels: [sound], sampleRate: 48000 }, 'f32'));
  execFileSync(program, ['export', 'dfn3', '-o', folder, '--layout', 'audio', '-f'], { stdio: 'ignore' });
  execFileSync(program, ['enhance', from, '-o', to, '--level', 'keep'], { stdio: 'ignore' });
  const expected = readWav(new Uint8Array(await readFile(to))).channels[0];

  const chromium = await open({ roots: { '/model/': folder } });
  try {
    const page = await chromium.page();
    const result = await page.evaluate(async (hop) => {
      const ort = await import('/web/test/onnx/node_modules/onnxruntime-web/dist/ort.wasm.bundle.min.mjs');
      const { OnnxDenoiser } = await import('/web/test/onnx/audio_onnx.mjs');
      ort.env.wasm.numThreads = 1;
      ort.env.wasm.wasmPaths = '/web/test/onnx/node_modules/onnxruntime-web/dist/';
      const denoiser = await OnnxDenoiser.open(ort, '/model/audio.onnx');
      const sound = window.page.testSound(3, 48000);
      const output = new Float32Array(sound.length);
      const times = [];
      for (let at = 0; at < sound.length; at += hop) {
        const start = performance.now();
        output.set(await denoiser.process(sound.slice(at, at + hop)), at);
        times.push(performance.now() - start);
      }
      times.sort((a, b) => a - b);
      return {
        output: window.page.encodeFloats(output),
        median: times[times.length >> 1],
        p99: times[Math.floor(times.length * 0.99)],
      };
    }, hop);
    const output = decodeFloats(result.output);
    // The program knows the end of the sound, where the graph waits for more.
    const heard = expected.subarray(0, expected.length - 2 * delay);
    const snr = snrDb(heard, output.subarray(delay));
    t.diagnostic(
      `${snr.toFixed(1)} dB to the native program; ${result.median.toFixed(2)} ms a hop (median), ${result.p99.toFixed(2)} ms (p99)`,
    );
    assert.ok(snr >= targetDb, `${snr} dB`);
  } finally {
    await chromium.close();
    await rm(folder, { recursive: true, force: true });
  }
});
