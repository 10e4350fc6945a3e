// A processor for tracks of LiveKit.
//
//     const processor = new DeepFilterProcessor();
//     await room.localParticipant.setMicrophoneEnabled(true, { ...microphoneConstraints, processor });
import type { AudioProcessorOptions, Track, TrackProcessor } from 'livekit-client';
import { enhanceTrack, type EnhancedTrack, type NodeOptions } from './index.js';

export { microphoneConstraints } from './index.js';

export class DeepFilterProcessor implements TrackProcessor<Track.Kind.Audio, AudioProcessorOptions> {
  readonly name = 'deepfilter';
  /** The enhanced track, once `init` has resolved. */
  processedTrack?: MediaStreamTrack;
  readonly #options: NodeOptions;
  #enhanced: EnhancedTrack | undefined;
  // Changes with each init and destroy; an init that finds another one after its wait is out of date.
  #generation = 0;

  constructor(options: NodeOptions = {}) {
    this.#options = { ...options };
  }

  /** The node, for its controls and meters; undefined before `init` and after `destroy`. */
  get node(): EnhancedTrack['node'] | undefined {
    return this.#enhanced?.node;
  }

  /**
   * Called by LiveKit when the processor is set. One that `destroy` or another `init` overtakes
   * resolves and leaves nothing.
   */
  async init({ track, audioContext }: Pick<AudioProcessorOptions, 'track' | 'audioContext'>): Promise<void> {
    this.#end();
    const generation = this.#generation;
    const enhanced = await enhanceTrack(track, { ...this.#options, context: audioContext });
    if (generation !== this.#generation) return enhanced.destroy();
    this.#enhanced = enhanced;
    this.processedTrack = enhanced.track;
  }

  /** Called by LiveKit when the microphone changes; the processed track stays the same if it can. */
  async restart(options: Pick<AudioProcessorOptions, 'track' | 'audioContext'>): Promise<void> {
    const enhanced = this.#enhanced;
    if (enhanced && enhanced.node.context === options.audioContext && enhanced.track.readyState === 'live') {
      enhanced.replaceTrack(options.track);
    } else {
      await this.init(options);
    }
  }

  async destroy(): Promise<void> {
    this.#end();
  }

  #end(): void {
    ++this.#generation;
    this.#enhanced?.destroy();
    this.#enhanced = undefined;
    this.processedTrack = undefined;
  }
}
