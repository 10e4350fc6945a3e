// The HTML report of the program, opened from a file: two sounds on one clock, no request, keyboard, screen readers,
// every width and theme, print. $DEEPFILTER_REPORTS is a folder with the reports that tools/report_browser_test.sh makes.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const folder = process.env.DEEPFILTER_REPORTS;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** As far apart as both may be when one is switched to the other. */
const kSameInstantS = 0.03;
const kRate = 48_000;
/** Widths in pixels, from a small phone to a wide screen. */
const kWidths = [320, 400, 800, 1400];
let browser;

before(async () => {
  const known = [process.env.DEEPFILTER_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const executablePath = known.find((name) => name && existsSync(name));
  if (!executablePath) throw new Error('no Chromium is installed; Debian has it as the package "chromium"');
  const args = ['--autoplay-policy=no-user-gesture-required'];
  if (process.getuid?.() === 0) args.push('--no-sandbox');
  browser = await chromium.launch({ executablePath, args });
});
after(async () => browser?.close());

/** Run in the page: makes its audio context known. */
function watchClock() {
  globalThis.AudioContext = class extends AudioContext {
    constructor() {
      super();
      globalThis.clock = this;
    }
  };
}

/** Run in the page: gives it an audio context whose clock stands until it renders. */
function renderOffline(rate) {
  globalThis.AudioContext = class extends OfflineAudioContext {
    constructor() {
      super(1, 6 * rate, rate);
      globalThis.clock = this;
    }

    resume() {
      return Promise.resolve();
    }
  };
}

/** Opens a report; `wrong` collects requests, messages and errors. */
async function open(name, { clock = false, offline = false, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, ...options });
  const page = await context.newPage();
  if (clock) await page.addInitScript(watchClock);
  if (offline) await page.addInitScript(renderOffline, kRate);
  const wrong = [];
  page.on('request', (request) => {
    if (!request.url().startsWith('file:') && !request.url().startsWith('data:')) wrong.push(request.url());
  });
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => wrong.push(message.text()));
  await page.goto(pathToFileURL(join(folder, name)).href);
  return { page, wrong, context };
}

const state = (page) =>
  page.evaluate(() => {
    const { place, side, playing } = document.querySelector('#player').dataset;
    return { place: Number(place), side, playing: playing === 'true' };
  });

test('both sounds are decoded to the same instants', async () => {
  const { page, context } = await open('clicks.html');
  // The sound is a click a second, and the output is the input: the decoded tracks have to agree to the sample.
  const found = await page.evaluate(async () => {
    const { kept, piece, lead } = JSON.parse(document.querySelector('#data').textContent);
    const audio = new OfflineAudioContext(1, 48000, 48000);
    const clicks = {};
    for (const side of ['before', 'after']) {
      clicks[side] = [];
      let start = 0;
      for (const script of document.querySelectorAll(`script[data-side=${side}]`)) {
        const bytes = Uint8Array.from(atob(script.textContent), (letter) => letter.charCodeAt(0));
        const buffer = await audio.decodeAudioData(bytes.buffer);
        const samples = buffer.getChannelData(0);
        for (let second = Math.ceil(start); second < Math.min(kept, start + piece); ++second) {
          const from = Math.round((lead + second - start) * 48000) - 4800;
          let most = from;
          for (let i = from; i < from + 9600; ++i) if (Math.abs(samples[i]) > Math.abs(samples[most])) most = i;
          clicks[side].push(start - lead + most / 48000);
        }
        start += piece;
      }
    }
    return clicks;
  });
  assert.equal(found.before.length, found.after.length);
  assert.ok(found.before.length >= 44, `${found.before.length} clicks`);
  found.before.forEach((time, i) => {
    assert.ok(Math.abs(time - found.after[i]) < 1e-3, `before ${time}, after ${found.after[i]}`);
    // Where the pictures have it.
    assert.ok(Math.abs(time - i) < 0.02, `click ${i} is heard at ${time}`);
  });
  await context.close();
});

test('a switch changes neither the time nor the playing', async () => {
  const { page, wrong, context } = await open('sample.html', { clock: true });
  assert.equal((await state(page)).place, 0);
  await page.click('#play');
  await page.waitForFunction(() => Number(document.querySelector('#player').dataset.place) > 0.2);
  for (const side of ['after', 'before', 'after']) {
    // Beside the clock of what is heard, which a busy machine may hold up.
    const jump = await page.evaluate((name) => {
      // How far the place is ahead of the clock lies between two readings of the clock.
      const ahead = (chosen) => {
        const from = globalThis.clock.currentTime;
        document.querySelector(`input[name=side][value=${chosen}]`).click();
        const place = Number(document.querySelector('#player').dataset.place);
        return { least: place - globalThis.clock.currentTime, most: place - from };
      };
      const seen = [name, name === 'after' ? 'before' : 'after', name].map(ahead);
      return Math.max(...seen.map(({ least }) => least)) - Math.min(...seen.map(({ most }) => most));
    }, side);
    assert.ok(jump < kSameInstantS, `${jump} s`);
    assert.deepEqual({ ...(await state(page)), place: 0 }, { place: 0, side, playing: true });
  }
  assert.equal(await page.textContent('#said'), 'After');
  await page.keyboard.press('x');
  assert.equal((await state(page)).side, 'before');
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press(' ');
  assert.equal((await state(page)).playing, false);
  assert.deepEqual(wrong, []);
  await context.close();
});

