// Finds and opens ONNX Runtime's shared library at run time; nothing links to it.
#ifndef DEEPFILTER_ORT_LIBRARY_H_
#define DEEPFILTER_ORT_LIBRARY_H_

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "ort/c_api.h"

namespace dfn::ort {

// The opened library and its process-wide environment. Shared by all sessions.
class Library {
 public:
  // Opens `path`; when it is empty, the library that $ORT_DYLIB_PATH names; without that, the first
  // of SearchPath() that can be used. Errors: kNotFound, with a sentence that says what to install;
  // kUnsupported (no OrtGetApiBase, too old).
  static Result<std::shared_ptr<const Library>> Open(const std::filesystem::path& path = {});
  ~Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  const std::string& version() const { return version_; }
  const std::filesystem::path& path() const { return path_; }

  // The function at a position of the table, as F (a pointer to function).
  template <class F>
  F Function(Position position) const {
    return reinterpret_cast<F>(const_cast<void*>(table_[position]));
  }
  // Consumes a status: null is success, else the library's own sentence behind `what`.
  Status Check(Status_* status, const std::string& what) const;
  Env_* env() const { return env_; }

 private:
  Library() = default;
  Status Attach(const std::filesystem::path& path);

  const void* const* table_ = nullptr;
  Env_* env_ = nullptr;
  std::string version_;
  std::filesystem::path path_;
};

// The places to look for a library that the user has not named, in this order: the loader's own
// paths, and the `onnxruntime` package of Python environments ($VIRTUAL_ENV, the user's, the
// system's). On Windows the loader looks beside the program first.
std::vector<std::filesystem::path> SearchPath();

}  // namespace dfn::ort

#endif  // DEEPFILTER_ORT_LIBRARY_H_
