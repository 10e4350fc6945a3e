#include "cli/end_without_memory.h"

#include <cstdio>
#include <cstdlib>

#include "cli/exit_code.h"

namespace dfn {
namespace {

[[noreturn]] void End() {
  // PrintError would allocate.
  std::fputs("deepfilter: out of memory\n", stderr);
  std::_Exit(kExitFailed);
}

}  // namespace

EndWithoutMemory::EndWithoutMemory() : before_(std::set_new_handler(End)) {}

EndWithoutMemory::~EndWithoutMemory() { std::set_new_handler(before_); }

}  // namespace dfn
