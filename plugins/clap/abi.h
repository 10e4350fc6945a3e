// The binary interface between a CLAP plugin and its host, version 1.2, as far as this plugin and
// its tests use it: own declarations from the published specification (docs/decisions has the
// reason). Comments give each structure's name there, and the thread on which a host calls a
// function: [main], [audio], or [any]. Layouts and names in quotes never change within CLAP 1.
#ifndef DEEPFILTER_PLUGINS_CLAP_ABI_H_
#define DEEPFILTER_PLUGINS_CLAP_ABI_H_

#include <cstddef>
#include <cstdint>

namespace dfn::clap {

struct Host;
struct Plugin;
struct Process;

extern "C" {

// clap_version
struct Version {
  uint32_t major;
  uint32_t minor;
  uint32_t revision;
};

// ---- Events ---------------------------------------------------------------------------------

// clap_event_header. Events of other spaces have meanings of their own.
struct EventHeader {
  uint32_t size;  // of the whole event
  uint32_t time;  // samples from the block's beginning
  uint16_t space_id;
  uint16_t type;
  uint32_t flags;
};

// clap_event_param_value, clap_event_param_mod: the last member is the value, or what is added to
// it. -1 as note, port, channel or key is all of them.
struct ParamEvent {
  EventHeader header;
  uint32_t param_id;
  void* cookie;
  int32_t note_id;
  int16_t port_index;
  int16_t channel;
  int16_t key;
  double value;
};

// clap_input_events: sorted by time.
struct InputEvents {
  void* context;
  uint32_t (*size)(const InputEvents* list);
  const EventHeader* (*get)(const InputEvents* list, uint32_t index);
};

// clap_output_events
struct OutputEvents {
  void* context;
  bool (*try_push)(const OutputEvents* list, const EventHeader* event);
};

// ---- Audio ----------------------------------------------------------------------------------

// clap_audio_buffer. One of the two pointers is set.
struct AudioBuffer {
  float** data32 = nullptr;   // [channels][frames]
  double** data64 = nullptr;  // [channels][frames]
  uint32_t channel_count = 0;
  uint32_t latency = 0;
  uint64_t constant_mask = 0;  // a bit is set for a channel whose samples are all the same
};

// clap_process
struct Process {
  int64_t steady_time = 0;
  uint32_t frames_count = 0;
  const void* transport = nullptr;
  const AudioBuffer* audio_inputs = nullptr;
  AudioBuffer* audio_outputs = nullptr;
  uint32_t audio_inputs_count = 0;
  uint32_t audio_outputs_count = 0;
  const InputEvents* in_events = nullptr;
  const OutputEvents* out_events = nullptr;
};

// ---- Plugins --------------------------------------------------------------------------------

// clap_plugin_descriptor
struct Descriptor {
  Version clap_version;
  const char* id;
  const char* name;
  const char* vendor;
  const char* url;
  const char* manual_url;
  const char* support_url;
  const char* version;
  const char* description;
  const char* const* features;  // ends with null
};

// clap_plugin
struct Plugin {
  const Descriptor* descriptor;
  void* data;
  bool (*init)(const Plugin* plugin);     // [main], the first call
  void (*destroy)(const Plugin* plugin);  // [main]
  bool (*activate)(const Plugin* plugin, double sample_rate, uint32_t min_frames,
                   uint32_t max_frames);                               // [main]
  void (*deactivate)(const Plugin* plugin);                            // [main]
  bool (*start_processing)(const Plugin* plugin);                      // [audio], when active
  void (*stop_processing)(const Plugin* plugin);                       // [audio]
  void (*reset)(const Plugin* plugin);                                 // [audio], when active
  int32_t (*process)(const Plugin* plugin, const Process* process);    // [audio]
  const void* (*get_extension)(const Plugin* plugin, const char* id);  // [any]
  void (*on_main_thread)(const Plugin* plugin);                        // [main], on request
};

// clap_host
struct Host {
  Version clap_version;
  void* data;
  const char* name;
  const char* vendor;
  const char* url;
  const char* version;
  const void* (*get_extension)(const Host* host, const char* id);  // [any], from init on
  void (*request_restart)(const Host* host);                       // [any]
  void (*request_process)(const Host* host);                       // [any]
  void (*request_callback)(const Host* host);                      // [any]
};

// clap_plugin_factory, by the name kFactoryId [any]
struct Factory {
  uint32_t (*count)(const Factory* factory);
  const Descriptor* (*descriptor)(const Factory* factory, uint32_t index);
  const Plugin* (*create)(const Factory* factory, const Host* host, const char* id);
};

// clap_plugin_entry: what the library exports as the variable "clap_entry"
struct Entry {
  Version clap_version;
  bool (*init)(const char* path);
  void (*deinit)();
  const void* (*get_factory)(const char* id);
};

}  // extern "C"

inline constexpr Version kVersion = {1, 2, 2};
inline constexpr char kFactoryId[] = "clap.plugin-factory";

inline constexpr uint16_t kCoreSpace = 0;
inline constexpr uint16_t kParamValueEvent = 5;
inline constexpr uint16_t kParamModEvent = 6;

// What process returns.
inline constexpr int32_t kProcessError = 0;
inline constexpr int32_t kProcessContinue = 1;
inline constexpr int32_t kProcessTail = 3;  // goes on as long as the tail; may then sleep
inline constexpr int32_t kProcessSleep = 4;

}  // namespace dfn::clap

#endif  // DEEPFILTER_PLUGINS_CLAP_ABI_H_
