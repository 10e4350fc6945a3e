#include "os/shared_library.h"

#include <windows.h>

#include <utility>

#include "base/path_text.h"
#include "os/win32/wide.h"

namespace dfn {
namespace {

// The system's sentence in the user's language, without its full stop.
std::string Sentence(DWORD error) {
  wchar_t* text = nullptr;
  const DWORD size = FormatMessageW(
      FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS,
      nullptr, error, 0, reinterpret_cast<wchar_t*>(&text), 0, nullptr);
  std::wstring_view words(text != nullptr ? text : L"", size);
  while (!words.empty() && (words.back() <= L' ' || words.back() == L'.')) words.remove_suffix(1);
  std::string sentence =
      words.empty() ? "error " + std::to_string(error) + " of Windows" : Narrow(words);
  LocalFree(text);
  return sentence;
}

}  // namespace

Result<SharedLibrary> SharedLibrary::Open(const std::filesystem::path& path) {
  std::filesystem::path full = path;
  if (path.has_parent_path()) full = std::filesystem::absolute(path);
  full.make_preferred();
  // Without a box on the screen about what is missing.
  DWORD mode_before = 0;
  SetThreadErrorMode(SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX, &mode_before);
  // Of a library with a path, its own folder is searched for what it needs; the current folder
  // never is.
  const DWORD own_folder = full.is_absolute() ? LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR : 0u;
  HMODULE handle =
      LoadLibraryExW(full.c_str(), nullptr, LOAD_LIBRARY_SEARCH_DEFAULT_DIRS | own_folder);
  const DWORD error = GetLastError();
  SetThreadErrorMode(mode_before, nullptr);
  if (handle != nullptr) return SharedLibrary(static_cast<void*>(handle));
  return Error{ErrorCode::kNotFound, PathText(path) + ": " + Sentence(error)};
}

SharedLibrary::SharedLibrary(SharedLibrary&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), keep_loaded_(other.keep_loaded_) {}

SharedLibrary& SharedLibrary::operator=(SharedLibrary&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(keep_loaded_, other.keep_loaded_);
  return *this;
}

SharedLibrary::~SharedLibrary() {
  if (handle_ != nullptr && !keep_loaded_) FreeLibrary(static_cast<HMODULE>(handle_));
}

void* SharedLibrary::Symbol(const char* name) const {
  if (handle_ == nullptr) return nullptr;
  return reinterpret_cast<void*>(GetProcAddress(static_cast<HMODULE>(handle_), name));
}

}  // namespace dfn
