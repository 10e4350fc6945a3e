// Uses all that the package has, as a page of somebody else would.
import {
  DeepFilterNode,
  enhance,
  enhanceFile,
  enhanceTrack,
  isSupported,
  microphoneConstraints,
  writeWav,
  type Meter,
  type NodeOptions,
} from 'deepfilter';
import f32 from 'deepfilter/models/dfn3-f32.dfn?url';

declare global {
  interface Window {
    result?: Promise<Record<string, unknown>>;
  }
}

const options: NodeOptions = { channels: 2, attenuationLimitDb: 30, level: 'auto', meterIntervalMs: 50 };

async function offline(): Promise<number> {
  const context = new OfflineAudioContext(1, 48000, 48000);
  const node = await DeepFilterNode.create(context);
  const source = new ConstantSourceNode(context, { offset: 0.1 });
  source.connect(node).connect(context.destination);
  source.start();
  const rendered = await context.startRendering();
  return node.latencySamples > 0 ? rendered.length : 0;
}

async function live(): Promise<number> {
  const context = new AudioContext();
  const node = await DeepFilterNode.create(context, { ...options, model: f32 });
  const meter = await new Promise<Meter>((resolve) => (node.onmeter = resolve));
  node.enabled = !node.enabled;
  const { track, destroy } = await enhanceTrack(
    (await navigator.mediaDevices.getUserMedia({ audio: microphoneConstraints })).getAudioTracks()[0]!,
  );
  destroy();
  node.destroy();
  await context.close();
  return track.readyState === 'ended' ? meter.inputDb : 0;
}

async function whole(): Promise<[number, number, number]> {
  const one: Float32Array = await enhance(new Float32Array(4800), 48000);
  const two: Float32Array[] = await enhance([one, one], 44100, { progress: (fraction) => void fraction });
  const file = writeWav({ channels: two, sampleRate: 44100 });
  const { sampleRate, wav } = await enhanceFile(new Blob([file as BlobPart]));
  return [one.length, sampleRate, wav().size];
}

window.result = (async () => ({
  supported: isSupported(),
  offline: await offline(),
  live: await live(),
  whole: await whole(),
}))();
