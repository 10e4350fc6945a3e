import assert from 'node:assert/strict';
import test from 'node:test';
import { Core, DeepFilterError } from '../../dist/core.js';
import { modelBytes, module, noise, openModel, reference, run, runAligned, snrDb } from './core_fixture.mjs';

const RATE = 48000;
const MONO = { sampleRate: RATE, channels: 1 };
// The official outputs were made without following the level.
const OFFICIAL = { ...MONO, level: 'keep' };
// What tests/reference asks of every instruction set.
const LEAST_SNR_DB = 100;
// Rounded weights cost so much; the figures are in docs/numerics.md.
const LEAST_ROUNDED_SNR_DB = { f16: 50, i8: 25 };

for (const name of ['dfn3', 'dfn3_ll', 'dfn2', 'dfn2_ll']) {
  const missing = modelBytes(name) === null && !process.env.CI;
  test(`${name} is the official model`, { skip: missing && `model ${name} is not here` }, () => {
    const model = openModel(name);
    assert.equal(model.name, name);
    assert.equal(model.precision, 'f32');
    assert.equal(model.sampleRate, RATE);
    const [enhanced] = model.enhance([reference('input')], OFFICIAL);
    const snr = snrDb(enhanced, reference(`${name}/wav`));
    assert.ok(snr >= LEAST_SNR_DB, `${snr} dB`);
  });
}

for (const precision of ['f16', 'i8']) {
  test(`a model file holds ${precision} weights, and a stream uses them`, () => {
    const model = openModel('dfn3', precision);
    assert.equal(model.precision, precision);
    const input = reference('input');
    const [enhanced] = model.enhance([input], OFFICIAL);
    const snr = snrDb(enhanced, reference('dfn3/wav'));
    assert.ok(snr >= LEAST_ROUNDED_SNR_DB[precision], `${snr} dB`);
    // Rounding the weights of the f32 file gives the numbers in this one.
    const [rounded] = openModel().enhance([input], { ...OFFICIAL, precision });
    assert.deepEqual(rounded, enhanced);
  });
}

test('any cut into blocks gives the same bits, and those of the whole sound', () => {
  const model = openModel('dfn3', 'i8');
  const input = reference('input');
  const [whole] = model.enhance([input], OFFICIAL);
  for (const blocks of [[128], [480], [1, 7, 333, 64], [5000]]) {
    const [enhanced] = runAligned(model.createStream(OFFICIAL), [input], blocks);
    assert.deepEqual(enhanced, whole, `blocks of ${blocks}`);
  }
  // In work mode "spread", a hop later.
  const spread = model.createStream({ ...OFFICIAL, spread: true });
  assert.equal(spread.delaySamples, model.createStream(OFFICIAL).delaySamples + 480);
  const [later] = runAligned(spread, [input], [128]);
  assert.deepEqual(later, whole);
});

test('a saved stream goes on with the same bits', () => {
  const model = openModel('dfn3', 'i8');
  const input = [noise(9600)];
  const half = [input[0].slice(0, 4800)];
  const rest = [input[0].slice(4800)];
  const first = model.createStream(MONO);
  const block = [half[0].slice()];
  first.process(block, block, 4800);
  const state = first.save();
  const [expected] = run(first, rest, [480]);
  const second = model.createStream(MONO);
  second.restore(state);
  assert.deepEqual(run(second, rest, [100])[0], expected);
  state[state.length - 1] ^= 1;
  assert.throws(() => second.restore(state), DeepFilterError);
  assert.throws(() => second.restore(new Uint8Array(0)), DeepFilterError);
});

test('reset starts anew', () => {
  const stream = openModel('dfn3', 'i8').createStream(MONO);
  const input = [noise(4800)];
  const [first] = run(stream, input, [128]);
  assert.throws(() => stream.process(input, input, 1), /reset/);
  stream.reset();
  assert.deepEqual(run(stream, input, [480])[0], first);
});

test('other rates and two channels', () => {
  const model = openModel('dfn3', 'i8');
  for (const sampleRate of [8000, 16000, 44100, 96000]) {
    const channels = [noise(sampleRate / 10, 0.3, 1), noise(sampleRate / 10, 0.3, 2)];
    const options = { sampleRate, channels: 2, level: 'keep' };
    const stereo = runAligned(model.createStream(options), channels, [128]);
    assert.deepEqual(stereo, model.enhance(channels, options), `${sampleRate} Hz`);
    const mono = { ...options, channels: 1 };
    channels.forEach((channel, c) => {
      assert.deepEqual(runAligned(model.createStream(mono), [channel], [441])[0], stereo[c]);
    });
    const linked = model.enhance(channels, { ...options, channelMode: 'linked' });
    assert.notDeepEqual(linked, stereo);
    const [left, right] = model.enhance(channels, { ...options, channelMode: 'downmix' });
    assert.deepEqual(left, right);
  }
});

