#include "obs/filter.h"

#include <media-io/audio-io.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <memory>
#include <utility>

namespace dfn::obs {
namespace {

// Sources whose time leaps by more than this begin anew, as in OBS's own filters. Smaller steps are
// what OBS itself smooths.
constexpr uint64_t kLeapNs = 1'000'000'000;

uint64_t SamplesToNs(uint64_t samples, uint32_t rate_hz) noexcept {
  return samples * 1'000'000'000 / rate_hz;
}

dfn_channel_mode ChannelMode(const char* name) {
  if (std::strcmp(name, "independent") == 0) return DFN_CHANNELS_INDEPENDENT;
  if (std::strcmp(name, "downmix") == 0) return DFN_CHANNELS_DOWNMIX;
  return DFN_CHANNELS_LINKED;
}

}  // namespace

Filter::Filter(obs_data_t* settings, obs_source_t* source) : source_(source) {
  Update(settings);
  // Two hotkeys, which may have one key, as OBS has them for muting.
  hotkeys_ = obs_hotkey_pair_register_source(
      source, "deepfilter.bypass", obs_module_text("Hotkey.Bypass"), "deepfilter.enhance",
      obs_module_text("Hotkey.Enhance"),
      [](void* filter, obs_hotkey_pair_id, obs_hotkey_t*, bool pressed) {
        return pressed && static_cast<Filter*>(filter)->SetBypass(true);
      },
      [](void* filter, obs_hotkey_pair_id, obs_hotkey_t*, bool pressed) {
        return pressed && static_cast<Filter*>(filter)->SetBypass(false);
      },
      this, this);
}

Filter::~Filter() { obs_hotkey_pair_unregister(hotkeys_); }

// Returns whether that is a change, by which OBS decides which of a pair's hotkeys was meant.
bool Filter::SetBypass(bool bypass) {
  if (controls_.bypass == bypass) return false;
  obs_data_t* change = obs_data_create();
  obs_data_set_bool(change, kBypassKey, bypass);
  obs_source_update(source_, change);
  obs_data_release(change);
  return true;
}

void Filter::Update(obs_data_t* settings) {
  controls_.attenuation_limit_db =
      static_cast<float>(obs_data_get_double(settings, kAttenuationLimitKey));
  controls_.post_filter_beta = static_cast<float>(obs_data_get_double(settings, kPostFilterKey));
  controls_.auto_level = obs_data_get_bool(settings, kAutoLevelKey);
  controls_.bypass = obs_data_get_bool(settings, kBypassKey);
  const audio_t* audio = obs_get_audio();
  Make make;
  make.rate_hz = audio_output_get_sample_rate(audio);
  make.channels = static_cast<uint32_t>(audio_output_get_channels(audio));
  make.channel_mode = ChannelMode(obs_data_get_string(settings, kChannelModeKey));
  make.model = obs_data_get_string(settings, kModelKey);
  Load(make);
}

void Filter::Load(const Make& make) {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::string sentence;
  if (have_made_ && make == made_) {
    problem_ = sentence;
    return;
  }
  std::unique_ptr<Engine> engine = Engine::Create(make, controls_, sentence);
  problem_ = sentence;
  if (engine == nullptr) {
    blog(LOG_WARNING, "[deepfilter: '%s'] %s", obs_source_get_name(source_), sentence.c_str());
    return;
  }
  made_ = make;
  have_made_ = true;
  delay_ms_ = 1000.0 * static_cast<double>(engine->delay_samples()) / make.rate_hz;
  relay_.Offer(std::move(engine));
}

obs_audio_data* Filter::FilterAudio(obs_audio_data* audio) noexcept {
  if (audio->frames == 0) return audio;
  const uint64_t leap = std::max(audio->timestamp, next_ns_) - std::min(audio->timestamp, next_ns_);
  if (relay_.empty() || leap > kLeapNs) relay_.Restart();
  // Without a model the sound passes as it is.
  if (relay_.empty()) return audio;
  const uint32_t rate_hz = relay_.rate_hz();
  next_ns_ = audio->timestamp + SamplesToNs(audio->frames, rate_hz);

  std::array<float*, kMostChannels> planes{};
  for (size_t c = 0; c < relay_.channels(); ++c) {
    planes[c] = reinterpret_cast<float*>(audio->data[c]);
    if (planes[c] == nullptr) return audio;
  }
  const size_t delay = relay_.delay_samples();
  const size_t skip = relay_.Process(planes.data(), audio->frames, controls_);
  if (skip == audio->frames) return nullptr;
  if (skip > 0) {
    audio->frames -= static_cast<uint32_t>(skip);
    for (size_t c = 0; c < relay_.channels(); ++c) {
      std::memmove(planes[c], planes[c] + skip, audio->frames * sizeof(float));
    }
  }
  audio->timestamp += SamplesToNs(skip, rate_hz);
  audio->timestamp -= std::min(audio->timestamp, SamplesToNs(delay, rate_hz));
  return audio;
}

double Filter::delay_ms() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return delay_ms_;
}

std::string Filter::problem() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return problem_;
}

obs_source_info SourceInfo() {
  obs_source_info info{};
  info.id = "deepfilter_noise_suppression";
  info.type = OBS_SOURCE_TYPE_FILTER;
  info.output_flags = OBS_SOURCE_AUDIO;
  info.get_name = [](void*) { return obs_module_text("Filter.Name"); };
  info.create = [](obs_data_t* settings, obs_source_t* source) -> void* {
    try {
      return new Filter(settings, source);
    } catch (const std::exception& e) {
      blog(LOG_ERROR, "[deepfilter] %s", e.what());
      return nullptr;
    }
  };
  info.destroy = [](void* filter) { delete static_cast<Filter*>(filter); };
  info.update = [](void* filter, obs_data_t* settings) {
    try {
      static_cast<Filter*>(filter)->Update(settings);
    } catch (const std::exception& e) {
      blog(LOG_ERROR, "[deepfilter] %s", e.what());
    }
  };
  info.filter_audio = [](void* filter, obs_audio_data* audio) {
    return static_cast<Filter*>(filter)->FilterAudio(audio);
  };
  info.get_defaults = SetDefaults;
  info.get_properties = [](void* filter) { return Properties(static_cast<Filter*>(filter)); };
  return info;
}

}  // namespace dfn::obs
