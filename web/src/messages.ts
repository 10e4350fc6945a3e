// What the page and its audio worklet say to each other.
import type { ChannelMode, Level } from './core.js';

/** The processor that holds the library and the models of a context; it makes no sound. */
export const hostName = 'deepfilter-host';
/** The processor of a DeepFilterNode. */
export const nodeName = 'deepfilter';

/** What a node measures. */
export interface Meter {
  /** The network's estimate of the first channel's local SNR, in dB. */
  localSnrDb: number;
  /** By how much the network hears the input louder than it is, in dB. */
  levelGainDb: number;
  /** RMS of the input since the last meter, in dB of full scale; -120 for silence. */
  inputDb: number;
  /** The same of the output. */
  outputDb: number;
  /** Time that processing takes, as a fraction of the time that the sound takes; a mean of about 1 s. */
  load: number;
}

/** Controls that change while a node runs. */
export interface Controls {
  attenuationLimitDb: number;
  postFilterBeta: number;
  level: Level;
  enabled: boolean;
}

/** A request with an `id` is answered by a FromHost of the same `id`. */
export type ToHost =
  | { type: 'library'; id: number; bytes: ArrayBuffer }
  | { type: 'model'; id: number; bytes: ArrayBuffer }
  | { type: 'unload'; model: number };
export type FromHost = { id: number; error?: string };

/** `processorOptions` of a node. */
export interface ProcessorSetup extends Controls {
  model: number;
  channels: number;
  channelMode: ChannelMode;
  spread: boolean;
  meterIntervalMs: number;
}

export type ToNode = { type: 'set'; controls: Partial<Controls> } | { type: 'destroy' };
export type FromNode =
  | { type: 'ready'; delaySamples: number }
  | { type: 'error'; error: string }
  | { type: 'meter'; meter: Meter };
