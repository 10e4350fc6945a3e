// enhanceTrack and the processor for LiveKit, in Chromium with its fake microphone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { open } from './harness.mjs';

let chromium;
let page;
before(async () => {
  chromium = await open();
  page = await chromium.page();
  await page.evaluate(async () => {
    window.livekit = await import('/web/dist/livekit.js');
    window.microphone = async () =>
      (
        await navigator.mediaDevices.getUserMedia({ audio: deepfilter.microphoneConstraints })
      ).getAudioTracks()[0];
    // A tone as a track, in place of a device.
    window.tone = (frequency) => {
      const context = new AudioContext();
      const source = new OscillatorNode(context, { frequency });
      const destination = new MediaStreamAudioDestinationNode(context);
      source.connect(destination);
      source.start();
      return destination.stream.getAudioTracks()[0];
    };
    // What is heard of a track: its level, and the frequency by its zero crossings.
    window.hear = async (track, seconds = 0.5) => {
      const context = new AudioContext();
      const source = new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream([track]) });
      const [[sound]] = await window.page.record(context, [source], seconds * context.sampleRate);
      await context.close();
      const tail = sound.subarray(sound.length / 2);
      let crossings = 0;
      for (let i = 1; i < tail.length; ++i) crossings += tail[i - 1] < 0 && tail[i] >= 0;
      return { peak: Math.max(...tail), hz: (crossings * context.sampleRate) / tail.length };
    };
    // Counts the nodes that are made, and those of them that are live.
    window.watchNodes = () => {
      const { DeepFilterNode } = deepfilter;
      const { create } = DeepFilterNode;
      const made = new Set();
      let live = 0;
      DeepFilterNode.create = async (...args) => {
        const node = await create.apply(DeepFilterNode, args);
        made.add(node);
        ++live;
        const destroy = node.destroy.bind(node);
        let destroyed = false;
        node.destroy = () => {
          if (!destroyed) --live;
          destroyed = true;
          destroy();
        };
        return node;
      };
      return { made: () => made.size, live: () => live, stop: () => (DeepFilterNode.create = create) };
    };
    window.later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  });
});
after(() => chromium?.close());

test('a microphone asked for with the constraints has no noise suppression of its own', async () => {
  const settings = await page.evaluate(async () => {
    const track = await microphone();
    const settings = track.getSettings();
    track.stop();
    return settings;
  });
  assert.equal(settings.noiseSuppression, false);
  assert.equal(settings.autoGainControl, false);
});

test('a track comes out of a track, and goes with it', async () => {
  const result = await page.evaluate(async () => {
    const input = await microphone();
    const enhanced = await deepfilter.enhanceTrack(input, { enabled: false });
    // The fake device beeps once a second.
    const { peak } = await hear(enhanced.track, 2.5);
    const { context } = enhanced.node;
    const running = context.state;
    enhanced.destroy();
    await later(200);
    const result = {
      peak,
      kind: enhanced.track.kind,
      running,
      after: enhanced.track.readyState,
      input: input.readyState,
      context: context.state,
    };
    input.stop();
    return result;
  });
  assert.ok(result.peak > 0.01, JSON.stringify(result));
  delete result.peak;
  assert.deepEqual(result, {
    kind: 'audio',
    running: 'running',
    after: 'ended',
    input: 'live',
    context: 'closed',
  });
});

test('after a change of the device the same track goes on with the new one', async () => {
  const result = await page.evaluate(async () => {
    const enhanced = await deepfilter.enhanceTrack(tone(440), { enabled: false });
    const before = await hear(enhanced.track);
    enhanced.replaceTrack(tone(880));
    const after = await hear(enhanced.track);
    const state = enhanced.track.readyState;
    enhanced.destroy();
    return { before, after, state };
  });
  assert.ok(Math.abs(result.before.hz - 440) < 15, JSON.stringify(result));
  assert.ok(Math.abs(result.after.hz - 880) < 15, JSON.stringify(result));
  assert.equal(result.state, 'live');
});

test('a device that goes away ends the enhanced track', async () => {
  const state = await page.evaluate(async () => {
    const input = await microphone();
    const enhanced = await deepfilter.enhanceTrack(input);
    // What a browser does when a device is unplugged.
    input.stop();
    input.dispatchEvent(new Event('ended'));
    await later(100);
    return [enhanced.track.readyState, enhanced.node.context.state];
  });
  assert.deepEqual(state, ['ended', 'closed']);
});

test("a page's own context stays open", async () => {
  const state = await page.evaluate(async () => {
    const context = new AudioContext();
    const input = await microphone();
    const enhanced = await deepfilter.enhanceTrack(input, { context, channels: 2 });
    const channels = enhanced.node.channelCount;
    enhanced.destroy();
    input.stop();
    await later(100);
    const state = context.state;
    await context.close();
    return [state, channels];
  });
  assert.deepEqual(state, ['running', 2]);
});

