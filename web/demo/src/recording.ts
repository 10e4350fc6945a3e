// Records the microphone into a sound, as exact samples.

import { closeMicrophone, openMicrophone } from './microphone.js';
import { checked, type Sound } from './sound.js';
import { Tap } from './tap.js';

const kBlock = 2048;
/** Long enough for a try, short enough for a forgotten recording not to fill the memory. */
export const kMostSeconds = 300;

export class Recording {
  private readonly blocks: Float32Array[] = [];
  private tap: Tap | null = null;
  private readonly context = new AudioContext();

  private constructor(private readonly stream: MediaStream) {}

  /** Throws a Refusal where there is no microphone. `tick` is called with the seconds recorded so far. */
  static async start(tick: (seconds: number) => void): Promise<Recording> {
    const recording = new Recording(await openMicrophone());
    const { context, stream, blocks } = recording;
    try {
      const source = new MediaStreamAudioSourceNode(context, { mediaStream: stream });
      recording.tap = await Tap.create([source], kBlock, ([block]) => {
        blocks.push(block);
        tick((blocks.length * kBlock) / context.sampleRate);
      });
      await context.resume();
      return recording;
    } catch (error) {
      recording.close();
      throw error;
    }
  }

  /** Ends it without a sound. */
  close(): void {
    this.tap?.close();
    closeMicrophone(this.stream);
    void this.context.close();
  }

  /** Ends it. Throws a Refusal if it is empty. */
  stop(): Sound {
    const { sampleRate } = this.context;
    this.close();
    const samples = new Float32Array(this.blocks.length * kBlock);
    this.blocks.forEach((block, n) => samples.set(block, n * kBlock));
    return checked({ name: 'Recording', channels: [samples], sampleRate });
  }
}
