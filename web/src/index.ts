// The package in a browser.
export { DeepFilterError, type ChannelMode, type Level } from './core.js';
export type { Assets, Source } from './assets.js';
export { isSupported } from './support.js';
export { DeepFilterNode, type NodeOptions } from './denoiser_node.js';
export type { Meter } from './messages.js';
export { enhanceTrack, microphoneConstraints, type EnhancedTrack, type TrackOptions } from './track.js';
export { decodeFile, enhance, enhanceFile, type EnhancedFile, type EnhanceOptions } from './enhance.js';
export type { WholeOptions } from './whole.js';
export { readWav, writeWav, type Sound, type WavFormat } from './wav.js';
