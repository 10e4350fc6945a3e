// Another program of this machine that has been started and runs beside this one.
#ifndef DEEPFILTER_OS_PROCESS_STARTED_PROGRAM_H_
#define DEEPFILTER_OS_PROCESS_STARTED_PROGRAM_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace dfn {

// Descriptors that become a program's standard streams and stay open here; -1 stands for an empty
// input, and for output that nobody wants.
struct ProgramStreams {
  int input = -1;
  int output = -1;
  int complaint = -1;
};

class StartedProgram {
 public:
  // Starts a program with arguments, which no shell sees. A bare name is looked up on PATH; on
  // Windows in the system's folder alone (FindProgram knows PATH there, too). Ctrl-C does not reach
  // it. Errors: kNotFound (no such program), kIo.
  static Result<StartedProgram> Start(const std::string& program,
                                      const std::vector<std::string>& arguments,
                                      const ProgramStreams& streams);
  StartedProgram(StartedProgram&& other) noexcept;
  StartedProgram& operator=(StartedProgram&&) = delete;
  // Ends it at once, if it still runs, and on POSIX the programs that it has started.
  ~StartedProgram();

  // Waits for its end, but not longer than `milliseconds`, and returns its exit status: -1 if
  // something else than itself ended it; nothing if it still runs.
  std::optional<int> Wait(int milliseconds);

 private:
  explicit StartedProgram(intptr_t process) : process_(process) {}

  static constexpr intptr_t kNone = -1;
  intptr_t process_;  // its number, on Windows its handle
  std::optional<int> status_;
};

}  // namespace dfn

#endif  // DEEPFILTER_OS_PROCESS_STARTED_PROGRAM_H_
