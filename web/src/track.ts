// MediaStreamTracks: a microphone's track in, an enhanced track out.
import { DeepFilterError } from './core.js';
import { DeepFilterNode, type NodeOptions } from './denoiser_node.js';

/**
 * Constraints for getUserMedia that leave the noise to this package: two suppressors in a row take
 * speech away. The browser's echo canceller stays on, as this package has none.
 */
export const microphoneConstraints = {
  noiseSuppression: false,
  echoCancellation: true,
  autoGainControl: false,
} as const satisfies MediaTrackConstraints;

export interface TrackOptions extends NodeOptions {
  /** The context to run in; it stays open. By default one is made, and closed by `destroy`. */
  context?: AudioContext;
}

export interface EnhancedTrack {
  /** The enhanced sound; the same track whatever track comes in. */
  readonly track: MediaStreamTrack;
  readonly node: DeepFilterNode;
  /**
   * Takes its input from another track from now on, after a change of the device say. Where the
   * context cannot take that track, this throws and the input stays as it is.
   */
  replaceTrack(track: MediaStreamTrack): void;
  /** Ends the enhanced track and frees everything. The track that came in goes on. */
  destroy(): void;
}

/**
 * Enhances a track, for a call say. When it ends, the enhanced track ends too.
 * Without a user's gesture or an open microphone, browsers keep a new context suspended; it starts
 * by `node.context.resume()`.
 */
export async function enhanceTrack(
  track: MediaStreamTrack,
  options: TrackOptions = {},
): Promise<EnhancedTrack> {
  if (track.kind !== 'audio')
    throw new DeepFilterError(`the track's kind is "${track.kind}", but must be "audio"`);
  const context = options.context ?? new AudioContext({ latencyHint: 'interactive' });
  const closeContext = (): void => {
    if (!options.context && context.state !== 'closed') void context.close();
  };
  try {
    // Not awaited: it waits for the user's gesture where one is needed.
    if (context.state === 'suspended') context.resume().catch(() => {});
    const node = await DeepFilterNode.create(context, options);
    try {
      return join(track, node, context, options.channels ?? 1, closeContext);
    } catch (error) {
      node.destroy();
      throw error;
    }
  } catch (error) {
    closeContext();
    throw error;
  }
}

function join(
  first: MediaStreamTrack,
  node: DeepFilterNode,
  context: AudioContext,
  channels: number,
  closeContext: () => void,
): EnhancedTrack {
  const destination = new MediaStreamAudioDestinationNode(context, { channelCount: channels });
  node.connect(destination);
  const [enhanced] = destination.stream.getAudioTracks();
  let source: MediaStreamAudioSourceNode | undefined;
  let current: MediaStreamTrack | undefined;
  let destroyed = false;

  function destroy(): void {
    if (destroyed) return;
    destroyed = true;
    current?.removeEventListener('ended', destroy);
    source?.disconnect();
    node.destroy();
    enhanced.stop();
    closeContext();
  }

  function replaceTrack(track: MediaStreamTrack): void {
    if (destroyed) throw new DeepFilterError('the enhanced track has been destroyed');
    // First, since it throws for tracks that the context cannot take: Firefox's of another rate.
    const next = new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream([track]) });
    current?.removeEventListener('ended', destroy);
    source?.disconnect();
    current = track;
    source = next;
    source.connect(node);
    track.addEventListener('ended', destroy);
    if (track.readyState === 'ended') destroy();
  }

  try {
    replaceTrack(first);
  } catch (error) {
    enhanced.stop();
    throw error;
  }
  return { track: enhanced, node, replaceTrack, destroy };
}
