// Another program of this machine, run to its end.
#ifndef DEEPFILTER_OS_PROCESS_PROGRAM_H_
#define DEEPFILTER_OS_PROCESS_PROGRAM_H_

#include <functional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace dfn {

struct ProgramEnd {
  // Its exit status; -1 if something else than itself ended it.
  int status = -1;
  // The last kMostComplaintBytes of its standard error.
  std::string complaint;
};

inline constexpr size_t kMostComplaintBytes = 4096;

// Appends to a complaint and keeps its end.
void AppendComplaint(Bytes more, std::string& complaint);

// Runs a program with arguments, which no shell sees, and with an empty standard input. A bare name is
// looked up on PATH; on Windows in the system's folder alone. Its standard output goes to `take` block
// by block, and `keep_going` is called at least five times a second; false from either ends the program
// at once. Both are called on this thread. Errors: kNotFound (no such program), kIo.
Result<ProgramEnd> RunProgram(const std::string& program, const std::vector<std::string>& arguments,
                              const std::function<bool(Bytes)>& take,
                              const std::function<bool()>& keep_going);

}  // namespace dfn

#endif  // DEEPFILTER_OS_PROCESS_PROGRAM_H_
