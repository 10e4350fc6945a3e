#include "clap/extensions.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "clap/abi_extensions.h"
#include "common/value_text.h"

namespace dfn::plugin {
namespace {

// Copies as much as fits, with a null behind it. False if something was cut off.
bool CopyText(std::string_view text, char* to, size_t capacity) {
  if (to == nullptr || capacity == 0) return false;
  const size_t length = std::min(text.size(), capacity - 1);
  std::copy_n(text.data(), length, to);
  to[length] = '\0';
  return length == text.size();
}

// ---- Ports ------------------------------------------------------------------------------------

uint32_t CountPorts(const clap::Plugin*, bool) { return 1; }

bool GetPort(const clap::Plugin* plugin, uint32_t index, bool is_input, clap::AudioPortInfo* info) {
  if (index != 0 || info == nullptr) return false;
  const bool mono = PluginOf(plugin).channels() == 1;
  *info = {};
  CopyText(is_input ? "Input" : "Output", info->name, sizeof info->name);
  info->flags = clap::kPortIsMain | clap::kPortTakes64Bits;
  info->channel_count = mono ? 1 : 2;
  info->port_type = mono ? clap::kMonoPort : clap::kStereoPort;
  return true;
}

constexpr clap::PluginAudioPorts kAudioPorts = {CountPorts, GetPort};

// ---- Parameters -------------------------------------------------------------------------------

uint32_t FlagsOf(const Parameter& parameter) {
  if (parameter.unit == Unit::kChoice) return clap::kParamIsStepped | clap::kParamIsEnum;
  if (parameter.unit != Unit::kSwitch) return clap::kParamIsAutomatable | clap::kParamIsModulatable;
  return clap::kParamIsStepped | clap::kParamIsAutomatable |
         (&parameter == &kBypass ? clap::kParamIsBypass : 0u);
}

uint32_t CountParameters(const clap::Plugin* plugin) {
  return static_cast<uint32_t>(PluginOf(plugin).values().list().size());
}

bool GetParameter(const clap::Plugin* plugin, uint32_t index, clap::ParamInfo* info) {
  const auto list = PluginOf(plugin).values().list();
  if (index >= list.size() || info == nullptr) return false;
  const Parameter& parameter = *list[index].parameter;
  *info = {};
  info->id = list[index].id;
  info->flags = FlagsOf(parameter);
  CopyText(parameter.name, info->name, sizeof info->name);
  info->min_value = parameter.minimum;
  info->max_value = parameter.maximum;
  info->default_value = parameter.default_value;
  return true;
}

const Parameter* FindParameter(const clap::Plugin* plugin, uint32_t id) {
  const ParameterValues& values = PluginOf(plugin).values();
  const std::optional<size_t> index = values.Find(id);
  return index.has_value() ? values.list()[*index].parameter : nullptr;
}

bool GetValue(const clap::Plugin* plugin, uint32_t id, double* value) {
  const ParameterValues& values = PluginOf(plugin).values();
  const std::optional<size_t> index = values.Find(id);
  if (!index.has_value() || value == nullptr) return false;
  *value = values.value(*index);
  return true;
}

bool TextOfValue(const clap::Plugin* plugin, uint32_t id, double value, char* text,
                 uint32_t capacity) {
  const Parameter* parameter = FindParameter(plugin, id);
  if (parameter == nullptr) return false;
  try {
    return CopyText(ValueText(*parameter, value), text, capacity);
  } catch (const std::exception&) {
    return false;  // no memory
  }
}

bool ValueOfText(const clap::Plugin* plugin, uint32_t id, const char* text, double* value) {
  const Parameter* parameter = FindParameter(plugin, id);
  if (parameter == nullptr || text == nullptr || value == nullptr) return false;
  try {
    const std::optional<double> read = ParseValue(*parameter, text);
    if (read.has_value()) *value = *read;
    return read.has_value();
  } catch (const std::exception&) {
    return false;  // no memory
  }
}

void Flush(const clap::Plugin* plugin, const clap::InputEvents* in, const clap::OutputEvents*) {
  PluginOf(plugin).Flush(in);
}

constexpr clap::PluginParams kParams = {CountParameters, GetParameter, GetValue,
                                        TextOfValue,     ValueOfText,  Flush};

// ---- State, latency, tail, render -------------------------------------------------------------

bool Save(const clap::Plugin* plugin, const clap::OutputStream* stream) {
  return stream != nullptr && stream->write != nullptr && PluginOf(plugin).Save(*stream);
}

bool Load(const clap::Plugin* plugin, const clap::InputStream* stream) {
  return stream != nullptr && stream->read != nullptr && PluginOf(plugin).Load(*stream);
}

constexpr clap::PluginState kState = {Save, Load};

uint32_t Latency(const clap::Plugin* plugin) { return PluginOf(plugin).latency_samples(); }

constexpr clap::PluginLatency kLatencyExtension = {Latency};

uint32_t Tail(const clap::Plugin* plugin) { return PluginOf(plugin).tail_samples(); }

constexpr clap::PluginTail kTail = {Tail};

// A host may render faster or slower than real time.
bool NeedsRealTime(const clap::Plugin*) { return false; }

bool SetRenderMode(const clap::Plugin* plugin, int32_t mode) {
  return PluginOf(plugin).SetRenderMode(mode);
}

constexpr clap::PluginRender kRender = {NeedsRealTime, SetRenderMode};

struct Named {
  const char* id;
  const void* extension;
};
constexpr Named kExtensions[] = {{clap::kAudioPortsId, &kAudioPorts},
                                 {clap::kParamsId, &kParams},
                                 {clap::kStateId, &kState},
                                 {clap::kLatencyId, &kLatencyExtension},
                                 {clap::kTailId, &kTail},
                                 {clap::kRenderId, &kRender}};

}  // namespace

const void* FindExtension(const char* id) noexcept {
  if (id == nullptr) return nullptr;
  for (const Named& one : kExtensions) {
    if (std::strcmp(one.id, id) == 0) return one.extension;
  }
  return nullptr;
}

}  // namespace dfn::plugin
