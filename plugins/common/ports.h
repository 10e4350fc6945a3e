// The memory that a host has connected to a plugin's ports: audio inputs, audio outputs, then
// controls.
#ifndef DEEPFILTER_PLUGINS_COMMON_PORTS_H_
#define DEEPFILTER_PLUGINS_COMMON_PORTS_H_

#include <array>
#include <cstddef>

namespace dfn::plugin {

inline constexpr size_t kMaxChannels = 2;

template <size_t kControls>
struct Ports {
  size_t channels = 1;
  std::array<const float*, kMaxChannels> inputs{};  // null: not connected
  std::array<float*, kMaxChannels> outputs{};
  std::array<float*, kControls> controls{};

  // A number that is not a port's is ignored. Real-time.
  void Connect(size_t port, float* data) noexcept {
    if (port < channels) {
      inputs[port] = data;
    } else if (port < 2 * channels) {
      outputs[port - channels] = data;
    } else if (port < 2 * channels + kControls) {
      controls[port - 2 * channels] = data;
    }
  }
};

}  // namespace dfn::plugin

#endif  // DEEPFILTER_PLUGINS_COMMON_PORTS_H_
