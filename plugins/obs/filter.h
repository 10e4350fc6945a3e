// The audio filter of one source in OBS.
#ifndef DEEPFILTER_PLUGINS_OBS_FILTER_H_
#define DEEPFILTER_PLUGINS_OBS_FILTER_H_

#include <obs-module.h>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>

#include "obs/engine.h"

namespace dfn::obs {

// The names of the settings, which OBS keeps in its files.
inline constexpr char kPresetKey[] = "preset";
inline constexpr char kAttenuationLimitKey[] = "attenuation_limit";
inline constexpr char kPostFilterKey[] = "post_filter_beta";
inline constexpr char kAutoLevelKey[] = "auto_level";
inline constexpr char kBypassKey[] = "bypass";
inline constexpr char kChannelModeKey[] = "channel_mode";
inline constexpr char kModelKey[] = "model";

// OBS calls FilterAudio on the source's thread, and all else on others. Audio comes at the rate and
// with the channels of OBS's mixer, which OBS itself resamples to.
class Filter {
 public:
  Filter(obs_data_t* settings, obs_source_t* source);
  ~Filter();
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  // Takes settings over. A new model or channel mode is loaded before this returns, and then takes
  // the old one's place without a hole in the sound.
  void Update(obs_data_t* settings);
  // Enhances a block where it lies. Its time stamp is moved back by the delay, so that OBS mixes it
  // in line with pictures and other sources; the first samples, which would be older than the
  // sound, are left out. Null if nothing is left. Real-time: no allocation, no lock.
  obs_audio_data* FilterAudio(obs_audio_data* audio) noexcept;

  // For the properties: the delay in ms (0 without a stream), or what is wrong ("" if nothing is).
  double delay_ms() const;
  std::string problem() const;

 private:
  bool SetBypass(bool bypass);
  void Load(const Make& make);

  obs_source_t* const source_;
  Controls controls_;
  Relay relay_;
  uint64_t next_ns_ = 0;  // the time of the next block, if it goes on

  obs_hotkey_pair_id hotkeys_ = OBS_INVALID_HOTKEY_PAIR_ID;
  mutable std::mutex mutex_;  // for what follows
  Make made_;
  bool have_made_ = false;
  double delay_ms_ = 0.0;
  std::string problem_;
};

// OBS's description of the filter, with properties and defaults.
obs_source_info SourceInfo();
obs_properties_t* Properties(Filter* filter);
void SetDefaults(obs_data_t* settings);

}  // namespace dfn::obs

#endif  // DEEPFILTER_PLUGINS_OBS_FILTER_H_
