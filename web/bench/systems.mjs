// What is compared, each as its makers' documentation says.
const peer = '/bench/node_modules/@sapphi-red/web-noise-suppressor/dist';

function deepfilterAt(precision) {
  return {
    node: async (context) => {
      const { DeepFilterNode } = await import('/web/dist/index.js');
      return DeepFilterNode.create(context, { model: `/web/models/dfn3-${precision}.dfn` });
    },
  };
}

export const systems = {
  'deepfilter f32': deepfilterAt('f32'),
  'deepfilter f16': deepfilterAt('f16'),
  'deepfilter i8': deepfilterAt('i8'),
  'RNNoise (@jitsi/rnnoise-wasm)': {
    node: async (context) => {
      await context.audioWorklet.addModule('/bench/rnnoise_processor.js');
      return new AudioWorkletNode(context, 'jitsi-rnnoise', {
        channelCount: 1,
        channelCountMode: 'explicit',
        outputChannelCount: [1],
      });
    },
  },
  'RNNoise (@sapphi-red/web-noise-suppressor)': {
    node: async (context) => {
      const { loadRnnoise, RnnoiseWorkletNode } = await import(`${peer}/index.js`);
      const wasmBinary = await loadRnnoise({
        url: `${peer}/rnnoise.wasm`,
        simdUrl: `${peer}/rnnoise_simd.wasm`,
      });
      await context.audioWorklet.addModule(`${peer}/rnnoise/workletProcessor.js`);
      return new RnnoiseWorkletNode(context, { wasmBinary, maxChannels: 1 });
    },
  },
  'GTCRN (@sapphi-red/web-noise-suppressor)': {
    node: async (context) => {
      const { loadGtcrn, GtcrnWorkletNode } = await import(`${peer}/index.js`);
      const wasmBinary = await loadGtcrn({ url: `${peer}/gtcrn.wasm` });
      await context.audioWorklet.addModule(`${peer}/gtcrn/workletProcessor.js`);
      return new GtcrnWorkletNode(context, { wasmBinary, maxChannels: 1 });
    },
  },
};

// Peers start asynchronously and have no way to tell that they are ready.
const settleMs = 1000;
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function decode(url) {
  const bytes = await (await fetch(url)).arrayBuffer();
  return new OfflineAudioContext(1, 1, 48000).decodeAudioData(bytes);
}

/** What a system makes of a file; `extra` samples follow, so that a delay loses nothing. */
export async function render(name, url, extra) {
  const buffer = await decode(url);
  const context = new OfflineAudioContext(1, buffer.length + extra, 48000);
  const node = await systems[name].node(context);
  await later(settleMs);
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(node).connect(context.destination);
  source.start();
  return (await context.startRendering()).getChannelData(0);
}

/** Runs a system live for a while, as the only one with a worklet. */
export async function play(name, url, seconds) {
  const buffer = await decode(url);
  const context = new AudioContext({ sampleRate: 48000 });
  const node = await systems[name].node(context);
  const source = new AudioBufferSourceNode(context, { buffer, loop: true });
  source.connect(node).connect(context.destination);
  source.start();
  await later(settleMs + seconds * 1000);
  await context.close();
}
