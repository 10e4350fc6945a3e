// The A/B player, in a real browser's audio graph rendered offline: what is heard, sample by sample.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { bundled } from './parts.mjs';
import { launch, open, serve } from './stage.mjs';

let browser;
let server;
let page;

before(async () => {
  server = await serve({
    files: {
      'player/player.js': await bundled('player.ts'),
      'player/index.html': '<!doctype html><title>player</title>',
    },
  });
  browser = await launch();
  ({ page } = await open(browser, `${server.root}player/`));
});
after(async () => {
  await browser?.close();
  server?.close();
});

/** Renders 2 s at 48 kHz while `script(player, at)` acts; "before" is the ramp n / N, "after" its negative. */
function rendered(script) {
  return page.evaluate(async (text) => {
    const { AbPlayer } = await import('./player.js');
    const rate = 48000;
    const context = new OfflineAudioContext(1, 2 * rate, rate);
    const length = rate;
    const ramp = (sign) => {
      const buffer = new AudioBuffer({ length, sampleRate: rate });
      buffer.copyToChannel(
        Float32Array.from({ length }, (_, n) => (sign * (n + 1)) / length),
        0,
      );
      return buffer;
    };
    const player = new AbPlayer(() => context);
    const positions = [];
    // Acts at a time of the audio clock.
    const at = (seconds, act) =>
      context.suspend(seconds).then(async () => {
        await act();
        positions.push(player.position);
        await context.resume();
      });
    await (0, eval)(`(${text})`)(player, at, ramp);
    const output = (await context.startRendering()).getChannelData(0);
    return { output: [...output], positions, playing: player.playing };
  }, script.toString());
}

const kFade = 0.012 * 48000 + 256; // and a render quantum on each side

test('switching changes the side and never the place', async () => {
  const { output, positions } = await rendered((player, at, ramp) => {
    player.load(ramp(1));
    player.replaceAfter(ramp(-1));
    player.side = 'before';
    player.play();
    at(0.3, () => {
      player.side = 'after';
    });
    at(0.6, () => {
      player.side = 'before';
    });
  });
  const start = output.findIndex((value) => value !== 0);
  assert.ok(start > 0 && start < 0.03 * 48000);
  let differing = 0;
  for (let n = start; n < start + 48000; ++n) {
    const place = (n - start + 1) / 48000;
    // The clock is one: at each sample the size of what is heard is the place, whichever side, except in the fades.
    if (Math.abs(Math.abs(output[n]) - place) > 1e-6) ++differing;
  }
  assert.ok(differing < 2 * kFade, `${differing} samples are neither before nor after`);
  const value = (seconds) => output[Math.round(seconds * 48000)];
  assert.ok(value(0.2) > 0 && value(0.5) < 0 && value(0.8) > 0);
  assert.ok(Math.abs(positions[0] - (0.3 - start / 48000)) < 0.01);
});

test('a new result takes over in the middle, at the same place', async () => {
  const { output } = await rendered((player, at, ramp) => {
    player.load(ramp(1));
    player.play(); // there is no result yet: "before" is heard
    at(0.4, () => player.replaceAfter(ramp(-1)));
  });
  const start = output.findIndex((value) => value !== 0);
  const place = (n) => (n - start + 1) / 48000;
  const [early, late] = [Math.round(0.3 * 48000), Math.round(0.7 * 48000)];
  assert.ok(Math.abs(output[early] - place(early)) < 1e-6);
  // It is started anew for this, which may cost a part of a render quantum.
  assert.ok(Math.abs(output[late] + place(late)) < 0.004);
  const gap = output.slice(start, start + 40000).filter((value) => value === 0).length;
  assert.ok(gap < 200, `${gap} samples of silence`);
});

test('seeks, pauses, goes on and stops at the end', async () => {
  const { output, positions, playing } = await rendered((player, at, ramp) => {
    player.load(ramp(1));
    player.side = 'before';
    player.seek(0.5);
    player.play();
    at(0.2, () => player.pause());
    at(0.4, () => player.play());
    at(1.5, () => {});
  });
  const start = output.findIndex((value) => value !== 0);
  assert.ok(Math.abs(output[start] - 0.5) < 1e-3);
  assert.ok(output.slice(0.21 * 48000, 0.4 * 48000).every((value) => value === 0));
  assert.ok(Math.abs(output[Math.round(0.5 * 48000)] - (positions[0] + 0.08)) < 0.01, 'goes on where it paused');
  assert.equal(playing, false);
  assert.equal(positions[2], 0, 'is back at the beginning');
});

test('repeats without a gap', async () => {
  const { output, positions } = await rendered((player, at, ramp) => {
    player.load(ramp(1));
    player.side = 'before';
    player.repeat = true;
    player.play();
    at(1.5, () => {});
  });
  const start = output.findIndex((value) => value !== 0);
  for (let n = start; n < output.length; ++n) {
    assert.ok(Math.abs(output[n] - (((n - start) % 48000) + 1) / 48000) < 1e-6, `sample ${n}`);
  }
  assert.ok(Math.abs(positions[0] - (0.5 - start / 48000)) < 0.01);
});
