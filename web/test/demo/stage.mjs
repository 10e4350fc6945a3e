// What every test of the demo page needs: the page served from a sub-folder by the project's own server, Chromium, and
// a watch over everything that must not happen.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const here = fileURLToPath(new URL('.', import.meta.url));
export const demo = process.env.DEEPFILTER_DEMO ?? join(here, '../../demo/dist');
/** A first run compiles WebAssembly on a machine that may be busy. */
export const kPatienceMs = 120_000;

/**
 * A server over a new folder in which the page lies two levels deep. `files` are written beside it: path -> content.
 * `copy`: the page may be changed, in `folder`.
 */
export async function serve({ files = {}, copy = false } = {}) {
  if (!existsSync(join(demo, 'index.html')))
    throw new Error(`${demo} has no page; build it with node web/demo/build.mjs`);
  const root = mkdtempSync(join(tmpdir(), 'deepfilter-demo-'));
  mkdirSync(join(root, 'some'));
  const folder = join(root, 'some/where');
  if (copy) cpSync(demo, folder, { recursive: true });
  else symlinkSync(demo, folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const server = spawn('python3', [join(here, '../../../tools/serve_folder.py'), root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const address = await new Promise((resolve, reject) => {
    server.stdout.once('data', (data) => resolve(String(data).trim()));
    server.once('exit', (status) => reject(new Error(`the server ended with ${status}`)));
  });
  return {
    root: address,
    page: `${address}some/where/`,
    folder,
    close() {
      server.removeAllListeners('exit');
      server.kill();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function chromiumPath() {
  const known = [
    process.env.DEEPFILTER_CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ];
  const path = known.find((name) => name && existsSync(name));
  if (!path) throw new Error('no Chromium is installed; Debian has it as the package "chromium"');
  return path;
}

/** Chromium; `microphone`: the WAV file that its fake microphone plays, "none" for no microphone, or nothing. */
export function launch({ microphone, allow = true, flags = [] } = {}) {
  const fake = microphone === 'none' ? [] : ['--use-fake-device-for-media-stream'];
  if (microphone && microphone !== 'none') fake.push(`--use-file-for-fake-audio-capture=${microphone}`);
  if (allow) fake.push('--use-fake-ui-for-media-stream');
  return chromium.launch({
    executablePath: chromiumPath(),
    args: ['--no-sandbox', ...fake, ...flags],
  });
}

/** A page that records every error on its console and every request to another server. */
export async function open(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  context.setDefaultTimeout(kPatienceMs);
  const page = await context.newPage();
  const wrong = [];
  const origin = new URL(url).origin;
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) wrong.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => wrong.push(`error: ${error.message}`));
  context.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (protocol.startsWith('http') && asked !== origin) wrong.push(`foreign request: ${request.url()}`);
  });
  await page.goto(url);
  return { context, page, wrong };
}

/** Until the sound called `name` is there, enhanced and drawn. */
export async function enhanced(page, name) {
  await page.waitForFunction((text) => document.querySelector('#sound').textContent.startsWith(text), name);
  await page.waitForFunction(() => document.querySelector('#status').textContent.startsWith('Done'));
  await page.waitForFunction(() => !document.querySelector('#download').disabled);
}

/** A WAV file of 16-bit samples; `sound(n, channel)` is -1 .. 1. */
export function wavFile(seconds, sampleRate, channels, sound) {
  const frames = Math.round(seconds * sampleRate);
  const bytes = Buffer.alloc(44 + 2 * frames * channels);
  bytes.write('RIFF');
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(channels, 22);
  bytes.writeUInt32LE(sampleRate, 24);
  bytes.writeUInt32LE(2 * sampleRate * channels, 28);
  bytes.writeUInt16LE(2 * channels, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(2 * frames * channels, 40);
  for (let n = 0; n < frames; ++n) {
    for (let c = 0; c < channels; ++c) {
      const value = Math.round(32767 * Math.min(Math.max(sound(n, c), -1), 1));
      bytes.writeInt16LE(value, 44 + 2 * (n * channels + c));
    }
  }
  return bytes;
}

/** Noise that is the same in each run, -1 .. 1. */
export function noise(seed = 1) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** Something like a voice: a buzz of changing pitch in bursts, in noise. */
export function voiceLike(sampleRate, loud = 0.2) {
  const random = noise(7);
  let phase = 0;
  return (n) => {
    const time = n / sampleRate;
    phase += (120 + 30 * Math.sin(3 * time)) / sampleRate;
    const open = Math.max(0, Math.sin(2 * Math.PI * 2.5 * time)) ** 0.5;
    let buzz = 0;
    for (let k = 1; k <= 20; ++k) buzz += Math.sin(2 * Math.PI * k * phase) / (1 + Math.abs(k - 5));
    return loud * (open * buzz * 0.3 + 0.05 * random());
  };
}
