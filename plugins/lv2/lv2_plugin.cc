// The LV2 plugins, mono and stereo; deepfilter.ttl describes them to hosts.

#include <lv2/core/lv2.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <iterator>
#include <memory>
#include <string>

#include "common/controls.h"
#include "common/instance.h"
#include "common/parameters.h"
#include "common/ports.h"
#include "common/settings.h"
#include "deepfilter/deepfilter.h"
#include "lv2/features.h"

namespace dfn::plugin {
namespace {

constexpr char kMonoUri[] = "urn:deepfilter:mono";
constexpr char kStereoUri[] = "urn:deepfilter:stereo";

constexpr size_t kControlPorts = std::size(kLv2Controls);

// Returns the index of a parameter in kLv2Controls.
constexpr size_t PortOf(const Parameter& parameter) {
  return static_cast<size_t>(
      std::find(std::begin(kLv2Controls), std::end(kLv2Controls), &parameter) -
      std::begin(kLv2Controls));
}

struct Plugin {
  std::unique_ptr<Instance> instance;
  Ports<kControlPorts> ports;
};

LV2_Handle Instantiate(const LV2_Descriptor* descriptor, double rate_hz, const char*,
                       const LV2_Feature* const* features) {
  try {
    const Log log = HostLog(features);
    auto plugin = std::make_unique<Plugin>();
    plugin->ports.channels = std::strcmp(descriptor->URI, kStereoUri) == 0 ? 2 : 1;
    if (!(rate_hz >= 1.0 && rate_hz <= 1e9) || rate_hz != std::floor(rate_hz)) {
      log("the sample rate is " + std::to_string(rate_hz) + " Hz; expected a whole number");
      return nullptr;
    }
    InstanceOptions options;
    options.sample_rate_hz = static_cast<uint32_t>(rate_hz);
    options.channels = static_cast<uint32_t>(plugin->ports.channels);
    options.profile = DFN_PROFILE_REFERENCE;
    options.channel_mode =
        plugin->ports.channels == 1 ? DFN_CHANNELS_INDEPENDENT : DFN_CHANNELS_LINKED;
    // The hop of all models is 10 ms.
    options.block_samples = HostBlockSamples(features, options.sample_rate_hz / 100);
    plugin->instance = Instance::Create(options, ReadSettings(log), log);
    return plugin->instance == nullptr ? nullptr : plugin.release();
  } catch (const std::exception&) {
    return nullptr;  // no memory, or no thread to load with
  }
}

void ConnectPort(LV2_Handle handle, uint32_t port, void* data) {
  static_cast<Plugin*>(handle)->ports.Connect(port, static_cast<float*>(data));
}

void Activate(LV2_Handle handle) { static_cast<Plugin*>(handle)->instance->Activate(); }

void Run(LV2_Handle handle, uint32_t samples) {
  Plugin& plugin = *static_cast<Plugin*>(handle);
  Controls controls;
  for (size_t port = 0; port < kControlPorts; ++port) {
    const Parameter& parameter = *kLv2Controls[port];
    const float* data = plugin.ports.controls[port];
    SetControl(controls, parameter, data == nullptr ? parameter.default_value : *data);
  }
  plugin.instance->Run(plugin.ports.inputs.data(), plugin.ports.outputs.data(), samples, controls);
  // The latency is written for empty blocks too, since hosts run one to read it.
  if (float* latency = plugin.ports.controls[PortOf(kLatency)]; latency != nullptr) {
    *latency = static_cast<float>(plugin.instance->delay_samples(controls));
  }
  if (float* local_snr = plugin.ports.controls[PortOf(kLocalSnr)]; local_snr != nullptr) {
    *local_snr = plugin.instance->local_snr_db();
  }
  if (float* gain = plugin.ports.controls[PortOf(kLevelGain)]; gain != nullptr) {
    *gain = plugin.instance->level_gain_db();
  }
}

void Cleanup(LV2_Handle handle) { delete static_cast<Plugin*>(handle); }

constexpr LV2_Descriptor MakeDescriptor(const char* uri) {
  LV2_Descriptor descriptor{};
  descriptor.URI = uri;
  descriptor.instantiate = Instantiate;
  descriptor.connect_port = ConnectPort;
  descriptor.activate = Activate;
  descriptor.run = Run;
  descriptor.cleanup = Cleanup;
  return descriptor;
}

constexpr LV2_Descriptor kDescriptors[] = {MakeDescriptor(kMonoUri), MakeDescriptor(kStereoUri)};

}  // namespace
}  // namespace dfn::plugin

LV2_SYMBOL_EXPORT const LV2_Descriptor* lv2_descriptor(uint32_t index) {
  using dfn::plugin::kDescriptors;
  return index < std::size(kDescriptors) ? &kDescriptors[index] : nullptr;
}
