// What a sound file says about its sound besides the samples.
#ifndef DEEPFILTER_AUDIO_SOUND_DETAILS_H_
#define DEEPFILTER_AUDIO_SOUND_DETAILS_H_

#include <cstdint>
#include <string>
#include <vector>

namespace dfn {

struct SoundTag {
  int field = 0;     // libsndfile's code: SF_STR_TITLE and so on
  std::string text;  // UTF-8
};

struct SoundDetails {
  // Where each channel is heard: bits of WAVE_FORMAT_EXTENSIBLE's channel mask, as many as there
  // are channels, which come in the order of the bits; 0: unknown.
  uint32_t speakers = 0;
  std::vector<SoundTag> tags = {};
  std::vector<uint8_t> broadcast = {};  // libsndfile's SF_BROADCAST_INFO_VAR; empty: none
  std::vector<uint8_t> cues = {};       // libsndfile's SF_CUES_VAR; empty: none
  bool has_picture = false;             // read only: pictures are not written
};

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_SOUND_DETAILS_H_
