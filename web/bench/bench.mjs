// The package beside other noise suppressors for browsers, in Chromium: time on the audio thread, what
// is downloaded, and what it does to speech. tools/web_bench.sh prepares all and runs it.
//
//   node bench/bench.mjs CLIPS PYTHON [--seconds N] [--rounds N] [--clips N] [--json FILE]
//
// CLIPS: a folder by clips.py. PYTHON: an interpreter with the packages of bench/requirements.txt.
// Prints Markdown. Times are processor time of the audio thread, by Chromium's own trace.
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { decodeFloats, open, web } from '../test/browser/harness.mjs';
import { writeWav } from '../dist/node.js';
import { firstSample } from './first_sample.mjs';
import { frameTimes, mean, quantile } from './frames.mjs';

const bench = fileURLToPath(new URL('.', import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '3' },
    clips: { type: 'string', default: '8' },
    json: { type: 'string' },
  },
});
const [clips, python] = positionals;
if (!clips || !python) {
  console.error(
    'usage: node bench/bench.mjs CLIPS PYTHON [--seconds N] [--rounds N] [--clips N] [--json FILE]',
  );
  process.exit(2);
}

// What a page fetches to run a system: the module, and the model where it is apart.
const peer = `${bench}/node_modules`;
const downloads = {
  'deepfilter f32': [`${web}/dist/deepfilter.wasm`, `${web}/models/dfn3-f32.dfn`],
  'deepfilter f16': [`${web}/dist/deepfilter.wasm`, `${web}/models/dfn3-f16.dfn`],
  'deepfilter i8': [`${web}/dist/deepfilter.wasm`, `${web}/models/dfn3-i8.dfn`],
  'RNNoise (@jitsi/rnnoise-wasm)': [`${peer}/@jitsi/rnnoise-wasm/dist/rnnoise-sync.js`],
  'RNNoise (@sapphi-red/web-noise-suppressor)': [
    `${peer}/@sapphi-red/web-noise-suppressor/dist/rnnoise_simd.wasm`,
  ],
  'GTCRN (@sapphi-red/web-noise-suppressor)': [`${peer}/@sapphi-red/web-noise-suppressor/dist/gtcrn.wasm`],
};
const systems = Object.keys(downloads);

const chromium = await open({ roots: { '/bench/': bench, '/clips/': clips } });
const names = (await readdir(clips))
  .sort()
  .filter((name) => name.endsWith('_noisy.wav'))
  .map((name) => name.slice(0, -'_noisy.wav'.length))
  .slice(0, Number(values.clips));

async function inPage(run, argument) {
  const page = await chromium.page();
  try {
    return await page.evaluate(run, argument);
  } finally {
    await page.close();
  }
}

async function measureOnce(system, clip) {
  await chromium.browser.startTracing(undefined, { categories: ['disabled-by-default-audio-worklet'] });
  await inPage(
    async ([system, url, seconds]) => {
      const { play } = await import('/bench/systems.mjs');
      await play(system, url, seconds);
    },
    [system, `/clips/${encodeURIComponent(clip)}_noisy.wav`, Number(values.seconds)],
  );
  return frameTimes(JSON.parse((await chromium.browser.stopTracing()).toString()));
}

// In turns, so that what else the machine does meets all alike.
async function measureTimes() {
  const frames = Object.fromEntries(systems.map((system) => [system, []]));
  for (let round = 0; round < Number(values.rounds); ++round) {
    for (const system of systems)
      frames[system].push(...(await measureOnce(system, names[round % names.length])));
  }
  return frames;
}

async function renderClips() {
  for (const system of systems) {
    const folder = join(clips, system.replaceAll('/', ' '));
    await mkdir(folder, { recursive: true });
    for (const name of names) {
      const encoded = await inPage(
        async ([system, url]) => {
          const { render } = await import('/bench/systems.mjs');
          return window.page.encodeFloats(await render(system, url, 9600));
        },
        [system, `/clips/${encodeURIComponent(name)}_noisy.wav`],
      );
      await writeFile(
        join(folder, `${name}.wav`),
        writeWav({ channels: [decodeFloats(encoded)], sampleRate: 48000 }, 'f32'),
      );
    }
  }
  return JSON.parse(execFileSync(python, [join(bench, 'judge.py'), clips], { encoding: 'utf8' }));
}

async function compressedBytes(paths) {
  const sizes = await Promise.all(
    paths.map(async (path) => gzipSync(await readFile(path), { level: 9 }).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

const frames = await measureTimes();
const quality = await renderClips();
await chromium.close();
const first = await firstSample();

const report = { systems: {}, noisy: quality.noisy, first };
for (const system of systems) {
  const times = frames[system];
  report.systems[system] = {
    mean_us: mean(times),
    median_us: quantile(times, 0.5),
    p99_us: quantile(times, 0.99),
    frames: times.length,
    download_bytes: await compressedBytes(downloads[system]),
    ...quality[system.replaceAll('/', ' ')],
  };
}
if (values.json) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);

const number = (value, digits) => value.toFixed(digits);
console.log(
  '| system | 10 ms of sound: mean, median, 99th percentile (µs) | download, gzip (kB) | delay (ms) | SI-SDR (dB) | PESQ |',
);
console.log('| --- | --- | --- | --- | --- | --- |');
console.log(`| input | | | | ${number(report.noisy.si_sdr_db, 1)} | ${number(report.noisy.pesq, 2)} |`);
for (const [system, line] of Object.entries(report.systems)) {
  const times = ['mean_us', 'median_us', 'p99_us'].map((key) => number(line[key], 0)).join(', ');
  console.log(
    `| ${system} | ${times} | ${number(line.download_bytes / 1000, 0)} | ${number(line.delay_ms, 0)} | ${number(line.si_sdr_db, 1)} | ${number(line.pesq, 2)} |`,
  );
}
console.log(
  `\nFrom the start of a page to its first enhanced sample: ${number(first.median_ms, 0)} ms (median of ${first.rounds}); module and model come from this machine.`,
);
