// deepfilter doctor.
#ifndef DEEPFILTER_CLI_DOCTOR_DOCTOR_COMMAND_H_
#define DEEPFILTER_CLI_DOCTOR_DOCTOR_COMMAND_H_

#include <string>

#include "cli/exit_code.h"

namespace dfn {

class Arguments;

struct DoctorOptions {
  std::string model;  // as `enhance` takes it
  bool json = false;
};

void DefineDoctor(Arguments& command, DoctorOptions& options);

// Prints which parts are installed, found and fast enough on this machine. Returns kExitFailed if a
// required part is missing or a part is broken.
ExitCode RunDoctor(const DoctorOptions& options);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_DOCTOR_DOCTOR_COMMAND_H_
