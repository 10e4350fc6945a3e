// DeepFilterNode in Chromium: exactness, shapes, controls, failures.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testSound } from './page.mjs';
import { decodeFloats, open, residentBytes } from './harness.mjs';
import { openModel, stream } from './reference.mjs';

let chromium;
let page;
let model;
before(async () => {
  chromium = await open();
  page = await chromium.page();
  model = await openModel();
});
after(() => chromium?.close());

// Renders testSound of each seed as a channel, and returns the node's output.
async function render(seeds, sampleRate, options = {}, extra = 0) {
  const { output, latencySamples } = await page.evaluate(
    async ([seeds, sampleRate, options, extra]) => {
      const channels = seeds.map((seed) => window.page.testSound(1.5, sampleRate, seed));
      const { output, latencySamples } = await window.page.renderOffline(channels, sampleRate, options, {
        extra,
      });
      return { output: output.map(window.page.encodeFloats), latencySamples };
    },
    [seeds, sampleRate, options, extra],
  );
  return { output: output.map(decodeFloats), latencySamples };
}

for (const sampleRate of [48000, 44100, 16000, 8000, 96000]) {
  test(`a context of ${sampleRate} Hz gets the bits of a stream in Node`, async () => {
    const sound = testSound(1.5, sampleRate);
    const { output, latencySamples } = await render([1], sampleRate);
    const expected = stream(model, [sound], sampleRate);
    assert.deepEqual(output[0], expected[0]);
    const delay = model.createStream({ sampleRate, channels: 1 }).delaySamples;
    assert.equal(latencySamples, delay);
    assert.ok(output[0].subarray(delay).some((x) => x !== 0));
  });
}

test('stereo is linked, and has the bits of a linked stream', async () => {
  const sounds = [testSound(1.5, 48000, 1), testSound(1.5, 48000, 2)];
  const { output } = await render([1, 2], 48000, { channels: 2 });
  assert.deepEqual(output, stream(model, sounds, 48000));
});

test('work that is spread over the quanta comes out 10 ms later', async () => {
  const plain = await render([1], 48000);
  const spread = await render([1], 48000, { spread: true });
  assert.equal(spread.latencySamples, plain.latencySamples + 480);
  assert.deepEqual(spread.output, stream(model, [testSound(1.5, 48000)], 48000, { spread: true }));
});

test('a mono source into a stereo node comes out on both channels', async () => {
  const { output } = await render([1], 48000, { channels: 2 });
  assert.deepEqual(output[0], output[1]);
  assert.ok(output[0].some((x) => x !== 0));
});

test('a disabled node gives the input, late by its latency', async () => {
  const sound = testSound(1.5, 48000);
  const extra = 4000;
  const { output, latencySamples } = await render([1], 48000, { enabled: false }, extra);
  assert.deepEqual(output[0].subarray(latencySamples, latencySamples + sound.length), sound);
  assert.ok(output[0].subarray(0, latencySamples).every((x) => x === 0));
});

test('an input that is disconnected is silence, and the sound before it comes out', async () => {
  const result = await page.evaluate(async () => {
    const sound = window.page.testSound(0.5, 48000);
    const whole = new Float32Array(48000);
    whole.set(sound);
    const stopped = await window.page.renderOffline([sound], 48000, {}, { extra: 24000 });
    const silent = await window.page.renderOffline([whole], 48000, {});
    return [stopped, silent].map(({ output }) => window.page.encodeFloats(output[0]));
  });
  const [stopped, silent] = result.map(decodeFloats);
  assert.deepEqual(stopped, silent);
});

