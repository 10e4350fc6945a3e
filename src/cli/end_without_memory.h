// Lack of memory while the command line is read.
#ifndef DEEPFILTER_CLI_END_WITHOUT_MEMORY_H_
#define DEEPFILTER_CLI_END_WITHOUT_MEMORY_H_

#include <new>

namespace dfn {

// While it lives, an allocation that fails ends the program with the sentence and status of any lack
// of memory. For defining and parsing options: the parser (CLI11) copies text in functions that are
// noexcept, where std::bad_alloc would end in std::terminate. Nothing may be open or half done, since
// no destructor runs. One thread.
class EndWithoutMemory {
 public:
  EndWithoutMemory();
  ~EndWithoutMemory();
  EndWithoutMemory(const EndWithoutMemory&) = delete;
  EndWithoutMemory& operator=(const EndWithoutMemory&) = delete;

 private:
  std::new_handler before_;
};

}  // namespace dfn

#endif  // DEEPFILTER_CLI_END_WITHOUT_MEMORY_H_
