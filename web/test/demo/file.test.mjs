// Whole sounds: the sample, files, the download, settings, progress and cancel, and what is said when it does not work.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { enhanced, launch, open, serve, voiceLike, wavFile } from './stage.mjs';

let browser;
let server;

before(async () => {
  server = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.close();
});

const stereo = () => {
  const sounds = [voiceLike(44100), voiceLike(44100, 0.1)];
  return wavFile(2, 44100, 2, (n, c) => sounds[c](n));
};
const asFile = (name, buffer, mimeType = 'audio/wav') => ({ name, mimeType, buffer });
const text = (page, selector) => page.locator(selector).textContent();

/** A canvas's colours in a part of its picture: how light they are on average, 0 .. 255. */
const lightness = (page, id) =>
  page.evaluate((name) => {
    const canvas = document.getElementById(name);
    const { data } = canvas
      .getContext('2d')
      .getImageData(canvas.width / 2, canvas.height / 4, canvas.width / 3, canvas.height / 4);
    return data.reduce((sum, value, n) => sum + (n % 4 === 3 ? 0 : value), 0) / ((data.length / 4) * 3);
  }, id);

test('opens with the sample, enhanced', async () => {
  const { page, wrong, context } = await open(browser, server.page);
  await enhanced(page, 'Sample: a voice in the noise of a fan, 5.4 s, 48 kHz, mono');
  const quiet = async (side) => Number((await text(page, `#quiet-${side}`)).replace('−', '-').match(/-?\d+/)[0]);
  await page.waitForFunction(() => document.querySelector('#quiet-after').textContent !== '');
  assert.ok((await quiet('after')) < (await quiet('before')) - 10, 'the pauses are quieter by more than 10 dB');
  assert.ok((await lightness(page, 'picture-after')) < (await lightness(page, 'picture-before')));
  assert.deepEqual(wrong, []);
  await context.close();
});

test('a chosen file of two channels at 44.1 kHz; the download is the package’s output', async () => {
  const { page, wrong, context } = await open(browser, server.page);
  const file = stereo();
  await page.setInputFiles('#file', asFile('my voice.wav', file));
  await enhanced(page, 'my voice.wav, 2.0 s, 44.1 kHz, stereo');
  const waiting = page.waitForEvent('download');
  await page.click('#download');
  const download = await waiting;
  assert.equal(download.suggestedFilename(), 'my voice-enhanced.wav');
  const got = readFileSync(await download.path());
  const expected = await page.evaluate(
    async (bytes) => {
      const { enhanceFile } = await import('./deepfilter/dist/index.js');
      const result = await enhanceFile(Uint8Array.from(bytes).buffer);
      return [...new Uint8Array(await result.wav().arrayBuffer())];
    },
    [...file],
  );
  assert.ok(got.equals(Buffer.from(expected)), 'the download is another sound than enhanceFile gives');
  const decoded = await page.evaluate(
    async (bytes) => {
      const buffer = await new OfflineAudioContext(1, 1, 44100).decodeAudioData(Uint8Array.from(bytes).buffer);
      return {
        channels: buffer.numberOfChannels,
        length: buffer.length,
        loudest: Math.max(...buffer.getChannelData(0)),
      };
    },
    [...got],
  );
  assert.equal(decoded.channels, 2);
  assert.equal(decoded.length, 88200);
  assert.ok(decoded.loudest > 0.01);
  assert.deepEqual(wrong, []);
  await context.close();
});

test('a dropped file', async () => {
  const { page, wrong, context } = await open(browser, server.page);
  const transfer = await page.evaluateHandle(
    (bytes) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(bytes)], 'dropped.wav', { type: 'audio/wav' }));
      return data;
    },
    [...wavFile(1, 16000, 1, voiceLike(16000))],
  );
  await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
  assert.equal(await page.getAttribute('#drop', 'data-over'), 'true');
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  await enhanced(page, 'dropped.wav, 1.0 s, 16 kHz, mono');
  assert.equal(await page.getAttribute('#drop', 'data-over'), 'false');
  assert.deepEqual(wrong, []);
  await context.close();
});

test('a file that is no sound, or has none, gets one sentence, and the sound before stays', async () => {
  const { page, wrong, context } = await open(browser, server.page);
  await enhanced(page, 'Sample: ');
  await page.setInputFiles('#file', asFile('letter.txt', Buffer.from('Dear reader'), 'text/plain'));
  await page.waitForFunction(() => document.querySelector('#error').textContent !== '');
  assert.match(await text(page, '#error'), /^“letter\.txt” is not a sound that this browser can read; try WAV/);
  await page.setInputFiles(
    '#file',
    asFile(
      'empty.wav',
      wavFile(0, 48000, 1, () => 0),
    ),
  );
  await page.waitForFunction(() => document.querySelector('#error').textContent.includes('empty.wav'));
  assert.match(await text(page, '#error'), /^“empty\.wav” is (empty|not a sound)/);
  assert.match(await text(page, '#sound'), /^Sample: /);
  assert.equal(await page.isDisabled('#download'), false);
  assert.deepEqual(wrong, []);
  await context.close();
});