test('controls act while the node runs', async () => {
  const levels = await page.evaluate(async () => {
    const noise = window.page.testSound(2, 48000).map(() => 0.1 * (Math.random() - 0.5));
    const run = (set) =>
      window.page.renderOffline(
        [noise],
        48000,
        { level: 'keep', meterIntervalMs: 0 },
        {
          prepare: (context, node) => {
            void context.suspend(1).then(() => {
              set(node);
              // The message must reach the audio thread before the rendering goes on.
              setTimeout(() => context.resume(), 100);
            });
          },
        },
      );
    const energy = ({ output }) => output[0].subarray(72000).reduce((sum, x) => sum + x * x, 0);
    return {
      full: energy(await run(() => {})),
      limited: energy(await run((node) => (node.attenuationLimitDb = 6))),
      off: energy(await run((node) => (node.enabled = false))),
      input: noise.subarray(72000).reduce((sum, x) => sum + x * x, 0),
    };
  });
  assert.ok(levels.full < 0.1 * levels.input, JSON.stringify(levels));
  // Half of the amplitude is left, a quarter of the energy.
  assert.ok(
    levels.limited > 0.2 * levels.input && levels.limited < 0.5 * levels.input,
    JSON.stringify(levels),
  );
  assert.ok(levels.off > 0.9 * levels.input, JSON.stringify(levels));
});

test('a level that is none is refused, and the old one stays', async () => {
  const result = await page.evaluate(async () => {
    const context = new AudioContext();
    const node = await deepfilter.DeepFilterNode.create(context, { level: 6 });
    const messages = ['loud', null, NaN, () => 1].map((level) => {
      try {
        node.level = level;
        return 'set';
      } catch (error) {
        return error instanceof deepfilter.DeepFilterError ? error.message.slice(0, 10) : String(error);
      }
    });
    const { level } = node;
    node.level = 'keep';
    const result = { messages, level, next: node.level };
    await context.close();
    return result;
  });
  assert.deepEqual(result, {
    messages: ['level is "', 'level is "', 'level is "', 'level is "'],
    level: 6,
    next: 'keep',
  });
});

test('meters come at their interval, with levels in dB', async () => {
  const meters = await page.evaluate(async () => {
    const context = new AudioContext();
    const node = await deepfilter.DeepFilterNode.create(context, { meterIntervalMs: 50 });
    const source = new ConstantSourceNode(context, { offset: 0.1 });
    source.connect(node).connect(context.destination);
    source.start();
    const meters = [];
    let events = 0;
    node.addEventListener('meter', ({ detail }) => (events += Number.isFinite(detail.load)));
    await new Promise((resolve) => (node.onmeter = (meter) => meters.push({ ...meter }) === 20 && resolve()));
    const calls = meters.length;
    await context.close();
    return { meters, events, calls };
  });
  assert.equal(meters.events, meters.calls);
  const last = meters.meters.at(-1);
  assert.ok(Math.abs(last.inputDb + 20) < 0.1, JSON.stringify(last));
  assert.ok(last.outputDb >= -120 && last.outputDb <= 0, JSON.stringify(last));
  assert.ok(last.load >= 0 && last.load < 1, JSON.stringify(last));
  assert.ok(Number.isFinite(last.localSnrDb) && Number.isFinite(last.levelGainDb));
});

test('the nodes of a context share one script, one library and one model', async () => {
  const fresh = await chromium.page();
  chromium.server.requests.length = 0;
  await fresh.evaluate(async () => {
    const context = new AudioContext();
    await Promise.all(
      [1, 2, 1, 2].map((channels) => deepfilter.DeepFilterNode.create(context, { channels })),
    );
    await deepfilter.DeepFilterNode.create(context);
    await context.close();
  });
  assert.deepEqual([...chromium.server.requests].sort(), [
    '/web/dist/deepfilter.wasm',
    '/web/dist/worklet.js',
    '/web/models/dfn3-i8.dfn',
  ]);
});

