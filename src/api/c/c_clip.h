// Whole sounds as callers of the C API lay them out.
#ifndef DEEPFILTER_API_C_C_CLIP_H_
#define DEEPFILTER_API_C_C_CLIP_H_

#include <cstddef>
#include <span>
#include <vector>

#include "stream/denoise/denoiser.h"
#include "stream/denoise/whole_gains.h"
#include "stream/host/host_options.h"

namespace dfn {

// Sample i of channel c, whichever way the caller's samples are laid out.
template <class Sample>
struct Planar {
  Sample* const* channels;
  Sample& At(size_t c, size_t i) const { return channels[c][i]; }
};
template <class Sample>
struct Interleaved {
  Sample* samples;
  size_t channels;
  Sample& At(size_t c, size_t i) const { return samples[i * channels + c]; }
};

// Sets the gains that fit the whole sound in place of following its level.
template <class Input>
void GiveGains(const Input& input, size_t samples, HostStreamOptions& host) {
  const size_t channels = EnhancedChannels(host);
  WholeGains gains(host.sample_rate_hz, channels, LinksGains(host));
  std::vector<float> frame(channels);
  for (size_t i = 0; i < samples; ++i) {
    for (size_t c = 0; c < channels; ++c) frame[c] = input.At(c, i);
    for (size_t c = channels; c < host.channels; ++c) frame[0] += input.At(c, i);
    if (channels < host.channels) frame[0] /= static_cast<float>(host.channels);
    gains.Hear(frame);
  }
  host.controls.auto_level = false;
  host.level_gains_db = gains.gains_db();
}

// Reads `count` samples from sample `begin` on, interleaved.
template <class Input>
void ReadSamples(const Input& input, size_t begin, size_t count, size_t channels,
                 std::vector<float>& interleaved) {
  interleaved.resize(count * channels);
  for (size_t i = 0; i < count; ++i) {
    for (size_t c = 0; c < channels; ++c) interleaved[i * channels + c] = input.At(c, begin + i);
  }
}

// Writes interleaved samples from sample `begin` on, and returns how many these are of a channel.
template <class Output>
size_t WriteSamples(std::span<const float> interleaved, const Output& output, size_t begin,
                    size_t channels) {
  const size_t count = interleaved.size() / channels;
  for (size_t i = 0; i < count; ++i) {
    for (size_t c = 0; c < channels; ++c) output.At(c, begin + i) = interleaved[i * channels + c];
  }
  return count;
}

}  // namespace dfn

#endif  // DEEPFILTER_API_C_C_CLIP_H_
