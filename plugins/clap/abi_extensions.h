// The extensions of CLAP that the plugin has or uses; see abi.h.
#ifndef DEEPFILTER_PLUGINS_CLAP_ABI_EXTENSIONS_H_
#define DEEPFILTER_PLUGINS_CLAP_ABI_EXTENSIONS_H_

#include <cstddef>
#include <cstdint>

#include "clap/abi.h"

namespace dfn::clap {

inline constexpr size_t kNameSize = 256;
inline constexpr size_t kPathSize = 1024;

extern "C" {

// ---- "clap.audio-ports" [main] ----------------------------------------------------------------

// clap_audio_port_info
struct AudioPortInfo {
  uint32_t id;
  char name[kNameSize];
  uint32_t flags;
  uint32_t channel_count;
  const char* port_type;   // "mono", "stereo"
  uint32_t in_place_pair;  // the id of the port in the other direction that may share its memory
};

// clap_plugin_audio_ports
struct PluginAudioPorts {
  uint32_t (*count)(const Plugin* plugin, bool is_input);
  bool (*get)(const Plugin* plugin, uint32_t index, bool is_input, AudioPortInfo* info);
};

// ---- "clap.params" ----------------------------------------------------------------------------

// clap_param_info
struct ParamInfo {
  uint32_t id;
  uint32_t flags;
  void* cookie;
  char name[kNameSize];
  char module[kPathSize];
  double min_value;
  double max_value;
  double default_value;
};

// clap_plugin_params
struct PluginParams {
  uint32_t (*count)(const Plugin* plugin);                                  // [main]
  bool (*get_info)(const Plugin* plugin, uint32_t index, ParamInfo* info);  // [main]
  bool (*get_value)(const Plugin* plugin, uint32_t id, double* value);      // [main]
  bool (*value_to_text)(const Plugin* plugin, uint32_t id, double value, char* text,
                        uint32_t capacity);  // [main]
  bool (*text_to_value)(const Plugin* plugin, uint32_t id, const char* text,
                        double* value);  // [main]
  // [audio] when active, else [main]
  void (*flush)(const Plugin* plugin, const InputEvents* in, const OutputEvents* out);
};

// clap_host_params
struct HostParams {
  void (*rescan)(const Host* host, uint32_t flags);              // [main]
  void (*clear)(const Host* host, uint32_t id, uint32_t flags);  // [main]
  void (*request_flush)(const Host* host);                       // [any] but [audio]
};

// ---- "clap.state" [main] ----------------------------------------------------------------------

// clap_istream: read returns the number of bytes, 0 at the end, -1 on an error.
struct InputStream {
  void* context;
  int64_t (*read)(const InputStream* stream, void* bytes, uint64_t size);
};

// clap_ostream: write returns the number of bytes, -1 on an error.
struct OutputStream {
  void* context;
  int64_t (*write)(const OutputStream* stream, const void* bytes, uint64_t size);
};

// clap_plugin_state
struct PluginState {
  bool (*save)(const Plugin* plugin, const OutputStream* stream);
  bool (*load)(const Plugin* plugin, const InputStream* stream);
};

// ---- "clap.latency", "clap.tail", "clap.render", "clap.log" ------------------------------------

// clap_plugin_latency [main], when active
struct PluginLatency {
  uint32_t (*get)(const Plugin* plugin);
};
// clap_host_latency [main], within activate only
struct HostLatency {
  void (*changed)(const Host* host);
};

// clap_plugin_tail [main or audio]
struct PluginTail {
  uint32_t (*get)(const Plugin* plugin);
};

// clap_plugin_render [main]
struct PluginRender {
  bool (*has_hard_realtime_requirement)(const Plugin* plugin);
  bool (*set)(const Plugin* plugin, int32_t mode);
};

// clap_host_log [any]
struct HostLog {
  void (*log)(const Host* host, int32_t severity, const char* text);
};

}  // extern "C"

inline constexpr char kAudioPortsId[] = "clap.audio-ports";
inline constexpr uint32_t kPortIsMain = 1u << 0;
inline constexpr uint32_t kPortTakes64Bits = 1u << 1;
inline constexpr char kMonoPort[] = "mono";
inline constexpr char kStereoPort[] = "stereo";

inline constexpr char kParamsId[] = "clap.params";
inline constexpr uint32_t kParamIsStepped = 1u << 0;
inline constexpr uint32_t kParamIsBypass = 1u << 4;
inline constexpr uint32_t kParamIsAutomatable = 1u << 5;
inline constexpr uint32_t kParamIsModulatable = 1u << 10;
inline constexpr uint32_t kParamIsEnum = 1u << 16;
inline constexpr uint32_t kRescanValues = 1u << 0;

inline constexpr char kStateId[] = "clap.state";
inline constexpr char kLatencyId[] = "clap.latency";
inline constexpr char kTailId[] = "clap.tail";
inline constexpr char kRenderId[] = "clap.render";
inline constexpr int32_t kRenderRealTime = 0;
inline constexpr int32_t kRenderOffline = 1;
inline constexpr char kLogId[] = "clap.log";
inline constexpr int32_t kLogError = 3;

}  // namespace dfn::clap

#endif  // DEEPFILTER_PLUGINS_CLAP_ABI_EXTENSIONS_H_