test('any length of the render quantum gives the same bits', async () => {
  const run = (renderSizeHint) =>
    page.evaluate(async (renderSizeHint) => {
      const sound = window.page.testSound(1, 48000);
      const context = new OfflineAudioContext({
        numberOfChannels: 1,
        length: sound.length,
        sampleRate: 48000,
        renderSizeHint,
      });
      const node = await deepfilter.DeepFilterNode.create(context);
      const buffer = new AudioBuffer({ length: sound.length, sampleRate: 48000 });
      buffer.copyToChannel(sound, 0);
      const source = new AudioBufferSourceNode(context, { buffer });
      source.connect(node).connect(context.destination);
      source.start();
      const rendered = await context.startRendering();
      return {
        size: context.renderQuantumSize ?? 128,
        output: window.page.encodeFloats(rendered.getChannelData(0)),
      };
    }, renderSizeHint);
  const usual = await run(128);
  for (const size of [64, 256, 1000, 2048]) {
    const other = await run(size);
    assert.equal(other.output, usual.output, `${other.size} samples`);
  }
});

const failures = {
  'a module that is not there': [{ wasm: '/web/none.wasm' }, /none\.wasm: the server answers 404/],
  'a model that is not there': [{ model: '/web/none.dfn' }, /none\.dfn: the server answers 404/],
  'a worklet that is not there': [
    { worklet: '/web/none.js' },
    /none\.js: cannot be loaded as an audio worklet/,
  ],
  'a module that is no module': [{ wasm: '/web/package.json' }, /deepfilter\.wasm cannot be compiled/],
  'another module': [
    { wasm: 'data:application/wasm;base64,AGFzbQEAAAA=' },
    /is not deepfilter's module$/,
  ],
  'a level that is none': [{ level: 'loud' }, /^level is "loud", expected "auto", "keep" or a gain in dB$/],
  'a model that is no model': [{ model: '/web/package.json' }, /./],
  'three channels': [{ channels: 3 }, /channels is 3, but must be 1 or 2/],
};
for (const [name, [options, expected]] of Object.entries(failures)) {
  test(`${name} rejects with one sentence, and the next node works`, async () => {
    const result = await page.evaluate(async (options) => {
      const context = new AudioContext();
      const failed = await deepfilter.DeepFilterNode.create(context, options).then(
        () => 'made',
        (error) => error,
      );
      const node = await deepfilter.DeepFilterNode.create(context);
      const latency = node.latency;
      await context.close();
      return { ours: failed instanceof deepfilter.DeepFilterError, message: failed.message, latency };
    }, options);
    assert.ok(result.ours);
    assert.match(result.message, expected);
    assert.ok(!result.message.includes('\n'));
    assert.ok(result.latency > 0);
  });
}

test('sources: bytes, addresses and responses', async () => {
  const latencies = await page.evaluate(async () => {
    const bytes = async (url) => (await fetch(url)).arrayBuffer();
    const [wasm, model] = await Promise.all([
      bytes('/web/dist/deepfilter.wasm'),
      bytes('/web/models/dfn3-i8.dfn'),
    ]);
    const latencies = [];
    for (const assets of [
      { wasm, model },
      { wasm: new Uint8Array(wasm), model: new Uint8Array(model) },
      {
        wasm: new URL('/web/dist/deepfilter.wasm', location.href),
        model: await fetch('/web/models/dfn3-i8.dfn'),
      },
      { worklet: new URL('/web/dist/worklet.js', location.href) },
    ]) {
      const context = new AudioContext();
      latencies.push((await deepfilter.DeepFilterNode.create(context, assets)).latency);
      await context.close();
    }
    return { latencies, untouched: wasm.byteLength > 0 && model.byteLength > 0 };
  });
  assert.ok(latencies.untouched);
  assert.equal(latencies.latencies.length, 4);
  assert.ok(latencies.latencies.every((latency) => latency > 0));
});

test('a context that is closed, before or meanwhile, rejects', async () => {
  const messages = await page.evaluate(async () => {
    const messageOf = (promise) =>
      promise.then(
        () => 'made',
        (error) => error.message,
      );
    const closed = new AudioContext();
    await closed.close();
    const closing = new AudioContext();
    const pending = messageOf(deepfilter.DeepFilterNode.create(closing));
    await closing.close();
    return [await messageOf(deepfilter.DeepFilterNode.create(closed)), await pending];
  });
  assert.deepEqual(messages, ['the audio context is closed', 'the audio context is closed']);
});