/** What the page would send to the loudspeakers in six seconds from a time on, as the machine's speed does not matter. */
async function rendered(name, side, from) {
  const { page, wrong, context } = await open(name, { offline: true });
  const samples = await page.evaluate(async ({ chosen, start }) => {
    document.querySelector(`input[name=side][value=${chosen}]`).click();
    const seek = document.querySelector('#seek');
    seek.value = String(start);
    seek.dispatchEvent(new Event('input'));
    document.querySelector('#play').click();
    while (document.querySelector('#player').dataset.playing !== 'true') await new Promise((done) => setTimeout(done, 50));
    // Both pieces that lie within the time are scheduled then.
    await new Promise((done) => setTimeout(done, 3000));
    const buffer = await globalThis.clock.startRendering();
    return [...buffer.getChannelData(0)];
  }, { chosen: side, start: from });
  assert.deepEqual(wrong, []);
  await context.close();
  return samples;
}

test('clicks are heard at their times, also where one piece of the track meets the next', async () => {
  const samples = await rendered('clicks.html', 'before', 18.5);
  const times = [];
  samples.forEach((sample, i) => {
    const time = i / kRate;
    if (Math.abs(sample) > 0.02 && (times.length === 0 || time - times.at(-1) > 0.1)) times.push(time);
  });
  assert.ok(times.length >= 3, `clicks at ${times}`);
  for (let i = 1; i < times.length; ++i) {
    assert.ok(Math.abs(times[i] - times[i - 1] - 1) < 0.005, `clicks at ${times}`);
  }
});

test('what is heard is the side that is chosen', async () => {
  const level = (samples) => Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
  // Half a second of the fan alone.
  const part = (samples) => samples.slice(0.1 * kRate, 0.4 * kRate);
  const noisy = level(part(await rendered('sample.html', 'before', 0)));
  const clean = level(part(await rendered('sample.html', 'after', 0)));
  assert.ok(noisy > 0.005 && clean < noisy / 5, `before ${noisy}, after ${clean}`);
});

test('a click in a picture and the keys of the slider go to a time', async () => {
  const { page, wrong, context } = await open('sample.html');
  const seconds = await page.evaluate(() => JSON.parse(document.querySelector('#data').textContent).seconds);
  for (const id of ['before', 'after', 'removed', 'waves', 'attenuation', 'snr', 'gain']) {
    const field = page.locator(`#${id} .field`);
    const box = await field.boundingBox();
    await field.click({ position: { x: box.width / 4, y: 20 } });
    assert.ok(Math.abs((await state(page)).place - seconds / 4) < 0.02, id);
  }
  await page.focus('#seek');
  const { place } = await state(page);
  await page.keyboard.press('ArrowRight');
  assert.ok(Math.abs((await state(page)).place - place - 1) < 0.02);
  assert.match(await page.getAttribute('#seek', 'aria-valuetext'), /^\d+\.\d of \d+\.\d seconds$/);
  assert.deepEqual(wrong, []);
  await context.close();
});

test('axe-core finds nothing, and no width makes it scroll sideways', async () => {
  for (const name of ['sample.html', 'compare.html', 'list.html']) {
    for (const colorScheme of ['light', 'dark']) {
      const { page, wrong, context } = await open(name, { colorScheme });
      await page.evaluate(() => document.querySelector('details')?.setAttribute('open', ''));
      for (const width of kWidths) {
        await page.setViewportSize({ width, height: 800 });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(over <= 0, `${name} is ${over} pixels wider than ${width}`);
      }
      // The page's policy keeps scripts out, not the test's own.
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`), [], `${name} ${colorScheme}`);
      assert.deepEqual(wrong, []);
      await context.close();
    }
  }
});

test('the list leads to pages, and paper has no players', async () => {
  const { page, wrong, context } = await open('list.html');
  await page.click('tbody a');
  assert.ok(await page.isVisible('#before img'));
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.isVisible('#player'), false);
  assert.ok(await page.isVisible('#figures'));
  const pdf = await page.pdf({ format: 'A4' });
  assert.ok(pdf.length > 10_000);
  assert.deepEqual(wrong, []);
  await context.close();
});
