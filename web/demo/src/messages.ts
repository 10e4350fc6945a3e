// What the page says when something does not work: one sentence, and what to do.

import { DeepFilterError } from 'deepfilter';

/** An error whose message is written for the visitor. */
export class Refusal extends Error {}

export const kUnsupported =
  'This browser cannot run the page: it needs WebAssembly SIMD and AudioWorklet, and an address that starts with ' +
  'https:// or is this machine itself (localhost).';

export const notASound = (name: string): string =>
  `“${name}” is not a sound that this browser can read; try WAV, FLAC, MP3, Ogg or M4A.`;

export const tooLong = (name: string): string =>
  `“${name}” is too long for a browser's memory; the deepfilter program takes sounds of any length.`;

export const notReachable = (what: string): string =>
  `${what} is not stored on this machine and the server cannot be reached; connect once, then it works offline.`;

/** Why there is no microphone. */
export function microphoneRefusal(error: unknown): string {
  const name = error instanceof DOMException ? error.name : '';
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'The microphone is not allowed for this page; allow it in the browser’s address bar and try again.';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'There is no microphone; connect one and try again.';
    case 'NotReadableError':
    case 'AbortError':
      return 'The microphone is in use by another program, or the system blocks it.';
    default:
      return `The microphone does not work: ${sentence(error)}`;
  }
}

export const isCancelled = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';

/** The sentence to show for any error. */
export function sentence(error: unknown): string {
  if (error instanceof Refusal || error instanceof DeepFilterError) return error.message;
  return `Something went wrong: ${error instanceof Error ? error.message : String(error)}`;
}
