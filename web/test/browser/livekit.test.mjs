// The processor under LiveKit's own client, as far as that goes without a server: a local track.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { build } from 'esbuild';
import { open, web } from './harness.mjs';

let folder;
let chromium;
let page;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deepfilter-'));
  await build({
    stdin: { contents: "export * from 'livekit-client';", resolveDir: web },
    outfile: join(folder, 'livekit-client.js'),
    bundle: true,
    format: 'esm',
    logLevel: 'error',
  });
  chromium = await open({ roots: { '/livekit/': folder } });
  page = await chromium.page();
});
after(async () => {
  await chromium?.close();
  await rm(folder, { recursive: true, force: true });
});

test("setProcessor, a change of the device and stopProcessor of LiveKit's local track", async () => {
  const result = await page.evaluate(async () => {
    const { createLocalAudioTrack } = await import('/livekit/livekit-client.js');
    const { DeepFilterProcessor } = await import('/web/dist/livekit.js');
    const context = new AudioContext();
    const track = await createLocalAudioTrack({ noiseSuppression: false });
    track.setAudioContext(context);
    const raw = track.mediaStreamTrack;
    const processor = new DeepFilterProcessor({ enabled: false });
    await track.setProcessor(processor);
    const processed = track.mediaStreamTrack;

    const source = new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream([processed]) });
    const [[sound]] = await window.page.record(context, [source], 2.5 * context.sampleRate);

    const devices = (await navigator.mediaDevices.enumerateDevices()).filter(
      ({ kind }) => kind === 'audioinput',
    );
    await track.restartTrack({ deviceId: devices.at(-1).deviceId, noiseSuppression: false });
    const same = track.mediaStreamTrack === processed;
    const [[after]] = await window.page.record(context, [source], 2.5 * context.sampleRate);

    await track.stopProcessor();
    const ended = processed.readyState;
    const back = track.mediaStreamTrack !== processed && track.mediaStreamTrack.readyState;
    track.stop();
    await context.close();
    return {
      replaced: processed !== raw,
      peaks: [Math.max(...sound), Math.max(...after)],
      devices: devices.length,
      same,
      ended,
      back,
    };
  });
  assert.ok(result.devices > 1, 'the fake browser has one device only');
  // The fake device beeps once a second.
  assert.ok(
    result.peaks.every((peak) => peak > 0.01),
    JSON.stringify(result),
  );
  assert.ok(result.replaced && result.same, JSON.stringify(result));
  assert.equal(result.ended, 'ended');
  assert.equal(result.back, 'live');
  assert.deepEqual(page.errors, []);
});
