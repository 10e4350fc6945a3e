// deepfilter devices.
#ifndef DEEPFILTER_CLI_LIVE_DEVICES_COMMAND_H_
#define DEEPFILTER_CLI_LIVE_DEVICES_COMMAND_H_

#include <string>

#include "cli/exit_code.h"

namespace dfn {

class Arguments;

struct DevicesOptions {
  std::string server;  // empty: all
  bool json = false;
};

void DefineDevices(Arguments& command, DevicesOptions& options);

// Prints the sound devices of this machine. kExitFailed if no server runs.
ExitCode RunDevices(const DevicesOptions& options);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_LIVE_DEVICES_COMMAND_H_
