// The page in Firefox: a file and live sound.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { firefoxPath, openFirefox, pulsePath } from '../browser/harness_firefox.mjs';
import { kPatienceMs, serve } from './stage.mjs';

const skip = firefoxPath ? false : 'no Firefox is installed; Debian has it as the package "firefox-esr"';
const skipLive = skip || (pulsePath ? false : 'without PulseAudio, Firefox has nothing to play to');
let firefox;
let server;
let page;
const wrong = [];

before(async () => {
  if (skip) return;
  server = await serve();
  firefox = await openFirefox({ live: !skipLive });
  page = await firefox.browser.newPage();
  page.setDefaultTimeout(kPatienceMs);
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(message.text());
  });
  page.on('pageerror', (error) => wrong.push(error.message));
  await page.goto(server.page);
});
after(async () => {
  await firefox?.close();
  server?.close();
});

const until = (selector, pattern) =>
  page.waitForFunction(
    (where, source) => new RegExp(source).test(document.querySelector(where).textContent),
    {},
    selector,
    pattern.source,
  );
const number = async (selector) =>
  page.$eval(selector, (element) => Number(element.textContent.replace('−', '-').match(/-?[\d.]+/)[0]));

test('the sample is enhanced and plays', { skip }, async () => {
  await until('#sound', /^Sample: a voice in the noise of a fan, 5\.4 s, 48 kHz, mono$/);
  await until('#status', /^Done/);
  await until('#quiet-after', /dBFS/);
  assert.ok((await number('#quiet-after')) < (await number('#quiet-before')) - 10);
  if (skipLive) return;
  await page.click('#play');
  await page.waitForFunction(() => Number(document.querySelector('#position').value) > 0.3);
  await page.click('#play');
  assert.deepEqual(wrong, []);
});

test('the microphone is enhanced live', { skip: skipLive }, async () => {
  await page.click('#tab-live');
  await page.click('#live');
  await until('#live-status', /^Listening/);
  await until('#meter-in-text', /\d+ dBFS/);
  assert.ok((await number('#delay-told')) >= 10);
  await page.click('#live');
  await until('#live-status', /^Stopped/);
  assert.deepEqual(wrong, []);
});
