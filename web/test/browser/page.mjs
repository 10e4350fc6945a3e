// What tests do within a page.

/** Floats as base64, which is how they leave the page. */
export function encodeFloats(floats) {
  const bytes = new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
  let text = '';
  for (let at = 0; at < bytes.length; at += 32768)
    text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(text);
}

/** A test sound: pulses through changing resonances in noise, the same on every machine. */
export function testSound(seconds, sampleRate, seed = 1) {
  const samples = Math.round(seconds * sampleRate);
  const sound = new Float32Array(samples);
  let random = seed;
  let phase = 0;
  let low = 0;
  for (let i = 0; i < samples; ++i) {
    random = (Math.imul(random, 1664525) + 1013904223) | 0;
    const noise = random / 2147483648;
    const time = i / sampleRate;
    phase += (120 + 30 * Math.sin(6 * time)) / sampleRate;
    if (phase >= 1) phase -= 1;
    const voiced = Math.sin(2 * Math.PI * 1.5 * time) > -0.3 ? 1 : 0;
    low += 0.2 * (voiced * (phase < 0.1 ? 1 : -0.11) - low);
    sound[i] = 0.5 * low + 0.05 * noise;
  }
  return sound;
}

/** Runs channels through a node of an OfflineAudioContext. */
export async function renderOffline(channels, sampleRate, options, { extra = 0, prepare = () => {} } = {}) {
  const context = new OfflineAudioContext(options.channels ?? 1, channels[0].length + extra, sampleRate);
  const node = await deepfilter.DeepFilterNode.create(context, options);
  const buffer = new AudioBuffer({
    length: channels[0].length,
    numberOfChannels: channels.length,
    sampleRate,
  });
  channels.forEach((channel, c) => buffer.copyToChannel(channel, c));
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(node).connect(context.destination);
  source.start();
  await prepare(context, node, source);
  const rendered = await context.startRendering();
  const output = Array.from({ length: rendered.numberOfChannels }, (_, c) => rendered.getChannelData(c));
  return { output, latencySamples: node.latencySamples, node };
}

const recorderScript = `
registerProcessor('recorder', class extends AudioWorkletProcessor {
  #left; #on = true;
  constructor({ processorOptions }) { super(); this.#left = processorOptions.samples; }
  process(inputs, outputs) {
    if (!this.#on) return false;
    // An input without channels is silence.
    const length = outputs[0][0].length;
    this.port.postMessage(inputs.map((input) => input.length ? input.map((x) => x.slice()) : [new Float32Array(length)]));
    this.#left -= length;
    if (this.#left <= 0) this.#on = false;
    return this.#on;
  }
});`;

/**
 * A recorder of `samples` of each of the nodes, from the same quantum on. Resolves once it is connected;
 * its `sound` then resolves to [nodes][channels] Float32Array.
 */
export async function startRecorder(context, nodes, samples) {
  const url = URL.createObjectURL(new Blob([recorderScript], { type: 'text/javascript' }));
  await context.audioWorklet.addModule(url);
  const recorder = new AudioWorkletNode(context, 'recorder', {
    numberOfInputs: nodes.length,
    numberOfOutputs: 1,
    processorOptions: { samples },
  });
  nodes.forEach((node, i) => node.connect(recorder, 0, i));
  recorder.connect(context.destination);
  const parts = nodes.map(() => []);
  let count = 0;
  const sound = new Promise((resolve) => {
    recorder.port.onmessage = ({ data }) => {
      data.forEach((channels, i) => parts[i].push(channels));
      count += data[0][0].length;
      if (count >= samples) resolve(parts.map(join));
    };
  });
  return { sound };
}

/** Records at once. */
export const record = async (context, nodes, samples) => (await startRecorder(context, nodes, samples)).sound;

function join(quanta) {
  const channels = Math.max(...quanta.map((quantum) => quantum.length));
  return Array.from({ length: channels }, (_, c) => {
    const whole = new Float32Array(quanta.reduce((sum, quantum) => sum + quantum[0].length, 0));
    let at = 0;
    for (const quantum of quanta) {
      whole.set(quantum[Math.min(c, quantum.length - 1)], at);
      at += quantum[0].length;
    }
    return whole;
  });
}
