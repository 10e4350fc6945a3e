// A shared library that is opened while the program runs.
#ifndef DEEPFILTER_OS_SHARED_LIBRARY_H_
#define DEEPFILTER_OS_SHARED_LIBRARY_H_

#include <filesystem>
#include <string>

#include "base/result.h"

namespace dfn {

// Its symbols are resolved at once and stay invisible to other libraries. The destructor unloads the
// library unless KeepLoaded was called. Not real-time.
class SharedLibrary {
 public:
  SharedLibrary() = default;  // no library: Find finds nothing
  // A path without a slash is searched for where the system's loader searches. Errors: kNotFound
  // with the loader's own words, which may run over several lines.
  static Result<SharedLibrary> Open(const std::filesystem::path& path);
  SharedLibrary(SharedLibrary&& other) noexcept;
  SharedLibrary& operator=(SharedLibrary&& other) noexcept;
  ~SharedLibrary();

  // The function, or the variable, of that name, or null.
  template <class Function>
  Function* Find(const char* name) const {
    return reinterpret_cast<Function*>(Symbol(name));
  }

  // Leaves the library loaded until the process ends, for libraries that crash when unloaded.
  void KeepLoaded() { keep_loaded_ = true; }

 private:
  explicit SharedLibrary(void* handle) : handle_(handle) {}
  void* Symbol(const char* name) const;

  void* handle_ = nullptr;
  bool keep_loaded_ = false;
};

}  // namespace dfn

#endif  // DEEPFILTER_OS_SHARED_LIBRARY_H_
