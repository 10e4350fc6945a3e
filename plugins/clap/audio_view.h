// A block's samples as a host hands them over: 32 or 64 bits, in place or not.
#ifndef DEEPFILTER_PLUGINS_CLAP_AUDIO_VIEW_H_
#define DEEPFILTER_PLUGINS_CLAP_AUDIO_VIEW_H_

#include <array>
#include <cstddef>

#include "clap/abi.h"
#include "common/ports.h"

namespace dfn::plugin {

// The longest part that Load and Store take at once.
inline constexpr size_t kPartSamples = 512;

// Real-time throughout.
class AudioView {
 public:
  // The first `channels` channels of the block's first input and output. A channel that the host
  // does not bring is silence as an input, and left out as an output.
  AudioView(const clap::Process& process, size_t channels) noexcept;

  // Whether all channels are floats, so that input() and output() reach all of them.
  bool all_floats() const noexcept { return all_floats_; }
  // [channels] pointers to the samples from `begin` on; null where the host brings none.
  std::array<const float*, kMaxChannels> input(size_t begin) const noexcept;
  std::array<float*, kMaxChannels> output(size_t begin) const noexcept;

  // Copies up to kPartSamples samples from `begin` on into or out of floats [channels][samples]. A
  // double beyond what float holds is zero, as it is for the library.
  void Load(size_t begin, size_t samples, float* const* parts) const noexcept;
  void Store(size_t begin, size_t samples, const float* const* parts) const noexcept;

  // Says that no output is constant, and silences output channels beyond the first `channels`.
  void FinishOutputs(const clap::Process& process) const noexcept;

 private:
  struct Channel {
    float* data32 = nullptr;
    double* data64 = nullptr;
  };
  static Channel ChannelOf(const clap::AudioBuffer& buffer, size_t channel) noexcept;

  size_t channels_;
  bool all_floats_ = true;
  std::array<Channel, kMaxChannels> inputs_{};
  std::array<Channel, kMaxChannels> outputs_{};
};

}  // namespace dfn::plugin

#endif  // DEEPFILTER_PLUGINS_CLAP_AUDIO_VIEW_H_
