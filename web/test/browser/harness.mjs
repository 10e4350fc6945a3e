// Pages with the package in a headless Chromium.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { serve } from './server.mjs';

export const web = fileURLToPath(new URL('../..', import.meta.url));
export const repository = fileURLToPath(new URL('../../..', import.meta.url));

const browsers = [
  process.env.DEEPFILTER_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
export const chromiumPath = browsers.find((path) => path && existsSync(path));

export const flags = [
  '--no-sandbox',
  '--autoplay-policy=no-user-gesture-required',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
];

const page = `<!doctype html><meta charset="utf-8"><title>test</title><link rel="icon" href="data:,">
<script type="module">
  window.deepfilter = await import('/web/dist/index.js');
  window.page = await import('/web/test/browser/page.mjs');
  window.ready = true;
</script>`;

/** A server of the package, the test page and the samples. */
export const serveTests = (options = {}) =>
  serve(
    { '/web/': web, '/examples/': join(repository, 'examples'), ...options.roots },
    { ...options, pages: { '/': page, ...options.pages } },
  );

/** Starts a browser and a server. `microphone` is a WAV file that its fake microphone plays once. */
export async function open({ microphone, headers, args = [], pages = {}, roots = {} } = {}) {
  if (!chromiumPath) throw new Error('no Chromium is installed; Debian has it as the package "chromium"');
  const server = await serveTests({ headers, pages, roots });
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [
      ...flags,
      ...(microphone ? [`--use-file-for-fake-audio-capture=${microphone}%noloop`] : []),
      ...args,
    ],
  });
  const context = await browser.newContext();
  return {
    server,
    browser,
    /** A fresh page whose errors are kept in `errors`. */
    async page(path = '/') {
      const opened = await context.newPage();
      opened.errors = [];
      opened.on('pageerror', (error) => opened.errors.push(String(error)));
      opened.on('console', (message) => message.type() === 'error' && opened.errors.push(message.text()));
      await opened.goto(server.origin + path);
      if (path === '/') await opened.waitForFunction(() => window.ready);
      return opened;
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** Float arrays as they travel out of a page: base64 of their bytes. */
export function decodeFloats(text) {
  const bytes = Buffer.from(text, 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** Bytes of the built package's files. */
export const built = async (path) => new Uint8Array(await readFile(`${web}/${path}`));

/** The memory of the largest of a browser's renderers, as the system counts it. */
export async function residentBytes({ browser }) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const sizes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(async ({ id }) => {
      const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '');
      return 1024 * Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
    });
  return Math.max(...(await Promise.all(sizes)));
}
