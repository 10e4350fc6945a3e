// The page for everybody: keyboard, screen readers, phones, dark and light, offline, old browsers.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { enhanced, kPatienceMs, launch, open, serve } from './stage.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let browser;
let server;

before(async () => {
  server = await serve();
  browser = await launch({ microphone: undefined });
});
after(async () => {
  await browser?.close();
  server?.close();
});

async function violations(page) {
  await page.evaluate(axe);
  const { violations: found } = await page.evaluate(() => globalThis.axe.run());
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

test('axe-core finds nothing, in both tabs, themes and widths', async () => {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [360, 1280]) {
      const { page, wrong, context } = await open(browser, server.page, {
        colorScheme,
        viewport: { width, height: 800 },
      });
      await enhanced(page, 'Sample: ');
      assert.deepEqual(await violations(page), []);
      await page.setInputFiles('#file', { name: 'no.txt', mimeType: 'text/plain', buffer: Buffer.from('no') });
      await page.waitForFunction(() => document.querySelector('#error').textContent !== '');
      await page.selectOption('#level', 'fixed');
      await page.click('#tab-live');
      await page.click('#live');
      await page.waitForFunction(() => document.querySelector('#meter-in-text').textContent !== '–');
      assert.deepEqual(await violations(page), []);
      assert.deepEqual(wrong, []);
      await context.close();
    }
  }
});

