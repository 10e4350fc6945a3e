#include "ort/library.h"

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "os/shared_library.h"

namespace dfn::ort {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAdvice =
    "install the Python package onnxruntime, or name the library with --ort-library, "
    "onnxruntime_library or ORT_DYLIB_PATH";

// The library that the user has named; then no other place is searched.
fs::path NamedByEnvironment() {
  const char* named = std::getenv("ORT_DYLIB_PATH");
  return named != nullptr ? named : "";
}

// The entries of `folder` whose file names begin with `prefix`, the last in order first.
std::vector<fs::path> Matches(const fs::path& folder, const std::string& prefix) {
  std::vector<fs::path> found;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.path().filename().string().starts_with(prefix)) found.push_back(entry.path());
  }
  std::sort(found.rbegin(), found.rend());
  return found;
}

// The libraries of every Python version under `lib`, the parent of the python3.x folders.
void AppendPythonPackages(const fs::path& lib, std::vector<fs::path>& paths) {
  for (const fs::path& python : Matches(lib, "python3")) {
    for (const char* packages : {"site-packages", "dist-packages"}) {
      for (const fs::path& library :
           Matches(python / packages / "onnxruntime" / "capi", "libonnxruntime.so")) {
        paths.push_back(library);
      }
    }
  }
}

}  // namespace

std::vector<fs::path> SearchPath() {
  std::vector<fs::path> paths;
  paths.emplace_back("libonnxruntime.so.1");
  paths.emplace_back("libonnxruntime.so");
  if (const char* environment = std::getenv("VIRTUAL_ENV")) {
    AppendPythonPackages(fs::path(environment) / "lib", paths);
  }
  if (const char* home = std::getenv("HOME")) {
    AppendPythonPackages(fs::path(home) / ".local" / "lib", paths);
  }
  AppendPythonPackages("/usr/local/lib", paths);
  AppendPythonPackages("/usr/lib", paths);
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
    return Error{ErrorCode::kNotFound, path.string() +
                                           ": cannot be opened as ONNX Runtime's library (" +
                                           library.error().message + "); " + kAdvice};
  }
  // ONNX Runtime keeps threads and thread-local data of its own; unloading it under them crashes.
  library->KeepLoaded();
  path_ = path;
  auto* get_base = library->Find<const ApiBase*()>("OrtGetApiBase");
  if (get_base == nullptr) {
    return Error{ErrorCode::kUnsupported,
                 path.string() + ": is no ONNX Runtime library, OrtGetApiBase is missing in it"};
  }
  const ApiBase* base = get_base();
  version_ = base->get_version();
  table_ = base->get_api(kApiVersion);
  if (table_ == nullptr) {
    return Error{ErrorCode::kUnsupported, path.string() + ": ONNX Runtime " + version_ +
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
