// deepfilter pipewire-config.
#ifndef DEEPFILTER_CLI_DOCTOR_PIPEWIRE_CONFIG_COMMAND_H_
#define DEEPFILTER_CLI_DOCTOR_PIPEWIRE_CONFIG_COMMAND_H_

#include <string>

#include "cli/exit_code.h"

namespace dfn {

class Arguments;

struct PipewireConfigOptions {
  bool microphone = false;
  bool speaker = false;
  bool both = false;  // the default if none of the three is given
  std::string model;  // as `enhance` takes it; empty: the plugin's default
  double attenuation_limit_db = 100.0;
  std::string plugin;  // empty: the one that hosts find
  std::string output;  // empty or "-": standard output
  bool drop_in = false;
  bool force = false;
};

void DefinePipewireConfig(Arguments& command, PipewireConfigOptions& options);

// Prints or writes a PipeWire configuration for this machine.
ExitCode RunPipewireConfig(const PipewireConfigOptions& options);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_DOCTOR_PIPEWIRE_CONFIG_COMMAND_H_