test('no width makes it scroll sideways', async () => {
  const { page, context } = await open(browser, server.page, { viewport: { width: 320, height: 700 } });
  await enhanced(page, 'Sample: ');
  for (const tab of ['file', 'live']) {
    await page.click(`#tab-${tab}`);
    if (tab === 'live') {
      await page.click('#live');
      await page.waitForFunction(() => document.querySelector('#live-status').textContent.startsWith('Listening'));
    }
    for (const width of [320, 360, 412, 768, 1024, 1920]) {
      await page.setViewportSize({ width, height: 700 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${tab}: ${wide} px at a width of ${width}`);
    }
  }
  await context.close();
});

test('what is said of clicks and keys is for mice, of taps for fingers', async () => {
  for (const hasTouch of [false, true]) {
    const { page, context } = await open(browser, server.page, { hasTouch, isMobile: hasTouch });
    await enhanced(page, 'Sample: ');
    assert.equal(await page.isVisible('.for-mouse'), !hasTouch);
    assert.equal(await page.isVisible('.for-finger'), hasTouch);
    await context.close();
  }
});

test('the keyboard alone is enough', async () => {
  const { page, wrong, context } = await open(browser, server.page);
  await enhanced(page, 'Sample: ');
  const focus = () => page.evaluate(() => document.activeElement.id);
  const order = [];
  for (let n = 0; n < 14; ++n) {
    await page.keyboard.press('Tab');
    order.push(await focus());
  }
  const expected = [
    'theme',
    'tab-file',
    'choose',
    'record',
    'sample',
    'play',
    'hear-after',
    'position',
    'repeat',
    'download',
    'attenuation',
    'level',
    'model',
  ];
  assert.deepEqual(
    order.filter((id) => expected.includes(id)),
    expected,
  );

  await page.focus('#play');
  await page.keyboard.press('Space');
  await page.waitForFunction(() => document.querySelector('#play-label').textContent === 'Pause');
  await page.keyboard.press('b');
  assert.equal(await page.isChecked('#hear-before'), true);
  await page.keyboard.press('b');
  assert.equal(await page.isChecked('#hear-after'), true);
  await page.keyboard.press('Space');
  await page.focus('#hear-after');
  await page.keyboard.press('ArrowLeft');
  assert.equal(await page.isChecked('#hear-before'), true);

  await page.focus('#position');
  const position = () => page.evaluate(() => Number(document.querySelector('#position').value));
  const from = await position();
  await page.keyboard.press('ArrowRight');
  assert.ok(Math.abs((await position()) - from - 1) < 0.1);
  assert.match(await page.getAttribute('#position', 'aria-valuetext'), /^[\d.]+ of 5\.4 s$/);

  await page.focus('#tab-file');
  await page.keyboard.press('ArrowRight');
  assert.equal(await focus(), 'tab-live');
  assert.equal(await page.isVisible('#panel-live'), true);
  assert.equal(await page.isVisible('#panel-file'), false);
  await page.keyboard.press('Tab');
  assert.equal(await focus(), 'live');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('#live-status').textContent.startsWith('Listening'));
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('#live-status').textContent === 'Stopped.');
  assert.deepEqual(wrong, []);
  await context.close();
});

test('screen readers hear the stages, not each percent', async () => {
  const { page, context } = await open(browser, server.page);
  await enhanced(page, 'Sample: ');
  await page.evaluate(() => {
    globalThis.heard = [];
    new MutationObserver(() => globalThis.heard.push(document.querySelector('#status').textContent)).observe(
      document.querySelector('#status'),
      { childList: true, characterData: true, subtree: true },
    );
  });
  await page.click('#sample');
  await page.waitForFunction(() => globalThis.heard.at(-1)?.startsWith('Done'));
  const heard = await page.evaluate(() => globalThis.heard);
  assert.deepEqual(heard.slice(0, -1), ['Reading the sample …', 'Enhancing …']);
  await context.close();
});

test('dark and light: the system’s, until the visitor switches', async () => {
  const { page, context } = await open(browser, server.page, { colorScheme: 'dark' });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  assert.equal(await page.getAttribute('#theme', 'aria-pressed'), 'true');
  await page.click('#theme');
  const light = await ground();
  assert.notEqual(light, dark);
  await page.reload();
  assert.equal(await ground(), light, 'the choice is remembered');
  await page.click('#theme');
  await page.emulateMedia({ colorScheme: 'light' });
  assert.equal(await ground(), light, 'back at the system’s, it follows the system');
  await context.close();
});

test('works offline after the first visit', async () => {
  const { page, wrong, context } = await open(browser, server.page);
  await enhanced(page, 'Sample: ');
  await page.waitForFunction(() => document.querySelector('#offline').textContent !== '');
  await context.setOffline(true);
  await page.reload();
  await enhanced(page, 'Sample: ');
  await page.click('#tab-live');
  await page.click('#live');
  await page.waitForFunction(() => document.querySelector('#live-status').textContent.startsWith('Listening'));
  await page.waitForFunction(() => document.querySelector('#meter-in-text').textContent !== '–');
  assert.deepEqual(wrong, []);
  // What was never fetched cannot be there, and that is said.
  await page.click('#tab-file');
  await enhanced(page, 'Sample: ');
  const models = await page.locator('#model option').evaluateAll((options) => options.map((option) => option.value));
  if (models.length > 1) {
    await page.selectOption('#model', models.at(-1));
    await page.waitForFunction(() => document.querySelector('#error').textContent.includes('connect once'));
    await context.setOffline(false);
    await page.click('#again');
    await enhanced(page, 'Sample: ');
    await context.setOffline(true);
    await page.reload();
    await enhanced(page, 'Sample: ');
    await page.selectOption('#model', models.at(-1));
    await page.waitForFunction(() => document.querySelector('#status').textContent.startsWith('Done'));
  }
  await context.close();
});

test('a newer version is offered, and the stored one goes on until it is taken', async () => {
  const own = await serve({ copy: true });
  try {
    const { page, wrong, context } = await open(browser, own.page);
    await page.waitForFunction(() => document.querySelector('#offline').textContent !== '');
    const change = (name, from, to) => {
      const path = join(own.folder, name);
      const old = readFileSync(path, 'utf8');
      assert.ok(old.includes(from));
      writeFileSync(path, old.replace(from, to));
    };
    const [, version] = readFileSync(join(own.folder, 'service_worker.js'), 'utf8').match(/"([0-9a-f]{16})"/);
    change('index.html', '<h1>deepfilter</h1>', '<h1>deepfilter, newer</h1>');
    change('service_worker.js', version, '0123456789abcdef');
    await page.reload();
    assert.equal(await page.locator('h1').textContent(), 'deepfilter');
    await page.click('#update');
    await page.waitForFunction(() => document.querySelector('h1')?.textContent === 'deepfilter, newer');
    await enhanced(page, 'Sample: ');
    assert.equal(await page.isVisible('#update'), false);
    const caches = await page.evaluate(() => caches.keys());
    assert.equal(caches.length, 1, 'the old version is forgotten');
    assert.deepEqual(wrong, []);
    await context.close();
  } finally {
    own.close();
  }
});

test('the page’s own policy keeps it from other servers and from scripts in text', async () => {
  const other = await serve();
  const { page, context } = await open(browser, server.page);
  const refused = await page.evaluate(async (address) => {
    const found = [];
    document.addEventListener('securitypolicyviolation', (event) => found.push(event.effectiveDirective));
    await fetch(address).catch(() => {});
    const image = new Image();
    image.src = `${address}icon.svg`;
    await new Promise((resolve) => image.addEventListener('error', resolve));
    let ran = true;
    try {
      new Function('')();
    } catch {
      ran = false;
    }
    return { found, ran };
  }, other.page);
  assert.deepEqual(refused.found.slice(0, 2).sort(), ['connect-src', 'img-src']);
  assert.equal(refused.ran, false);
  await context.close();
  other.close();
});

test('the server says what each file is', async () => {
  const types = {
    'main.js': 'text/javascript',
    'deepfilter/dist/deepfilter.wasm': 'application/wasm',
    'manifest.webmanifest': 'application/manifest+json',
    'sample/noisy.flac': 'audio/flac',
    'style.css': 'text/css',
  };
  for (const [path, type] of Object.entries(types)) {
    const response = await fetch(server.page + path);
    assert.equal(response.status, 200, path);
    assert.equal(response.headers.get('content-type'), type);
  }
});

test('a browser that cannot run it is told so in one sentence', async () => {
  const context = await browser.newContext();
  context.setDefaultTimeout(kPatienceMs);
  const page = await context.newPage();
  await page.addInitScript(() => {
    delete globalThis.AudioWorkletNode;
  });
  await page.goto(server.page);
  await page.waitForFunction(() => document.querySelector('#unsupported').textContent !== '');
  assert.match(await page.locator('#unsupported').textContent(), /^This browser cannot run the page: it needs/);
  assert.equal(await page.isVisible('#app'), false);
  await context.close();
});