test('a track of pictures and a model that is not there reject, and no context is left', async () => {
  const messages = await page.evaluate(async () => {
    const messageOf = (promise) =>
      promise.then(
        () => 'made',
        (error) => error.message,
      );
    const picture = document.createElement('canvas').captureStream().getVideoTracks()[0];
    const input = await microphone();
    const messages = [
      await messageOf(deepfilter.enhanceTrack(picture)),
      await messageOf(deepfilter.enhanceTrack(input, { model: '/none.dfn' })),
    ];
    input.stop();
    return messages;
  });
  assert.equal(messages[0], 'the track\'s kind is "video", but must be "audio"');
  assert.match(messages[1], /none\.dfn: the server answers 404/);
});

test('a track that the context cannot take leaves no node, or the old track', async () => {
  const result = await page.evaluate(async () => {
    const { MediaStreamAudioSourceNode } = window;
    // What Firefox does with a track of another rate than the context's.
    const refuse = () =>
      (window.MediaStreamAudioSourceNode = class {
        constructor() {
          throw new DOMException('another rate', 'NotSupportedError');
        }
      });
    const accept = () => Object.assign(window, { MediaStreamAudioSourceNode });
    const nameOf = (part) => {
      try {
        part();
        return 'done';
      } catch (error) {
        return error.name;
      }
    };
    const context = new AudioContext();
    const nodes = watchNodes();
    refuse();
    const refused = await deepfilter.enhanceTrack(tone(440), { context }).then(
      () => 'made',
      (error) => error.name,
    );
    accept();
    const left = nodes.live();
    const enhanced = await deepfilter.enhanceTrack(tone(440), { context, enabled: false });
    refuse();
    const replaced = nameOf(() => enhanced.replaceTrack(tone(880)));
    accept();
    const { hz } = await hear(enhanced.track);
    enhanced.destroy();
    const made = nodes.made();
    nodes.stop();
    await context.close();
    return { refused, left, replaced, hz, made };
  });
  assert.ok(Math.abs(result.hz - 440) < 15, JSON.stringify(result));
  delete result.hz;
  assert.deepEqual(result, {
    refused: 'NotSupportedError',
    left: 0,
    replaced: 'NotSupportedError',
    made: 2,
  });
});

test("LiveKit's processor: destroyed or set again while it starts, it leaves no node", async () => {
  const result = await page.evaluate(async () => {
    const audioContext = new AudioContext();
    const nodes = watchNodes();
    const processor = new livekit.DeepFilterProcessor();
    const start = (frequency) => processor.init({ kind: 'audio', track: tone(frequency), audioContext });

    const starting = start(440);
    await processor.destroy();
    await starting;
    const destroyed = [nodes.made(), nodes.live(), processor.node, processor.processedTrack];

    await Promise.all([start(440), start(880)]);
    const twice = [nodes.made(), nodes.live(), processor.processedTrack.readyState];
    await processor.destroy();
    const left = nodes.live();
    nodes.stop();
    await audioContext.close();
    return { destroyed, twice, left };
  });
  assert.deepEqual(result, { destroyed: [1, 0, undefined, undefined], twice: [3, 1, 'live'], left: 0 });
});

test("LiveKit's processor: init, restart with another device, destroy", async () => {
  const result = await page.evaluate(async () => {
    const audioContext = new AudioContext();
    const processor = new livekit.DeepFilterProcessor({ enabled: false });
    await processor.init({ kind: 'audio', track: tone(440), audioContext });
    const first = processor.processedTrack;
    const before = await hear(first);
    await processor.restart({ kind: 'audio', track: tone(880), audioContext });
    const same = processor.processedTrack === first;
    const after = await hear(processor.processedTrack);
    const latency = processor.node.latency;
    await processor.destroy();
    const ended = [first.readyState, processor.processedTrack, processor.node, audioContext.state];
    await processor.init({ kind: 'audio', track: tone(660), audioContext });
    const again = processor.processedTrack.readyState;
    await processor.destroy();
    return { name: processor.name, before: before.hz, after: after.hz, same, latency, ended, again };
  });
  assert.equal(result.name, 'deepfilter');
  assert.ok(Math.abs(result.before - 440) < 15 && Math.abs(result.after - 880) < 15, JSON.stringify(result));
  assert.ok(result.same && result.latency > 0);
  assert.deepEqual(result.ended, ['ended', undefined, undefined, 'running']);
  assert.equal(result.again, 'live');
});

test('no page error has been seen', () => {
  assert.deepEqual(
    page.errors.filter((error) => !error.includes('404')),
    [],
  );
});
