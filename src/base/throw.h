// Throwing from code that is also compiled without exceptions.
#ifndef DEEPFILTER_BASE_THROW_H_
#define DEEPFILTER_BASE_THROW_H_

#include <cstdlib>
#include <utility>

namespace dfn {

// Throws `exception`. The browser module is compiled without exceptions, which makes it smaller; there
// the module stops, and JavaScript gets a WebAssembly.RuntimeError.
template <class Exception>
[[noreturn]] void Throw([[maybe_unused]] Exception&& exception) {
#if defined(__cpp_exceptions)
  throw std::forward<Exception>(exception);
#else
  std::abort();
#endif
}

}  // namespace dfn

#endif  // DEEPFILTER_BASE_THROW_H_
