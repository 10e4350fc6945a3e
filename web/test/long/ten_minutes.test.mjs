// Ten minutes live, without an underrun and with a flat memory; and as much again as fast as it goes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { open, residentBytes } from '../browser/harness.mjs';

const minutes = Number(process.env.DEEPFILTER_MINUTES ?? 10);
// What garbage that is not collected yet may make of a flat line, in bytes.
const heapSlack = 4 << 20;

let chromium;
let page;
before(async () => {
  chromium = await open({ args: ['--enable-precise-memory-info', '--js-flags=--expose-gc'] });
  page = await chromium.page();
});
after(() => chromium?.close());

test(`${minutes} minutes live`, async (t) => {
  await page.evaluate(async () => {
    const microphone = await navigator.mediaDevices.getUserMedia({ audio: deepfilter.microphoneConstraints });
    const context = new AudioContext({ sampleRate: 48000 });
    const node = await deepfilter.DeepFilterNode.create(context);
    new MediaStreamAudioSourceNode(context, { mediaStream: microphone })
      .connect(node)
      .connect(context.destination);
    window.live = { context, node, loads: [], meters: 0 };
    node.onmeter = ({ load }) => {
      ++window.live.meters;
      window.live.load = load;
    };
  });
  const sample = async () => {
    const inside = await page.evaluate(() => {
      globalThis.gc?.();
      const { context, load, meters } = window.live;
      const stats = context.playbackStats;
      return {
        time: context.currentTime,
        clock: performance.now() / 1000,
        heap: performance.memory.usedJSHeapSize,
        load,
        meters,
        underruns: stats?.underrunEvents,
        underrunSeconds: stats?.underrunDuration,
      };
    });
    return { ...inside, resident: await residentBytes(chromium) };
  };
  // A start that is settled: code is optimised, buffers are there.
  await new Promise((resolve) => setTimeout(resolve, 20000));
  const first = await sample();
  const loads = [];
  for (let minute = 0; minute < minutes; ++minute) {
    await new Promise((resolve) => setTimeout(resolve, 60000));
    loads.push((await sample()).load);
  }
  const last = await sample();
  t.diagnostic(JSON.stringify({ first, last, loads }));
  assert.notEqual(last.underruns, undefined, 'this Chromium does not count underruns');
  assert.equal(last.underruns - first.underruns, 0);
  // The sound's clock has kept pace.
  assert.ok(Math.abs(last.time - first.time - (last.clock - first.clock)) < 0.25);
  assert.ok(last.heap - first.heap < heapSlack, `${last.heap - first.heap} bytes more`);
  assert.ok(
    last.resident - first.resident < 2 * heapSlack,
    `${last.resident - first.resident} bytes more in the process`,
  );
});

test(`${minutes} minutes offline, with a memory that does not grow`, async (t) => {
  const offline = await chromium.page();
  const { seconds, bad } = await offline.evaluate(async (minutes) => {
    const context = new OfflineAudioContext(1, minutes * 60 * 48000, 48000);
    const node = await deepfilter.DeepFilterNode.create(context);
    const buffer = new AudioBuffer({ length: 480000, sampleRate: 48000 });
    buffer.copyToChannel(window.page.testSound(10, 48000), 0);
    const source = new AudioBufferSourceNode(context, { buffer, loop: true });
    source.connect(node).connect(context.destination);
    source.start();
    const start = performance.now();
    const rendered = (await context.startRendering()).getChannelData(0);
    let bad = 0;
    for (const x of rendered) bad += !Number.isFinite(x) || Math.abs(x) > 2;
    return { seconds: (performance.now() - start) / 1000, bad };
  }, minutes);
  t.diagnostic(`${((minutes * 60) / seconds).toFixed(0)} times real time`);
  assert.equal(bad, 0);
});
