#include "ort/library.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <system_error>

#include "base/path_text.h"
#include "os/environment.h"
#include "os/shared_library.h"

namespace dfn::ort {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAdvice =
    "install the Python package onnxruntime, or name the library with --ort-library, "
    "onnxruntime_library or ORT_DYLIB_PATH";

// The library that the user has named; then no other place is searched.
fs::path NamedByEnvironment() { return PathOf(EnvironmentVariable("ORT_DYLIB_PATH").value_or("")); }

// The entries of `folder` whose file names begin with `prefix`, the last in order first.
std::vector<fs::path> Matches(const fs::path& folder, const std::string& prefix) {
  std::vector<fs::path> found;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    if (PathText(entry.path().filename()).starts_with(prefix)) found.push_back(entry.path());
  }
  std::sort(found.rbegin(), found.rend());
  return found;
}

#if defined(_WIN32)
// The names that the system's loader is asked for. Windows itself has an older library of the plain
// name in its own folder.
constexpr const char* kLoaderNames[] = {"onnxruntime.dll"};
constexpr char kFileStart[] = "onnxruntime.dll";
#elif defined(__APPLE__)
constexpr const char* kLoaderNames[] = {"libonnxruntime.1.dylib", "libonnxruntime.dylib"};
constexpr char kFileStart[] = "libonnxruntime.";
#else
constexpr const char* kLoaderNames[] = {"libonnxruntime.so.1", "libonnxruntime.so"};
constexpr char kFileStart[] = "libonnxruntime.so";
#endif

// Of the package in a folder of Python packages.
void AppendPackage(const fs::path& packages, std::vector<fs::path>& paths) {
  for (const fs::path& library : Matches(packages / "onnxruntime" / "capi", kFileStart)) {
    paths.push_back(library);
  }
}

std::optional<fs::path> FolderVariable(const char* name) {
  const std::optional<std::string> value = EnvironmentVariable(name);
  if (!value) return std::nullopt;
  return PathOf(*value);
}

#if !defined(_WIN32)
// The libraries of every Python version under `lib`, the parent of the python3.x folders.
void AppendPythonPackages(const fs::path& lib, std::vector<fs::path>& paths) {
  for (const fs::path& python : Matches(lib, "python3")) {
    AppendPackage(python / "site-packages", paths);
    AppendPackage(python / "dist-packages", paths);
  }
}
#endif

// The folders of Python packages where each system has them.
void AppendAllPackages(std::vector<fs::path>& paths) {
#if defined(_WIN32)
  if (const auto environment = FolderVariable("VIRTUAL_ENV")) {
    AppendPackage(*environment / "Lib" / "site-packages", paths);
  }
  // "pip install --user", and Python's own installer.
  if (const auto roaming = FolderVariable("APPDATA")) {
    for (const fs::path& python : Matches(*roaming / "Python", "Python3")) {
      AppendPackage(python / "site-packages", paths);
    }
  }
  if (const auto local = FolderVariable("LOCALAPPDATA")) {
    for (const fs::path& python : Matches(*local / "Programs" / "Python", "Python3")) {
      AppendPackage(python / "Lib" / "site-packages", paths);
    }
  }
#else
  if (const auto environment = FolderVariable("VIRTUAL_ENV")) {
    AppendPythonPackages(*environment / "lib", paths);
  }
  if (const auto home = FolderVariable("HOME")) {
    AppendPythonPackages(*home / ".local" / "lib", paths);
  }
  AppendPythonPackages("/usr/local/lib", paths);
  AppendPythonPackages("/usr/lib", paths);
#if defined(__APPLE__)
  AppendPythonPackages("/opt/homebrew/lib", paths);
#endif
#endif
}

}  // namespace

std::vector<fs::path> SearchPath() {
  std::vector<fs::path> paths(std::begin(kLoaderNames), std::end(kLoaderNames));
  AppendAllPackages(paths);
  return paths;
}

Result<std::shared_ptr<const Library>> Library::Open(const fs::path& path) {
  const fs::path named = path.empty() ? NamedByEnvironment() : path;
  const std::vector<fs::path> candidates = named.empty() ? SearchPath() : std::vector{named};
  Error refusal{ErrorCode::kNotFound,
                std::string("ONNX Runtime is not on this machine; ") + kAdvice};
  for (const fs::path& candidate : candidates) {
    std::shared_ptr<Library> library(new Library);
    Status status = library->Attach(candidate);
    if (status.ok()) return std::shared_ptr<const Library>(std::move(library));
    // Of the places that the user has not named, report one with a library that cannot be used.
    const bool absent = status.error().code == ErrorCode::kNotFound && named.empty();
    if (!absent && refusal.code == ErrorCode::kNotFound) refusal = std::move(status).error();
  }
  return refusal;
}

Status Library::Attach(const fs::path& path) {
  auto library = SharedLibrary::Open(path);
  if (!library.ok()) {
    return Error{ErrorCode::kNotFound, PathText(path) +
                                           ": cannot be opened as ONNX Runtime's library (" +
                                           library.error().message + "); " + kAdvice};
  }
  // ONNX Runtime keeps threads and thread-local data of its own; unloading it under them crashes.
  library->KeepLoaded();
  path_ = path;
  auto* get_base = library->Find<const ApiBase*()>("OrtGetApiBase");
  if (get_base == nullptr) {
    return Error{ErrorCode::kUnsupported,
                 PathText(path) + ": is no ONNX Runtime library, OrtGetApiBase is missing in it"};
  }
  const ApiBase* base = get_base();
  version_ = base->get_version();
  table_ = base->get_api(kApiVersion);
  if (table_ == nullptr) {
    return Error{ErrorCode::kUnsupported, PathText(path) + ": ONNX Runtime " + version_ +
                                              " is too old, expected " + kOldestRelease +
                                              " or later"};
  }
  using CreateEnv = Status_* (*)(int, const char*, Env_**);
  // Errors come back as values; the library shall not print them a second time.
  return Check(Function<CreateEnv>(kCreateEnv)(kLoggingFatal, "deepfilter", &env_),
               "ONNX Runtime " + version_ + " does not start");
}

Library::~Library() {
  if (env_ != nullptr) Function<void (*)(Env_*)>(kReleaseEnv)(env_);
}

Status Library::Check(Status_* status, const std::string& what) const {
  if (status == nullptr) return {};
  std::string message =
      what + ": " + Function<const char* (*)(const Status_*)>(kGetErrorMessage)(status);
  Function<void (*)(Status_*)>(kReleaseStatus)(status);
  // One sentence for one line: the library's texts may run over several.
  std::replace(message.begin(), message.end(), '\n', ' ');
  while (!message.empty() && (message.back() == ' ' || message.back() == '.')) message.pop_back();
  return Error{ErrorCode::kUnsupported, std::move(message)};
}

}  // namespace dfn::ort
