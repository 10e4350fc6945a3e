// Live: a fake microphone that plays a file, through the worklet, beside the native program on what
// the worklet got.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readWav, writeWav } from '../../dist/node.js';
import { decodeFloats, open, repository } from './harness.mjs';
import { openModel, snrDb, stream } from './reference.mjs';

// The target of the whole project for float weights, on any instruction set. With 8 bits activations are
// rounded too, where sums that are rounded otherwise may fall to the other side.
const targetDb = 100;
// The instructions of which the module has the bits, in every precision.
const sameBits = process.arch === 'x64' ? 'SSE4' : null;

const program = process.env.DEEPFILTER_PROGRAM ?? join(repository, 'build/bin/deepfilter');
let folder;
let chromium;
let page;
let noisy;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deepfilter-'));
  // The sample's first two seconds come twice, so that speech follows the start of a page.
  const decoder = await open();
  const sound = await (
    await decoder.page()
  ).evaluate(async () => {
    const file = await (await fetch('/examples/sample/noisy.flac')).arrayBuffer();
    const buffer = await new OfflineAudioContext(1, 1, 44100).decodeAudioData(file);
    return window.page.encodeFloats(buffer.getChannelData(0));
  });
  await decoder.close();
  noisy = decodeFloats(sound);
  const microphone = join(folder, 'microphone.wav');
  await writeFile(microphone, writeWav({ channels: [noisy, noisy.map((x) => 0.5 * x)], sampleRate: 44100 }));
  chromium = await open({ microphone });
});
after(async () => {
  await chromium?.close();
  await rm(folder, { recursive: true, force: true });
});

// Four seconds of the microphone: what went into the node and what came out, from its first quantum on.
async function live(sampleRate, options, constraints = {}) {
  page = await chromium.page();
  const result = await page.evaluate(
    async ([sampleRate, options, constraints]) => {
      const microphone = await navigator.mediaDevices.getUserMedia({
        audio: { noiseSuppression: false, echoCancellation: false, autoGainControl: false, ...constraints },
      });
      const context = new AudioContext({ sampleRate });
      // Nothing may pass before all is connected, so that the stream's start is the recording's.
      await context.suspend();
      const node = await deepfilter.DeepFilterNode.create(context, options);
      const source = new MediaStreamAudioSourceNode(context, { mediaStream: microphone });
      const input = new GainNode(context, {
        channelCount: options.channels ?? 1,
        channelCountMode: 'explicit',
      });
      source.connect(input).connect(node);
      const recorder = await window.page.startRecorder(context, [input, node], 4 * sampleRate);
      const settings = microphone.getAudioTracks()[0].getSettings();
      await context.resume();
      const recorded = await recorder.sound;
      await context.close();
      microphone.getTracks().forEach((track) => track.stop());
      return {
        recorded: recorded.map((channels) => channels.map(window.page.encodeFloats)),
        latencySamples: node.latencySamples,
        settings,
      };
    },
    [sampleRate, options, constraints],
  );
  assert.deepEqual(page.errors, []);
  await page.close();
  const [input, output] = result.recorded.map((channels) => channels.map(decodeFloats));
  return { input, output, latencySamples: result.latencySamples, settings: result.settings };
}

// What the program makes of the first channel, without the end, which it knows where the worklet waits for
// more.
async function enhanceNatively(input, options, latencySamples) {
  const [from, to] = ['in.wav', 'out.wav'].map((name) => join(folder, name));
  await writeFile(from, writeWav({ channels: input, sampleRate: 48000 }, 'f32'));
  execFileSync(program, ['enhance', '-f', from, '-o', to, '--level', 'keep', ...options], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const native = readWav(new Uint8Array(await readFile(to))).channels[0];
  return native.subarray(0, native.length - 4 * latencySamples);
}

const rms = (x) => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / x.length);

for (const precision of ['f32', 'f16', 'i8']) {
  test(`${precision}: the worklet's output is the native program's, after the delay that it reports`, async (t) => {
    const { input, output, latencySamples } = await live(48000, {
      level: 'keep',
      model: `/web/models/dfn3-${precision}.dfn`,
    });
    assert.ok(rms(input[0]) > 1e-3, 'the microphone is silent');
    const model = await openModel(`dfn3-${precision}`);
    assert.deepEqual(output, stream(model, input, 48000, { level: 'keep' }), 'differs from Node');
    if (!existsSync(program)) return t.skip(`${program} is not built`);
    const native = await enhanceNatively(input, ['--precision', precision], latencySamples);
    const ours = output[0].subarray(latencySamples, latencySamples + native.length);
    const snr = snrDb(native, ours);
    t.diagnostic(`${precision}: ${snr.toFixed(1)} dB to the native program, ${latencySamples} samples late`);
    if (precision !== 'i8') assert.ok(snr >= targetDb, `${snr} dB`);
    if (!sameBits) return t.skip(`the bits of ${precision}: this processor has other instructions`);
    const exact = await enhanceNatively(input, ['--precision', precision, '--simd', sameBits], latencySamples);
    assert.deepEqual(ours, exact, `differs from ${sameBits}`);
  });
}

for (const sampleRate of [44100, 48000]) {
  test(`two channels of the device, whose rate is 44100 Hz, in a context of ${sampleRate} Hz`, async (t) => {
    const { input, output, settings } = await live(sampleRate, { channels: 2 }, { channelCount: 2 });
    t.diagnostic(`the device says ${settings.channelCount} channels, ${settings.sampleRate} Hz`);
    assert.equal(input.length, 2);
    assert.equal(output.length, 2);
    assert.ok(rms(input[0]) > 1e-3, 'the microphone is silent');
    const model = await openModel();
    assert.deepEqual(output, stream(model, input, sampleRate));
  });
}

test('suspend and resume leave no gap and no click', async () => {
  page = await chromium.page();
  const result = await page.evaluate(async () => {
    const context = new AudioContext({ sampleRate: 48000 });
    await context.suspend();
    const node = await deepfilter.DeepFilterNode.create(context);
    const buffer = new AudioBuffer({ length: 96000, sampleRate: 48000 });
    buffer.copyToChannel(window.page.testSound(2, 48000), 0);
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(node);
    source.start();
    const recorder = await window.page.startRecorder(context, [source, node], 96000);
    for (let i = 0; i < 4; ++i) {
      await context.resume();
      await new Promise((resolve) => setTimeout(resolve, 250));
      await context.suspend();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await context.resume();
    const recorded = await recorder.sound;
    await context.close();
    return recorded.map((channels) => window.page.encodeFloats(channels[0]));
  });
  const [input, output] = result.map(decodeFloats);
  assert.deepEqual([output], stream(await openModel(), [input], 48000));
});
