// Sounds for the plugins' tests, and the library's output for them.
#ifndef DEEPFILTER_TESTS_PLUGINS_PLANAR_H_
#define DEEPFILTER_TESTS_PLUGINS_PLANAR_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <numbers>
#include <string>
#include <vector>

#include "base/noise.h"
#include "deepfilter/deepfilter.h"

namespace dfn::test {

using Planar = std::vector<std::vector<float>>;  // [channels][samples]

// Returns some seconds of tones that come and go over noise, different in every channel.
inline Planar TestSound(size_t channels, size_t samples, double rate_hz) {
  Planar sound(channels, std::vector<float>(samples));
  for (size_t c = 0; c < channels; ++c) {
    NoiseGenerator generator(12345u + static_cast<uint32_t>(c));
    for (size_t i = 0; i < samples; ++i) {
      const double noise = generator.Next();
      const double t = static_cast<double>(i) / rate_hz;
      const double turn = 2 * std::numbers::pi * t;
      const double tone = std::sin(turn * (220.0 + 50.0 * static_cast<double>(c))) +
                          0.5 * std::sin(turn * 660.0) + 0.25 * std::sin(turn * 1540.0);
      const double swell = 0.5 + 0.5 * std::sin(turn * 3.0);
      sound[c][i] = static_cast<float>(0.03 * noise + 0.2 * swell * tone);
    }
  }
  return sound;
}

// The model that the plugins of this process use: $DEEPFILTER_PLUGIN_MODEL, or the default.
inline const dfn_model* PluginModel() {
  struct Free {
    void operator()(dfn_model* model) const { dfn_model_free(model); }
  };
  static const std::unique_ptr<dfn_model, Free> model = [] {
    dfn_model* opened = nullptr;
    dfn_error* error = nullptr;
    EXPECT_EQ(dfn_model_open(std::getenv("DEEPFILTER_PLUGIN_MODEL"), nullptr, &opened, &error),
              DFN_OK)
        << dfn_error_message(error);
    dfn_error_free(error);
    return std::unique_ptr<dfn_model, Free>(opened);
  }();
  return model.get();
}

inline dfn_stream_options DefaultOptions() {
  dfn_stream_options options;
  dfn_stream_options_init(&options, sizeof options);
  return options;
}

// The library's options that match the LADSPA plugins.
inline dfn_stream_options LadspaOptions(size_t channels, uint32_t rate_hz) {
  dfn_stream_options options = DefaultOptions();
  options.sample_rate_hz = rate_hz;
  options.channels = static_cast<uint32_t>(channels);
  options.profile = DFN_PROFILE_LIBDF;
  if (channels > 1) options.channel_mode = DFN_CHANNELS_LINKED_MEAN;
  return options;
}

// The library's options that match the LV2 plugins.
inline dfn_stream_options Lv2Options(size_t channels, uint32_t rate_hz) {
  dfn_stream_options options = DefaultOptions();
  options.sample_rate_hz = rate_hz;
  options.channels = static_cast<uint32_t>(channels);
  if (channels > 1) options.channel_mode = DFN_CHANNELS_LINKED;
  return options;
}

// This is called before the input's sample `at`.
struct Change {
  size_t at;
  std::function<void(dfn_stream*)> change;
};

// Returns the output of a stream of the library for `input`, with its delay.
inline Planar LibraryOutput(const dfn_stream_options& options, const Planar& input,
                            const std::vector<Change>& changes = {}) {
  dfn_stream* stream = nullptr;
  dfn_error* error = nullptr;
  EXPECT_EQ(dfn_stream_create(PluginModel(), &options, &stream, &error), DFN_OK)
      << dfn_error_message(error);
  dfn_error_free(error);
  Planar output = input;
  const size_t samples = input.empty() ? 0 : input[0].size();
  size_t done = 0;
  const auto run_to = [&](size_t end) {
    std::vector<const float*> in;
    std::vector<float*> out;
    for (size_t c = 0; c < input.size(); ++c) {
      in.push_back(input[c].data() + done);
      out.push_back(output[c].data() + done);
    }
    EXPECT_EQ(dfn_stream_process(stream, in.data(), out.data(), end - done), DFN_OK);
    done = end;
  };
  for (const Change& change : changes) {
    run_to(change.at);
    change.change(stream);
  }
  run_to(samples);
  dfn_stream_free(stream);
  return output;
}

inline size_t LibraryDelay(const dfn_stream_options& options) {
  return dfn_model_delay_samples(PluginModel(), &options);
}

// Returns `sound` delayed by this number of samples, with its length unchanged.
inline Planar Later(const Planar& sound, size_t samples) {
  Planar later = sound;
  for (size_t c = 0; c < sound.size(); ++c) {
    std::fill(later[c].begin(), later[c].end(), 0.0f);
    for (size_t i = samples; i < sound[c].size(); ++i) later[c][i] = sound[c][i - samples];
  }
  return later;
}

inline dfn_stream_options Spread(dfn_stream_options options) {
  options.work_mode = DFN_WORK_SPREAD;
  return options;
}

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_PLUGINS_PLANAR_H_