test('controls', () => {
  const model = openModel('dfn3', 'i8');
  const input = [noise(24000)];
  const delayed = (stream, output) => output.subarray(stream.delaySamples);
  // Without attenuation the output is the input.
  const off = model.createStream({ ...MONO, attenuationLimitDb: 0 });
  const [dry] = run(off, input, [128]);
  assert.ok(snrDb(delayed(off, dry), input[0]) > 100);
  const bypassed = model.createStream(MONO);
  bypassed.setBypass(true);
  const [same] = run(bypassed, input, [128]);
  assert.deepEqual(delayed(bypassed, same).slice(960), input[0].slice(960));

  const stream = model.createStream(MONO);
  const [limited] = [model.createStream({ ...MONO, attenuationLimitDb: 12 })].map((s) => run(s, input, [480])[0]);
  stream.setAttenuationLimitDb(12);
  const [set] = run(stream, input, [480]);
  assert.deepEqual(set.slice(4800), limited.slice(4800));
  const filtered = model.enhance(input, { ...MONO, postFilterBeta: 0.02 });
  assert.notDeepEqual(filtered, model.enhance(input, MONO));

  const loud = model.createStream({ ...MONO, level: 12 });
  run(loud, input, [480]);
  assert.ok(Math.abs(loud.levelGainDb - 12) < 0.01, `${loud.levelGainDb}`);
  loud.reset();
  loud.setLevel('keep');
  run(loud, input, [480]);
  assert.ok(Math.abs(loud.levelGainDb) < 0.01, `${loud.levelGainDb}`);
  assert.ok(Number.isFinite(loud.localSnrDb) && loud.localSnrDb < 20);
});

test('progress, and its end', () => {
  const model = openModel('dfn3', 'i8');
  const input = [noise(RATE * 12)];
  const seen = [];
  model.enhance(input, { ...MONO, progress: (done, total) => void seen.push([done, total]) });
  assert.deepEqual(seen.at(-1), [input[0].length, input[0].length]);
  assert.ok(seen.length > 1 && seen.every(([done], i) => i === 0 || done >= seen[i - 1][0]));
  assert.throws(() => model.enhance(input, { ...MONO, progress: () => false }), /cancelled/);
  const own = new Error('mine');
  assert.throws(() => model.enhance(input, { ...MONO, progress: () => { throw own; } }), (e) => e === own);
  assert.deepEqual(model.enhance([new Float32Array(0)], MONO), [new Float32Array(0)]);
});

test('failures have a sentence', () => {
  const core = new Core(module);
  assert.match(core.version, /^\d+\.\d+\.\d+$/);
  const good = modelBytes('dfn3', 'i8');
  assert.throws(() => core.openModel(new Uint8Array(0)), DeepFilterError);
  assert.throws(() => core.openModel(good.slice(0, 1000)), DeepFilterError);
  const damaged = good.slice();
  damaged[damaged.length >> 1] ^= 1;
  assert.throws(() => core.openModel(damaged), /checksum/);
  const model = core.openModel(good);
  for (const wrong of [
    { sampleRate: 7999 }, { sampleRate: 1e6 }, { sampleRate: NaN }, { channels: 0 }, { channels: 17 },
    { channelMode: 'wide' }, { profile: 'none' }, { precision: 'f64' }, { blockMultiple: 0 },
    { level: 'loud' }, { level: 100 }, { postFilterBeta: 2 },
  ]) {
    assert.throws(() => model.createStream({ ...MONO, ...wrong }), DeepFilterError, JSON.stringify(wrong));
  }
  const stream = model.createStream({ ...MONO, blockMultiple: 480 });
  const block = [new Float32Array(960)];
  stream.process(block, block, 960);
  assert.throws(() => stream.process(block, block, 100), /multiple/);
  assert.throws(() => stream.process(block, block, 1920), /960|1920/);
  assert.throws(() => stream.process([], block, 480), DeepFilterError);
  assert.throws(() => model.enhance([], MONO), DeepFilterError);
  assert.throws(() => model.enhance([block[0], new Float32Array(3)], { ...MONO, channels: 2 }), DeepFilterError);
  stream.free();
  assert.throws(() => stream.process(block, block, 480), /freed/);
  model.free();
  assert.throws(() => model.createStream(MONO), /freed/);
});

test('numbers that the module cannot hold are refused', () => {
  const model = openModel();
  for (const wrong of [{ channels: 1.5 }, { channels: 2 ** 32 + 1 }, { channels: -4294967295 }, { channels: NaN },
    { sampleRate: 2 ** 32 + RATE }, { sampleRate: '48000' }, { blockMultiple: 2 ** 32 + 1 }]) {
    assert.throws(() => model.createStream({ ...MONO, ...wrong }), DeepFilterError, JSON.stringify(wrong));
  }
  assert.throws(() => new Core(module).openModel(new ArrayBuffer(8)), DeepFilterError);
});

test('a progress function may enhance another sound, and the work goes on to tell its own', () => {
  const model = openModel();
  const sound = noise(2 * RATE);
  let steps = 0;
  const [alone] = model.enhance([sound], MONO);
  const [enhanced] = model.enhance([sound], {
    ...MONO,
    progress: () => {
      if (++steps === 1) model.enhance([noise(RATE)], MONO);
    },
  });
  assert.ok(steps > 1, `${steps} steps`);
  assert.deepEqual(enhanced, alone);
  assert.throws(() => model.enhance([sound], { ...MONO, progress: (done) => done < RATE }), DeepFilterError);
});
