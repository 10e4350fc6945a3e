// The same pages in a headless Firefox, driven by WebDriver BiDi. Its audio contexts run only where
// there is something to play to: a PulseAudio server of the test's own that throws the sound away.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { serveTests } from './harness.mjs';

const browsers = [process.env.DEEPFILTER_FIREFOX, '/usr/bin/firefox-esr', '/usr/bin/firefox'];
export const firefoxPath = browsers.find((path) => path && existsSync(path));
export const pulsePath = ['/usr/bin/pulseaudio'].find(existsSync);

async function startSound(folder) {
  const socket = join(folder, 'socket');
  const modules = ['module-null-sink', `module-native-protocol-unix auth-anonymous=1 socket=${socket}`];
  const server = spawn(
    pulsePath,
    [
      '-n',
      '--daemonize=no',
      '--exit-idle-time=-1',
      '--disable-shm=yes',
      ...modules.map((module) => `--load=${module}`),
    ],
    {
      stdio: 'ignore',
      env: { ...process.env, HOME: folder, XDG_RUNTIME_DIR: folder },
    },
  );
  for (let tries = 0; !existsSync(socket); ++tries) {
    if (tries === 100 || server.exitCode !== null) throw new Error('pulseaudio does not start');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { address: `unix:${socket}`, stop: () => server.kill() };
}

/** `live`: with something to play to. */
export async function openFirefox({ live }) {
  const folder = await mkdtemp(join(tmpdir(), 'deepfilter-'));
  const sound = live ? await startSound(folder) : undefined;
  const server = await serveTests();
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: firefoxPath,
    headless: true,
    env: { ...process.env, ...(sound ? { PULSE_SERVER: sound.address } : {}) },
    extraPrefsFirefox: {
      'media.autoplay.default': 0,
      'media.autoplay.blocking_policy': 0,
      'media.navigator.permission.disabled': true,
      'media.navigator.streams.fake': true,
    },
  });
  return {
    server,
    browser,
    async page() {
      const page = await browser.newPage();
      await page.goto(`${server.origin}/`);
      await page.waitForFunction(() => window.ready);
      return page;
    },
    async close() {
      await browser.close();
      await server.close();
      sound?.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}
