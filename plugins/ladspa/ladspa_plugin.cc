// The LADSPA library: labels, ids, ports, ranges and defaults are those of DeepFilterNet's official
// plugin, so that PipeWire and EasyEffects set-ups made for that one work unchanged. One port comes
// after them: the latency, for hosts that make up for it.

#include <ladspa.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <iterator>
#include <limits>
#include <memory>
#include <string>

#include "common/controls.h"
#include "common/exports.h"
#include "common/instance.h"
#include "common/parameters.h"
#include "common/ports.h"
#include "common/settings.h"
#include "deepfilter/deepfilter.h"

namespace dfn::plugin {
namespace {

constexpr unsigned long kMonoId = 7843795;
constexpr unsigned long kStereoId = 7843796;
constexpr size_t kControlPorts = std::size(kLadspaControls);
constexpr size_t kLatencyPort = kControlPorts - 1;  // of the control ports; those before are inputs
static_assert(kLadspaControls[kLatencyPort] == &kLatency);

// LADSPA has names for a few defaults only, the ends of the range among them. The output has one
// too: sox wants a value on its command line for each control that has none.
constexpr LADSPA_PortRangeHint HintOf(const Parameter& parameter) {
  return {LADSPA_HINT_BOUNDED_BELOW | LADSPA_HINT_BOUNDED_ABOVE |
              (parameter.unit == Unit::kSamples ? LADSPA_HINT_INTEGER : 0) |
              (parameter.default_value == parameter.maximum ? LADSPA_HINT_DEFAULT_MAXIMUM
                                                            : LADSPA_HINT_DEFAULT_MINIMUM),
          parameter.minimum, parameter.maximum};
}
static_assert(std::all_of(std::begin(kLadspaControls), std::end(kLadspaControls),
                          [](const Parameter* parameter) {
                            return parameter->default_value == parameter->minimum ||
                                   parameter->default_value == parameter->maximum;
                          }));

// These functions are for instantiation only.
void LogToStderr(const std::string& line) {
  std::fprintf(stderr, "deepfilter: %s\n", line.c_str());
}

struct Plugin {
  std::unique_ptr<Instance> instance;
  Ports<kControlPorts> ports;
};

LADSPA_Handle Instantiate(const LADSPA_Descriptor* descriptor, unsigned long rate_hz) {
  try {
    auto plugin = std::make_unique<Plugin>();
    plugin->ports.channels = descriptor->UniqueID == kStereoId ? 2 : 1;
    InstanceOptions options;
    options.sample_rate_hz = rate_hz > std::numeric_limits<uint32_t>::max()
                                 ? std::numeric_limits<uint32_t>::max()
                                 : static_cast<uint32_t>(rate_hz);
    options.channels = static_cast<uint32_t>(plugin->ports.channels);
    options.profile = DFN_PROFILE_LIBDF;
    // The official plugin enhances its channels with the mean of their gains.
    options.channel_mode =
        plugin->ports.channels == 1 ? DFN_CHANNELS_LINKED : DFN_CHANNELS_LINKED_MEAN;
    options.max_extra_hops = static_cast<size_t>(kExtraHops.maximum);
    plugin->instance = Instance::Create(options, ReadSettings(LogToStderr), LogToStderr);
    return plugin->instance == nullptr ? nullptr : plugin.release();
  } catch (const std::exception&) {
    std::fputs("deepfilter: there is not enough memory, or no thread to load with\n", stderr);
    return nullptr;
  }
}

void ConnectPort(LADSPA_Handle handle, unsigned long port, LADSPA_Data* data) {
  static_cast<Plugin*>(handle)->ports.Connect(port, data);
}

Controls ReadControls(const Plugin& plugin) {
  Controls controls;
  for (size_t port = 0; port < kLatencyPort; ++port) {
    const float* value = plugin.ports.controls[port];
    if (value != nullptr) SetControl(controls, *kLadspaControls[port], *value);
  }
  return controls;
}

// Hosts read the latency after activation, after an empty block, or after the first block.
void WriteLatency(const Plugin& plugin, const Controls& controls) {
  if (float* latency = plugin.ports.controls[kLatencyPort]; latency != nullptr) {
    *latency = static_cast<float>(plugin.instance->delay_samples(controls));
  }
}

void Activate(LADSPA_Handle handle) {
  Plugin& plugin = *static_cast<Plugin*>(handle);
  plugin.instance->Activate();
  WriteLatency(plugin, ReadControls(plugin));
}

void Run(LADSPA_Handle handle, unsigned long samples) {
  Plugin& plugin = *static_cast<Plugin*>(handle);
  const Controls controls = ReadControls(plugin);
  plugin.instance->Run(plugin.ports.inputs.data(), plugin.ports.outputs.data(), samples, controls);
  WriteLatency(plugin, controls);
}

void Cleanup(LADSPA_Handle handle) { delete static_cast<Plugin*>(handle); }

// A descriptor and the tables that it points to, for one number of channels.
template <size_t kChannels>
struct Tables {
  static constexpr size_t kPorts = 2 * kChannels + kControlPorts;
  LADSPA_PortDescriptor descriptors[kPorts];
  const char* names[kPorts];
  LADSPA_PortRangeHint hints[kPorts];
};

template <size_t kChannels>
constexpr Tables<kChannels> MakeTables(const std::array<const char*, 2 * kChannels>& audio_names) {
  Tables<kChannels> tables{};
  for (size_t port = 0; port < 2 * kChannels; ++port) {
    tables.descriptors[port] =
        LADSPA_PORT_AUDIO | (port < kChannels ? LADSPA_PORT_INPUT : LADSPA_PORT_OUTPUT);
    tables.names[port] = audio_names[port];
  }
  for (size_t control = 0; control < kControlPorts; ++control) {
    const size_t port = 2 * kChannels + control;
    tables.descriptors[port] =
        LADSPA_PORT_CONTROL | (control == kLatencyPort ? LADSPA_PORT_OUTPUT : LADSPA_PORT_INPUT);
    tables.names[port] = kLadspaControls[control]->ladspa_name;
    tables.hints[port] = HintOf(*kLadspaControls[control]);
  }
  return tables;
}

constexpr Tables<1> kMonoTables = MakeTables<1>({"Audio In", "Audio Out"});
constexpr Tables<2> kStereoTables =
    MakeTables<2>({"Audio In L", "Audio In R", "Audio Out L", "Audio Out R"});

template <size_t kChannels>
constexpr LADSPA_Descriptor MakeDescriptor(unsigned long id, const char* label, const char* name,
                                           const Tables<kChannels>& tables) {
  LADSPA_Descriptor descriptor{};
  descriptor.UniqueID = id;
  descriptor.Label = label;
  descriptor.Properties = LADSPA_PROPERTY_HARD_RT_CAPABLE;
  descriptor.Name = name;
  descriptor.Maker = "deepfilter " DFN_VERSION_TEXT;
  descriptor.Copyright = "MIT or Apache-2.0";
  descriptor.PortCount = Tables<kChannels>::kPorts;
  descriptor.PortDescriptors = tables.descriptors;
  descriptor.PortNames = tables.names;
  descriptor.PortRangeHints = tables.hints;
  descriptor.instantiate = Instantiate;
  descriptor.connect_port = ConnectPort;
  descriptor.activate = Activate;
  descriptor.run = Run;
  descriptor.cleanup = Cleanup;
  return descriptor;
}

constexpr LADSPA_Descriptor kDescriptors[] = {
    MakeDescriptor(kMonoId, "deep_filter_mono", "DeepFilter Mono", kMonoTables),
    MakeDescriptor(kStereoId, "deep_filter_stereo", "DeepFilter Stereo", kStereoTables)};

}  // namespace
}  // namespace dfn::plugin

DFN_PLUGIN_EXPORT const LADSPA_Descriptor* ladspa_descriptor(unsigned long index) {
  using dfn::plugin::kDescriptors;
  return index < std::size(kDescriptors) ? &kDescriptors[index] : nullptr;
}
