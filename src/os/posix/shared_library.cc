#include "os/shared_library.h"

#include <dlfcn.h>

#include <utility>

namespace dfn {

Result<SharedLibrary> SharedLibrary::Open(const std::filesystem::path& path) {
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle != nullptr) return SharedLibrary(handle);
  const char* reason = dlerror();
  return Error{ErrorCode::kNotFound, reason != nullptr ? reason : "no reason given"};
}

SharedLibrary::SharedLibrary(SharedLibrary&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), keep_loaded_(other.keep_loaded_) {}

SharedLibrary& SharedLibrary::operator=(SharedLibrary&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(keep_loaded_, other.keep_loaded_);
  return *this;
}

SharedLibrary::~SharedLibrary() {
  if (handle_ != nullptr && !keep_loaded_) dlclose(handle_);
}

void* SharedLibrary::Symbol(const char* name) const {
  return handle_ != nullptr ? dlsym(handle_, name) : nullptr;
}

}  // namespace dfn
