import type { Assets } from './assets.js';
import { DeepFilterError, type ChannelMode, type Level } from './core.js';
import { leaseModel, whileOpen, type Lease } from './host.js';
import { checkLevel } from './level.js';
import {
  nodeName,
  type Controls,
  type FromNode,
  type Meter,
  type ProcessorSetup,
  type ToNode,
} from './messages.js';

/** Options of a node; all have defaults. */
export interface NodeOptions extends Assets {
  /** 1: mono, other inputs are mixed down (default); 2: stereo. */
  channels?: 1 | 2;
  /** With two channels: `linked` (default) keeps the stereo image. */
  channelMode?: ChannelMode;
  /** Most that noise is reduced by, in dB; 100, the default, is no limit, 0 leaves the input. */
  attenuationLimitDb?: number;
  /** Post filter, 0 (off, the default) to 1; usual is 0.02. */
  postFilterBeta?: number;
  /** How loud the network hears the input: `auto` (default) helps quiet and loud speakers, `keep` is official, a number is dB. */
  level?: Level;
  /** False: the input passes, delayed as ever. Default true. */
  enabled?: boolean;
  /** Time between two meters, in ms; 0 for none. Default 100. */
  meterIntervalMs?: number;
  /** True: a hop's work is spread over the render quanta, with 10 ms more delay. For slow processors; default false. */
  spread?: boolean;
}

// A server that renders pages may import the package, though nothing of this file runs there.
const Base = (globalThis.AudioWorkletNode ?? class {}) as typeof AudioWorkletNode;

function controlsOf(options: NodeOptions): Controls {
  return {
    attenuationLimitDb: options.attenuationLimitDb ?? 100,
    postFilterBeta: options.postFilterBeta ?? 0,
    level: options.level ?? 'auto',
    enabled: options.enabled ?? true,
  };
}

/**
 * Takes noise out of speech. One input, one output, at the context's rate, whatever that is.
 *
 *     const node = await DeepFilterNode.create(context);
 *     source.connect(node).connect(context.destination);
 *
 * The output is `latency` seconds behind the input, always.
 */
export class DeepFilterNode extends Base {
  readonly #lease: Lease;
  readonly #controls: Controls;
  #delaySamples = 0;
  #destroyed = false;
  /** Called with each meter; the event `meter` carries the same as its `detail`. */
  onmeter: ((meter: Meter) => void) | null = null;

  private constructor(context: BaseAudioContext, lease: Lease, setup: ProcessorSetup) {
    super(context, nodeName, {
      numberOfInputs: 1,
      numberOfOutputs: 1,
      outputChannelCount: [setup.channels],
      channelCount: setup.channels,
      channelCountMode: 'explicit',
      channelInterpretation: 'speakers',
      processorOptions: setup,
    });
    this.#lease = lease;
    this.#controls = { ...setup };
  }

  /**
   * Loads what is needed, once for each context, and makes a node.
   * Rejects with a DeepFilterError, one sentence, if a file cannot be had or is wrong, or if the
   * context is closed meanwhile.
   */
  static async create(context: BaseAudioContext, options: NodeOptions = {}): Promise<DeepFilterNode> {
    const channels = options.channels ?? 1;
    if (channels !== 1 && channels !== 2)
      throw new DeepFilterError(`channels is ${channels}, but must be 1 or 2`);
    const controls = controlsOf(options);
    checkLevel(controls.level);
    const lease = await leaseModel(context, options);
    const setup: ProcessorSetup = {
      ...controls,
      model: lease.id,
      channels,
      channelMode: options.channelMode ?? 'linked',
      spread: options.spread ?? false,
      meterIntervalMs: options.meterIntervalMs ?? 100,
    };
    try {
      const node = new DeepFilterNode(context, lease, setup);
      await whileOpen(context, node.#start());
      return node;
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  #start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.onprocessorerror = () =>
        reject(new DeepFilterError('the processor of the audio worklet has failed'));
      this.port.onmessage = ({ data }: MessageEvent<FromNode>) => {
        if (data.type === 'meter') return this.#meter(data.meter);
        this.onprocessorerror = null;
        if (data.type === 'error') return reject(new DeepFilterError(data.error));
        this.#delaySamples = data.delaySamples;
        resolve();
      };
    });
  }

  #meter(meter: Meter): void {
    if (this.#destroyed) return;
    this.onmeter?.(meter);
    this.dispatchEvent(new CustomEvent<Meter>('meter', { detail: meter }));
  }

  #set(controls: Partial<Controls>): void {
    Object.assign(this.#controls, controls);
    this.#tell({ type: 'set', controls });
  }

  #tell(message: ToNode): void {
    if (!this.#destroyed) this.port.postMessage(message);
  }

  /** How far the output is behind the input, in samples of the context. */
  get latencySamples(): number {
    return this.#delaySamples;
  }

  /** The same in seconds. */
  get latency(): number {
    return this.#delaySamples / this.context.sampleRate;
  }

  get attenuationLimitDb(): number {
    return this.#controls.attenuationLimitDb;
  }
  set attenuationLimitDb(attenuationLimitDb: number) {
    this.#set({ attenuationLimitDb });
  }

  get postFilterBeta(): number {
    return this.#controls.postFilterBeta;
  }
  set postFilterBeta(postFilterBeta: number) {
    this.#set({ postFilterBeta });
  }

  get level(): Level {
    return this.#controls.level;
  }
  set level(level: Level) {
    checkLevel(level);
    this.#set({ level });
  }

  get enabled(): boolean {
    return this.#controls.enabled;
  }
  set enabled(enabled: boolean) {
    this.#set({ enabled });
  }

  /** Disconnects the node and frees its memory. The node is of no use afterwards. */
  destroy(): void {
    if (this.#destroyed) return;
    this.disconnect();
    this.#tell({ type: 'destroy' });
    this.#destroyed = true;
    this.#lease.release();
  }
}
