// The values of an instance's parameters, with the changes that a host sends.
#ifndef DEEPFILTER_PLUGINS_CLAP_PARAMETER_VALUES_H_
#define DEEPFILTER_PLUGINS_CLAP_PARAMETER_VALUES_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>

#include "clap/abi.h"
#include "common/controls.h"
#include "common/parameters.h"

namespace dfn::plugin {

// Values may be read and set on any thread; Apply and controls() belong to the thread that
// processes, or to the main thread as long as none does. All functions are real-time.
class ParameterValues {
 public:
  // With kStereo, which comes last, or without.
  explicit ParameterValues(bool stereo) noexcept;

  std::span<const NumberedParameter> list() const noexcept { return list_; }
  // The index of a parameter in the list.
  std::optional<size_t> Find(uint32_t id) const noexcept;

  // As set, without modulation.
  double value(size_t index) const noexcept {
    return values_[index].load(std::memory_order_relaxed);
  }
  // Sets the nearest value that the parameter has.
  void Set(size_t index, double value) noexcept;

  // Whether an event changes one of these parameters. Apply does nothing with any other.
  bool Concerns(const clap::EventHeader& event) const noexcept;
  void Apply(const clap::EventHeader& event) noexcept;
  void EndModulation() noexcept { modulation_.fill(0.0); }

  // What values and modulation together ask for.
  Controls controls() const noexcept;
  bool independent_channels() const noexcept;

 private:
  static constexpr size_t kMost = std::size(kNumberedParameters);

  std::span<const NumberedParameter> list_;
  std::array<std::atomic<double>, kMost> values_;
  std::array<double, kMost> modulation_{};
};

}  // namespace dfn::plugin

#endif  // DEEPFILTER_PLUGINS_CLAP_PARAMETER_VALUES_H_
