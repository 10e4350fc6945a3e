// What LiveKit takes as a processor of a microphone.
import { DeepFilterProcessor } from 'deepfilter/livekit';
import type { LocalAudioTrack, Room } from 'livekit-client';

export async function quiet(room: Room, track: LocalAudioTrack): Promise<void> {
  const processor = new DeepFilterProcessor({ attenuationLimitDb: 40 });
  await track.setProcessor(processor);
  await room.localParticipant.setMicrophoneEnabled(true, {
    noiseSuppression: false,
    processor: new DeepFilterProcessor(),
  });
  if (processor.node) processor.node.enabled = false;
}