test('twenty contexts are opened, heard and closed one after the other', async () => {
  const peaks = await page.evaluate(async () => {
    const peaks = [];
    for (let i = 0; i < 20; ++i) {
      const context = new AudioContext();
      const node = await deepfilter.DeepFilterNode.create(context, { enabled: false });
      const source = new ConstantSourceNode(context, { offset: 0.25 });
      source.connect(node);
      source.start();
      const [[sound]] = await window.page.record(context, [node], 0.2 * context.sampleRate);
      peaks.push(Math.max(...sound));
      node.destroy();
      await context.close();
    }
    return peaks;
  });
  assert.equal(peaks.length, 20);
  assert.ok(
    peaks.every((peak) => Math.abs(peak - 0.25) < 1e-6),
    String(peaks),
  );
});

test('destroy is final and may be repeated; other nodes go on', async () => {
  const peak = await page.evaluate(async () => {
    const context = new AudioContext();
    const [first, second] = await Promise.all(
      [1, 2].map(() => deepfilter.DeepFilterNode.create(context, { enabled: false })),
    );
    first.destroy();
    first.destroy();
    first.enabled = true;
    const source = new ConstantSourceNode(context, { offset: 0.25 });
    source.connect(second);
    source.start();
    const [[sound]] = await window.page.record(context, [second], 0.2 * context.sampleRate);
    second.destroy();
    const again = await deepfilter.DeepFilterNode.create(context);
    const latency = again.latency;
    await context.close();
    return latency > 0 ? Math.max(...sound) : 0;
  });
  assert.ok(Math.abs(peak - 0.25) < 1e-6);
});

test('two models in one context, each with its own bits', async () => {
  const outputs = await page.evaluate(async () => {
    const sound = window.page.testSound(1, 48000);
    const context = new OfflineAudioContext(2, sound.length, 48000);
    const models = ['f32', 'i8'].map((precision) => `/web/models/dfn3-${precision}.dfn`);
    const nodes = await Promise.all(
      models.map((model) => deepfilter.DeepFilterNode.create(context, { model })),
    );
    const buffer = new AudioBuffer({ length: sound.length, sampleRate: 48000 });
    buffer.copyToChannel(sound, 0);
    const source = new AudioBufferSourceNode(context, { buffer });
    const merger = new ChannelMergerNode(context, { numberOfInputs: 2 });
    nodes.forEach((node, i) => source.connect(node).connect(merger, 0, i));
    merger.connect(context.destination);
    source.start();
    const rendered = await context.startRendering();
    return [0, 1].map((c) => window.page.encodeFloats(rendered.getChannelData(c)));
  });
  const sound = testSound(1, 48000);
  const [f32, i8] = outputs.map(decodeFloats);
  assert.deepEqual([f32], stream(await openModel('dfn3-f32'), [sound], 48000));
  assert.deepEqual([i8], stream(model, [sound], 48000));
  assert.notDeepEqual(f32, i8);
});

test('nodes and models that come and go leave no memory behind', async (t) => {
  const fresh = await chromium.page();
  const visit = (rounds) =>
    fresh.evaluate(async (rounds) => {
      window.context ??= new AudioContext();
      for (let i = 0; i < rounds; ++i) {
        const nodes = await Promise.all(
          [1, 2].map((channels) => deepfilter.DeepFilterNode.create(window.context, { channels })),
        );
        nodes.forEach((node) => node.destroy());
      }
    }, rounds);
  await visit(10);
  const before = await residentBytes(chromium);
  await visit(40);
  const grown = (await residentBytes(chromium)) - before;
  t.diagnostic(`${(grown / 1048576).toFixed(1)} MiB more after 80 nodes`);
  // A node has some 2 MiB in the module, and a model 10: 40 rounds of leaks would be 500 MiB.
  assert.ok(grown < 64 << 20, `${grown} bytes`);
  await fresh.close();
});

test('no page error has been seen', () => {
  // Answers of 404 are asked for above.
  assert.deepEqual(
    page.errors.filter((error) => !error.includes('404')),
    [],
  );
});
