// The package in Firefox.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeFloats } from './harness.mjs';
import { firefoxPath, openFirefox, pulsePath } from './harness_firefox.mjs';
import { testSound } from './page.mjs';
import { openModel, stream } from './reference.mjs';
import { enhance } from '../../dist/node.js';

const skip = firefoxPath ? false : 'no Firefox is installed; Debian has it as the package "firefox-esr"';
const skipLive = skip || (pulsePath ? false : 'without PulseAudio, Firefox has nothing to play to');
let firefox;
let page;
before(async () => {
  if (skip) return;
  firefox = await openFirefox({ live: !skipLive });
  page = await firefox.page();
});
after(() => firefox?.close());

for (const [sampleRate, channels] of [
  [48000, 1],
  [44100, 2],
]) {
  test(`an offline context of ${sampleRate} Hz gets the bits of a stream in Node`, { skip }, async () => {
    const output = await page.evaluate(
      async (sampleRate, channels) => {
        const sounds = Array.from({ length: channels }, (_, c) =>
          window.page.testSound(1.5, sampleRate, c + 1),
        );
        const { output } = await window.page.renderOffline(sounds, sampleRate, { channels });
        return output.map(window.page.encodeFloats);
      },
      sampleRate,
      channels,
    );
    const sounds = Array.from({ length: channels }, (_, c) => testSound(1.5, sampleRate, c + 1));
    assert.deepEqual(output.map(decodeFloats), stream(await openModel(), sounds, sampleRate));
  });
}

test('a sound in a worker, and a file', { skip }, async () => {
  const { sound, file } = await page.evaluate(async () => {
    const sound = await deepfilter.enhance(window.page.testSound(2, 48000), 48000);
    const flac = await (await fetch('/examples/sample/noisy.flac')).blob();
    const { channels, sampleRate } = await deepfilter.enhanceFile(flac);
    return {
      sound: window.page.encodeFloats(sound),
      file: [channels.length, channels[0].length > sampleRate],
    };
  });
  assert.deepEqual(decodeFloats(sound), await enhance(testSound(2, 48000), 48000));
  assert.deepEqual(file, [1, true]);
});

test('a microphone, live, and ten contexts one after the other', { skip: skipLive }, async () => {
  const peaks = await page.evaluate(async () => {
    const peaks = [];
    for (let i = 0; i < 10; ++i) {
      const microphone = await navigator.mediaDevices.getUserMedia({
        audio: deepfilter.microphoneConstraints,
      });
      const [track] = microphone.getAudioTracks();
      const enhanced = await deepfilter.enhanceTrack(track, { enabled: false });
      const context = new AudioContext();
      const source = new MediaStreamAudioSourceNode(context, {
        mediaStream: new MediaStream([enhanced.track]),
      });
      const [[sound]] = await window.page.record(context, [source], context.sampleRate);
      peaks.push(Math.max(...sound));
      enhanced.destroy();
      track.stop();
      await context.close();
    }
    return peaks;
  });
  assert.ok(
    peaks.every((peak) => peak > 0.01),
    String(peaks),
  );
});

test('suspended and resumed, with meters', { skip: skipLive }, async () => {
  const { first, second } = await page.evaluate(async () => {
    const context = new AudioContext();
    const node = await deepfilter.DeepFilterNode.create(context, { meterIntervalMs: 50 });
    const source = new ConstantSourceNode(context, { offset: 0.1 });
    source.connect(node).connect(context.destination);
    source.start();
    const meter = () =>
      new Promise((resolve) => (node.onmeter = (meter) => meter.inputDb > -100 && resolve({ ...meter })));
    const first = await meter();
    await context.suspend();
    await context.resume();
    const second = await meter();
    await context.close();
    return { first, second };
  });
  for (const meter of [first, second]) {
    assert.ok(meter.inputDb <= -19.9 && meter.inputDb > -30, JSON.stringify(meter));
    assert.ok(meter.load >= 0 && meter.load < 1, JSON.stringify(meter));
  }
});
