// What a stream costs while it runs: no memory, and no more time in silence than in speech.
import assert from 'node:assert/strict';
import test from 'node:test';
import v8 from 'node:v8';
import vm from 'node:vm';
import { Core } from '../../dist/core.js';
import { modelBytes, module, noise, openModel } from './core_fixture.mjs';

const MONO = { sampleRate: 48000, channels: 1 };

v8.setFlagsFromString('--expose-gc');
const gc = vm.runInNewContext('gc');

test('process allocates nothing', () => {
  const core = new Core(module);
  const stream = core.openModel(modelBytes('dfn3', 'i8')).createStream({ ...MONO, channels: 2 });
  const block = [noise(128), noise(128)];
  const calls = (count) => {
    for (let i = 0; i < count; ++i) stream.process(block, block, 128);
  };
  calls(1);
  const memory = core.memoryBytes;
  // The engine allocates while it compiles, so the least of several rounds counts. The smallest object has
  // 12 bytes.
  let least = Infinity;
  for (let round = 0; round < 8; ++round) {
    gc();
    const before = process.memoryUsage().heapUsed;
    calls(1000);
    least = Math.min(least, process.memoryUsage().heapUsed - before);
  }
  assert.ok(least < 1000 * 12, `${least} bytes in 1000 calls`);
  assert.equal(core.memoryBytes, memory);
});

test('streams and models that come and go leave no memory behind', () => {
  const core = new Core(module);
  const bytes = modelBytes('dfn3', 'i8');
  const visit = () => {
    const model = core.openModel(bytes);
    const streams = [1, 2, 4].map((channels) => model.createStream({ sampleRate: 44100, channels }));
    model.enhance([noise(4800)], MONO);
    model.free();
    for (const stream of streams) stream.free();
  };
  for (let i = 0; i < 3; ++i) visit();
  const memory = core.memoryBytes;
  for (let i = 0; i < 20; ++i) visit();
  assert.equal(core.memoryBytes, memory);
});

test('silence after speech costs no more than speech', () => {
  // A processor handles numbers near zero many times slower, and WebAssembly cannot flush them to zero.
  const stream = openModel('dfn3', 'i8').createStream(MONO);
  const sound = [noise(480)];
  const output = [new Float32Array(480)];
  // The quickest of so many hops, since others use this machine too.
  const fastest = (input, hops) => {
    let least = Infinity;
    for (let i = 0; i < hops; ++i) {
      const begin = performance.now();
      stream.process(input, output, 480);
      least = Math.min(least, performance.now() - begin);
    }
    return least;
  };
  fastest(sound, 400);
  const speech = fastest(sound, 200);
  const silence = [new Float32Array(480)];
  let slowest = 0;
  for (let second = 0; second < 20; ++second) slowest = Math.max(slowest, fastest(silence, 100));
  assert.ok(slowest < 2 * speech, `${slowest} ms against ${speech} ms`);
});
