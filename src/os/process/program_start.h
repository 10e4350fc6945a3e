// What a program does before anything else, so that the rest of it sees the same world everywhere.
#ifndef DEEPFILTER_OS_PROCESS_PROGRAM_START_H_
#define DEEPFILTER_OS_PROCESS_PROGRAM_START_H_

#include <string>
#include <vector>

namespace dfn {

// Arguments of the command line as text (base/path_text.h). On Windows they are read anew from the
// system, as those of main went through the user's code page, and a name with "*" or "?", which
// the shells of Windows leave alone, becomes the files that it stands for, if there are any. There
// the standard streams, too, carry bytes as they are, and the console reads UTF-8 until the program
// ends.
class ProgramStart {
 public:
  ProgramStart(int argc, const char* const* argv);

  int argc() const { return static_cast<int>(arguments_.size()); }
  const char* const* argv() const { return pointers_.data(); }

 private:
  std::vector<std::string> arguments_;
  std::vector<const char*> pointers_;  // to each, and null
};

}  // namespace dfn

#endif  // DEEPFILTER_OS_PROCESS_PROGRAM_START_H_
