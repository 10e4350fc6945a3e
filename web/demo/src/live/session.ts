// The audio graph of live sound: microphone -> DeepFilterNode -> (loudspeaker), with taps before and after the node.

import { DeepFilterNode, type Meter } from 'deepfilter';

import { closeMicrophone, openMicrophone } from '../microphone.js';
import { loadModel } from '../models.js';
import type { Settings } from '../settings.js';
import { kHop } from '../spectrogram/live_picture.js';
import { Tap } from '../tap.js';

export interface SessionEvents {
  blocks(before: Float32Array, after: Float32Array): void;
  meter(meter: Meter): void;
  /** The microphone is gone: pulled out, or taken away by the system. */
  lost(): void;
}

/** Fast enough to look alive, slow enough to read. */
const kMeterMs = 100;
const kFadeSeconds = 0.02;

export class Session {
  private closed = false;
  private tap: Tap | null = null;

  private constructor(
    readonly context: AudioContext,
    private readonly stream: MediaStream,
    private readonly node: DeepFilterNode,
    private readonly loudspeaker: GainNode,
  ) {}

  static async open(deviceId: string, settings: Settings, events: SessionEvents): Promise<Session> {
    // Opened within the click, which lets it make sound.
    const context = new AudioContext({ latencyHint: 'interactive' });
    let stream: MediaStream | null = null;
    try {
      stream = await openMicrophone(deviceId);
      const node = await DeepFilterNode.create(context, {
        model: await loadModel(settings.model),
        channels: 1,
        attenuationLimitDb: settings.attenuationLimitDb,
        level: settings.level,
        meterIntervalMs: kMeterMs,
      });
      const session = new Session(context, stream, node, new GainNode(context, { gain: 0 }));
      await session.connect(events);
      return session;
    } catch (error) {
      if (stream) closeMicrophone(stream);
      void context.close();
      throw error;
    }
  }

  get latencySeconds(): number {
    return this.node.latency;
  }

  /** What the devices and the browser add, as far as the browser says. */
  get deviceSeconds(): number {
    const [track] = this.stream.getAudioTracks();
    const input = (track.getSettings() as MediaTrackSettings & { latency?: number }).latency ?? 0;
    return input + this.context.baseLatency + (this.context.outputLatency || 0);
  }

  get deviceId(): string {
    return this.stream.getAudioTracks()[0].getSettings().deviceId ?? '';
  }

  set enabled(on: boolean) {
    this.node.enabled = on;
  }

  set audible(on: boolean) {
    this.loudspeaker.gain.setTargetAtTime(on ? 1 : 0, this.context.currentTime, kFadeSeconds);
  }

  apply(settings: Settings): void {
    this.node.attenuationLimitDb = settings.attenuationLimitDb;
    this.node.level = settings.level;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.tap?.close();
    this.node.destroy();
    closeMicrophone(this.stream);
    void this.context.close();
  }

  private async connect(events: SessionEvents): Promise<void> {
    const { context, node } = this;
    // The network hears one channel; the tap shows that same mix.
    const mono = new GainNode(context, { channelCount: 1, channelCountMode: 'explicit' });
    new MediaStreamAudioSourceNode(context, { mediaStream: this.stream }).connect(mono);
    mono.connect(node);
    node.connect(this.loudspeaker).connect(context.destination);
    this.tap = await Tap.create([mono, node], kHop, ([before, after]) => {
      if (!this.closed) events.blocks(before, after);
    });
    node.onmeter = (meter) => {
      if (!this.closed) events.meter(meter);
    };
    this.stream.getAudioTracks()[0].addEventListener('ended', () => {
      if (!this.closed) events.lost();
    });
    await context.resume();
  }
}
