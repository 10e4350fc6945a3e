#include "os/process/program_start.h"

namespace dfn {

ProgramStart::ProgramStart(int argc, const char* const* argv) : arguments_(argv, argv + argc) {
  for (const std::string& argument : arguments_) pointers_.push_back(argument.c_str());
  pointers_.push_back(nullptr);
}

}  // namespace dfn
