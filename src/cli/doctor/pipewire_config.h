// The text of a PipeWire configuration that puts the LADSPA plugin between programs and devices.
#ifndef DEEPFILTER_CLI_DOCTOR_PIPEWIRE_CONFIG_H_
#define DEEPFILTER_CLI_DOCTOR_PIPEWIRE_CONFIG_H_

#include <string>

namespace dfn {

struct PipewireConfig {
  bool microphone = true;       // a virtual source: the default microphone, enhanced
  bool speaker = true;          // a virtual sink: enhances what programs play on it
  std::string plugin;           // path of the LADSPA library, or its name without ".so"
  bool plugin_searched = true;  // PipeWire searches the library's folder
  std::string ladspa_path;      // for $LADSPA_PATH; empty: it need not be set
  std::string model;            // for $DEEPFILTER_PLUGIN_MODEL; empty: the plugin's default
  double attenuation_limit_db = 100.0;
  double delay_ms = 0.0;         // of the plugin at quanta of a hop and more
  double spread_delay_ms = 0.0;  // at smaller ones
  // Only the filters, for a folder whose files PipeWire adds to a configuration of its own; else a
  // whole configuration for a PipeWire process.
  bool drop_in = false;
};

// SPA-JSON with comments that say where to put it and how to start it.
std::string PipewireConfigText(const PipewireConfig& config);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_DOCTOR_PIPEWIRE_CONFIG_H_