test('settings change the result', async () => {
  const { page, wrong, context } = await open(browser, server.page);
  await enhanced(page, 'Sample: ');
  const quiet = () => text(page, '#quiet-after');
  const told = () => page.waitForFunction(() => /dBFS$/.test(document.querySelector('#quiet-after').textContent));
  const changed = async (act) => {
    await told();
    await page.evaluate(() => {
      document.querySelector('#status').textContent = 'waiting';
    });
    await act();
    await enhanced(page, 'Sample: ');
  };
  await told();
  const none = await quiet();
  await changed(() => page.fill('#attenuation', '6'));
  await told();
  assert.notEqual(await quiet(), none);
  assert.equal(await text(page, '#attenuation-value'), '6 dB');
  assert.equal(await page.getAttribute('#attenuation', 'aria-valuetext'), '6 dB');
  await changed(() => page.selectOption('#level', 'keep'));
  await changed(() => page.selectOption('#level', 'fixed'));
  await changed(async () => {
    await page.fill('#level-gain', '6');
    await page.press('#level-gain', 'Tab');
  });
  for (const [typed, used] of [
    ['600', '60'],
    ['-99', '-60'],
    ['', '0'],
  ]) {
    await changed(async () => {
      await page.fill('#level-gain', typed);
      await page.press('#level-gain', 'Tab');
    });
    assert.equal(await page.inputValue('#level-gain'), used, `"${typed}" is not shown as what is used`);
  }
  const models = await page.locator('#model option').evaluateAll((options) => options.map((option) => option.value));
  for (const model of models.slice(1)) await changed(() => page.selectOption('#model', model));
  assert.deepEqual(wrong, []);
  await context.close();
});

test('a long job shows its progress and can be cancelled and done again', async () => {
  const { page, wrong, context } = await open(browser, server.page);
  await enhanced(page, 'Sample: ');
  await page.setInputFiles('#file', asFile('long.wav', wavFile(60, 16000, 1, voiceLike(16000))));
  await page.waitForFunction(() => parseInt(document.querySelector('#percent').textContent) > 0);
  assert.equal(await page.isDisabled('#download'), true);
  assert.equal(await text(page, '#quiet-after'), '', 'the number is that of the sound before');
  await page.click('#cancel');
  assert.equal(await text(page, '#status'), 'Cancelled.');
  assert.equal(await page.isDisabled('#download'), true);
  assert.equal(await text(page, '#quiet-after'), '');
  assert.match(await text(page, '#quiet-before'), /^noise between the words: −?\d+ dBFS$/);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'again', 'the focus is not lost');
  await page.click('#again');
  await enhanced(page, 'long.wav, 1:00');
  await page.waitForFunction(() => /dBFS$/.test(document.querySelector('#quiet-after').textContent));
  // Other settings make the result an old one, which stays to be heard but is called so.
  await page.fill('#attenuation', '6');
  await page.waitForFunction(() => parseInt(document.querySelector('#percent').textContent) > 0);
  for (const act of [() => {}, () => page.click('#cancel')]) {
    await act();
    assert.equal(await text(page, '#quiet-after'), 'made with the settings before');
    assert.match(await page.getAttribute('#picture-after', 'aria-label'), /, made with the settings before$/);
    assert.equal(await page.isDisabled('#download'), true);
  }
  await page.click('#again');
  await enhanced(page, 'long.wav, 1:00');
  await page.waitForFunction(() => /dBFS$/.test(document.querySelector('#quiet-after').textContent));
  // A new file ends the job before it.
  await page.setInputFiles('#file', asFile('long2.wav', wavFile(60, 16000, 1, voiceLike(16000))));
  await page.waitForFunction(() => parseInt(document.querySelector('#percent').textContent) > 0);
  await page.click('#sample');
  await enhanced(page, 'Sample: ');
  assert.deepEqual(wrong, []);
  await context.close();
});

test('plays, switches sides without losing its place, and goes where a picture is clicked', async () => {
  const { page, wrong, context } = await open(browser, server.page);
  await enhanced(page, 'Sample: ');
  const position = () => page.evaluate(() => Number(document.querySelector('#position').value));
  await page.click('#play');
  await page.waitForFunction(() => Number(document.querySelector('#position').value) > 0.3);
  const earlier = await position();
  await page.locator('#hear-before').check({ force: true });
  assert.equal(await page.getAttribute('#figure-before', 'data-heard'), 'true');
  assert.equal(await page.getAttribute('#figure-after', 'data-heard'), 'false');
  await page.waitForFunction((place) => Number(document.querySelector('#position').value) > place, earlier);
  assert.equal(await text(page, '#play-label'), 'Pause');
  await page.click('#play');
  const box = await page.locator('#picture-after').boundingBox();
  await page.mouse.click(box.x + 40 + (box.width - 48) / 2, box.y + 50);
  assert.ok(Math.abs((await position()) - 2.7) < 0.1, `${await position()} s`);
  await page.mouse.click(box.x + 5, box.y + 50);
  assert.equal(await position(), 0);
  assert.deepEqual(wrong, []);
  await context.close();
});
