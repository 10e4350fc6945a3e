// Another program that takes its input from this one, or gives its output to it, block by block.
#ifndef DEEPFILTER_OS_PROCESS_PIPED_PROGRAM_H_
#define DEEPFILTER_OS_PROCESS_PIPED_PROGRAM_H_

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "os/owned_descriptor.h"
#include "os/process/program.h"
#include "os/process/started_program.h"

namespace dfn {

enum class PipedStream { kInput, kOutput };

class PipedProgram {
 public:
  // Starts a program whose input or output is a pipe; the other one is empty or dropped. Errors:
  // those of StartedProgram::Start.
  static Result<std::unique_ptr<PipedProgram>> Start(const std::string& program,
                                                     const std::vector<std::string>& arguments,
                                                     PipedStream stream);
  // Ends it at once, if it still runs.
  ~PipedProgram();

  // This end of the pipe.
  int descriptor() const { return pipe_.get(); }

  // Closes the pipe, which ends a program's input, and waits for the program to end. `keep_going` is
  // called at least five times a second; false from it ends the program at once, and then the
  // status is -1.
  ProgramEnd Finish(const std::function<bool()>& keep_going);

 private:
  PipedProgram(StartedProgram program, OwnedDescriptor pipe, OwnedDescriptor complaints);
  void ReadComplaints();

  OwnedDescriptor pipe_;
  OwnedDescriptor complaints_;
  std::string complaint_;  // read by `reader_` until it is joined
  std::thread reader_;
  std::unique_ptr<StartedProgram> program_;  // or null, once it has ended
};

}  // namespace dfn

#endif  // DEEPFILTER_OS_PROCESS_PIPED_PROGRAM_H_
