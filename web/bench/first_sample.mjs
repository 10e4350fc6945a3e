// How long after its start a page hears the first enhanced sample: scripts, module and model are
// fetched from this machine, compiled and opened; the delay of the network is part of it.
//
//   node bench/first_sample.mjs [ROUNDS]
import { fileURLToPath } from 'node:url';
import { open } from '../test/browser/harness.mjs';
import { quantile } from './frames.mjs';

const page = `<!doctype html><meta charset="utf-8"><title>first sample</title><link rel="icon" href="data:,">
<script type="module">
import { DeepFilterNode } from '/web/dist/index.js';
const context = new AudioContext();
const node = await DeepFilterNode.create(context);
const created = performance.now();
const source = new OscillatorNode(context, { frequency: 300 });
const listener = new AnalyserNode(context, { fftSize: 2048 });
source.connect(node).connect(listener);
listener.connect(context.destination);
source.start();
const samples = new Float32Array(2048);
const listen = () => {
  listener.getFloatTimeDomainData(samples);
  if (samples.some((x) => x !== 0)) window.times = { created, heard: performance.now() };
  else setTimeout(listen, 1);
};
listen();
</script>`;

/** Each round is a browser that has never seen the page. */
export async function firstSample(rounds = 9) {
  const heard = [];
  const created = [];
  for (let round = 0; round < rounds; ++round) {
    const chromium = await open({ pages: { '/first': page } });
    const opened = await chromium.page('/first');
    await opened.waitForFunction(() => window.times);
    const times = await opened.evaluate(() => window.times);
    heard.push(times.heard);
    created.push(times.created);
    await chromium.close();
  }
  return {
    rounds,
    median_ms: quantile(heard, 0.5),
    worst_ms: Math.max(...heard),
    node_median_ms: quantile(created, 0.5),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  console.log(JSON.stringify(await firstSample(Number(process.argv[2] ?? 9))));
