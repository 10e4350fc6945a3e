#include "clap/audio_view.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace dfn::plugin {
namespace {

// What the library takes for a sample, see deepfilter.h.
constexpr double kLargestSample = 1e10;

}  // namespace

AudioView::Channel AudioView::ChannelOf(const clap::AudioBuffer& buffer, size_t channel) noexcept {
  if (channel >= buffer.channel_count) return {};
  if (buffer.data32 != nullptr) return {buffer.data32[channel], nullptr};
  if (buffer.data64 != nullptr) return {nullptr, buffer.data64[channel]};
  return {};
}

AudioView::AudioView(const clap::Process& process, size_t channels) noexcept : channels_(channels) {
  const bool has_input = process.audio_inputs != nullptr && process.audio_inputs_count > 0;
  const bool has_output = process.audio_outputs != nullptr && process.audio_outputs_count > 0;
  for (size_t c = 0; c < channels_; ++c) {
    if (has_input) inputs_[c] = ChannelOf(process.audio_inputs[0], c);
    if (has_output) outputs_[c] = ChannelOf(process.audio_outputs[0], c);
    if (inputs_[c].data64 != nullptr || outputs_[c].data64 != nullptr) all_floats_ = false;
  }
}

std::array<const float*, kMaxChannels> AudioView::input(size_t begin) const noexcept {
  std::array<const float*, kMaxChannels> pointers{};
  for (size_t c = 0; c < channels_; ++c) {
    if (inputs_[c].data32 != nullptr) pointers[c] = inputs_[c].data32 + begin;
  }
  return pointers;
}

std::array<float*, kMaxChannels> AudioView::output(size_t begin) const noexcept {
  std::array<float*, kMaxChannels> pointers{};
  for (size_t c = 0; c < channels_; ++c) {
    if (outputs_[c].data32 != nullptr) pointers[c] = outputs_[c].data32 + begin;
  }
  return pointers;
}

void AudioView::Load(size_t begin, size_t samples, float* const* parts) const noexcept {
  for (size_t c = 0; c < channels_; ++c) {
    const Channel& from = inputs_[c];
    if (from.data32 != nullptr) {
      std::copy_n(from.data32 + begin, samples, parts[c]);
    } else if (from.data64 != nullptr) {
      std::transform(from.data64 + begin, from.data64 + begin + samples, parts[c], [](double x) {
        return std::abs(x) <= kLargestSample ? static_cast<float>(x) : 0.0f;
      });
    } else {
      std::fill_n(parts[c], samples, 0.0f);
    }
  }
}

void AudioView::Store(size_t begin, size_t samples, const float* const* parts) const noexcept {
  for (size_t c = 0; c < channels_; ++c) {
    const Channel& to = outputs_[c];
    if (to.data32 != nullptr) std::copy_n(parts[c], samples, to.data32 + begin);
    if (to.data64 != nullptr) std::copy_n(parts[c], samples, to.data64 + begin);
  }
}

void AudioView::FinishOutputs(const clap::Process& process) const noexcept {
  if (process.audio_outputs == nullptr) return;
  for (uint32_t port = 0; port < process.audio_outputs_count; ++port) {
    clap::AudioBuffer& buffer = process.audio_outputs[port];
    buffer.constant_mask = 0;
    for (size_t c = port == 0 ? channels_ : 0; c < buffer.channel_count; ++c) {
      const Channel extra = ChannelOf(buffer, c);
      if (extra.data32 != nullptr) std::fill_n(extra.data32, process.frames_count, 0.0f);
      if (extra.data64 != nullptr) std::fill_n(extra.data64, process.frames_count, 0.0);
    }
  }
}

}  // namespace dfn::plugin
