// deepfilter doctor.
#ifndef DEEPFILTER_CLI_DOCTOR_DOCTOR_COMMAND_H_
#define DEEPFILTER_CLI_DOCTOR_DOCTOR_COMMAND_H_

#include <string>

#include "cli/exit_code.h"

namespace CLI {
class App;
}

namespace dfn {

struct DoctorOptions {
  std::string model;  // as `enhance` takes it
  bool json = false;
};

void DefineDoctor(CLI::App& command, DoctorOptions& options);

// Prints what is installed, found and fast enough on this machine; kExitFailed when something that
// must be there is not, or something that is there is broken.
ExitCode RunDoctor(const DoctorOptions& options);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_DOCTOR_DOCTOR_COMMAND_H_
