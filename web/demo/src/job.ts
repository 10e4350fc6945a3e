// Enhances one sound at a time; a new job ends the one before.

import { enhance } from 'deepfilter';

import { isCancelled } from './messages.js';
import { loadModel } from './models.js';
import type { Settings } from './settings.js';
import type { Sound } from './sound.js';

export class Job {
  private current: AbortController | null = null;

  get running(): boolean {
    return this.current !== null;
  }

  cancel(): void {
    this.current?.abort();
    this.current = null;
  }

  /** The enhanced channels, or null if cancelled. `progress` gets 0 .. 1. */
  async run(sound: Sound, settings: Settings, progress: (part: number) => void): Promise<Float32Array[] | null> {
    this.cancel();
    const mine = new AbortController();
    this.current = mine;
    try {
      const model = await loadModel(settings.model);
      if (mine.signal.aborted) return null;
      const result = await enhance(sound.channels, sound.sampleRate, {
        model,
        attenuationLimitDb: settings.attenuationLimitDb,
        level: settings.level,
        signal: mine.signal,
        progress: (part) => {
          if (!mine.signal.aborted) progress(part);
        },
      });
      return mine.signal.aborted ? null : result;
    } catch (error) {
      if (mine.signal.aborted || isCancelled(error)) return null;
      throw error;
    } finally {
      if (this.current === mine) this.current = null;
    }
  }
}
