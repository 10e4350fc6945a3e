// The level as a page gives it: checked where it is given, since an audio thread's errors come too late.
import { DeepFilterError, type Level } from './core.js';

/** Refuses what is no level. */
export function checkLevel(level: Level): void {
  if (level === 'auto' || level === 'keep') return;
  if (typeof level === 'number' && !Number.isNaN(level)) return;
  throw new DeepFilterError(`level is "${String(level)}", expected "auto", "keep" or a gain in dB`);
}
