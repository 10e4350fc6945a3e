// A minimal host of LADSPA plugins.
#ifndef DEEPFILTER_TESTS_PLUGINS_LADSPA_HOST_H_
#define DEEPFILTER_TESTS_PLUGINS_LADSPA_HOST_H_

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <ladspa.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "plugins/planar.h"

namespace dfn::test {

// The library under test, opened by the constructor and closed by the destructor.
class LadspaLibrary {
 public:
  LadspaLibrary() : handle_(dlopen(DFN_LADSPA_PLUGIN, RTLD_NOW | RTLD_LOCAL)) {
    EXPECT_NE(handle_, nullptr) << dlerror();
    if (handle_ == nullptr) return;
    void* symbol = dlsym(handle_, "ladspa_descriptor");
    EXPECT_NE(symbol, nullptr);
    std::memcpy(&descriptor_, &symbol, sizeof symbol);
  }
  ~LadspaLibrary() {
    if (handle_ != nullptr) dlclose(handle_);
  }
  LadspaLibrary(const LadspaLibrary&) = delete;
  LadspaLibrary& operator=(const LadspaLibrary&) = delete;

  const LADSPA_Descriptor* descriptor(unsigned long index) const {
    return descriptor_ == nullptr ? nullptr : descriptor_(index);
  }
  // Returns the plugin for this number of channels.
  const LADSPA_Descriptor* ForChannels(size_t channels) const { return descriptor(channels - 1); }

 private:
  void* handle_;
  LADSPA_Descriptor_Function descriptor_ = nullptr;
};

// An instance with its controls connected to their defaults. Audio ports are connected by Process.
class LadspaInstance {
 public:
  LadspaInstance(const LADSPA_Descriptor* descriptor, unsigned long rate_hz)
      : descriptor_(descriptor), handle_(descriptor->instantiate(descriptor, rate_hz)) {
    if (handle_ == nullptr) return;
    for (unsigned long port = 0; port < descriptor->PortCount; ++port) {
      if (LADSPA_IS_PORT_AUDIO(descriptor->PortDescriptors[port])) continue;
      const LADSPA_PortRangeHint& hint = descriptor->PortRangeHints[port];
      float& value = controls_[descriptor->PortNames[port]];
      value =
          LADSPA_IS_HINT_DEFAULT_MAXIMUM(hint.HintDescriptor) ? hint.UpperBound : hint.LowerBound;
      descriptor->connect_port(handle_, port, &value);
    }
  }
  ~LadspaInstance() {
    if (handle_ != nullptr) descriptor_->cleanup(handle_);
  }
  LadspaInstance(const LadspaInstance&) = delete;
  LadspaInstance& operator=(const LadspaInstance&) = delete;

  bool made() const { return handle_ != nullptr; }
  float& control(const std::string& name) { return controls_.at(name); }
  size_t channels() const { return descriptor_->UniqueID == 7843796 ? 2 : 1; }

  void Activate() { descriptor_->activate(handle_); }
  void Connect(size_t port, float* data) { descriptor_->connect_port(handle_, port, data); }
  void Run(size_t samples) { descriptor_->run(handle_, samples); }

  // Processes the whole input in blocks of these sizes, repeated. With `in_place`, inputs and
  // outputs share memory.
  Planar Process(const Planar& input, const std::vector<size_t>& blocks, bool in_place = false) {
    Planar in = input;
    Planar out(input.size(), std::vector<float>(input[0].size(), -7.0f));
    Planar& target = in_place ? in : out;
    size_t turn = 0;
    for (size_t done = 0; done < input[0].size();) {
      const size_t now = std::min(blocks[turn++ % blocks.size()], input[0].size() - done);
      for (size_t c = 0; c < channels(); ++c) {
        Connect(c, in[c].data() + done);
        Connect(channels() + c, target[c].data() + done);
      }
      Run(now);
      done += now;
    }
    return target;
  }

 private:
  const LADSPA_Descriptor* descriptor_;
  std::map<std::string, float> controls_;
  LADSPA_Handle handle_;
};

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_PLUGINS_LADSPA_HOST_H_
