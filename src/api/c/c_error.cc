#include "api/c/c_error.h"

#include <cstdlib>
#include <cstring>

namespace dfn {
namespace {

// The error that is given out when there is no memory for one. Never written to.
constexpr dfn_error kNoMemory = {DFN_ERROR_OUT_OF_MEMORY, "there is not enough memory"};

}  // namespace

dfn_result ToResult(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return DFN_ERROR_INVALID_ARGUMENT;
    case ErrorCode::kNotFound:
      return DFN_ERROR_NOT_FOUND;
    case ErrorCode::kIo:
      return DFN_ERROR_IO;
    case ErrorCode::kCorrupt:
      return DFN_ERROR_CORRUPT;
    case ErrorCode::kLimit:
      return DFN_ERROR_LIMIT;
    case ErrorCode::kUnsupported:
      return DFN_ERROR_UNSUPPORTED;
    case ErrorCode::kMismatch:
      return DFN_ERROR_MISMATCH;
    case ErrorCode::kCancelled:
      return DFN_ERROR_CANCELLED;
    case ErrorCode::kExists:
      return DFN_ERROR_EXISTS;
  }
  return DFN_ERROR_INTERNAL;
}

dfn_result Fail(dfn_error** error, dfn_result result, const char* sentence) noexcept {
  if (error == nullptr) return result;
  const size_t bytes = std::strlen(sentence) + 1;
  void* memory = std::malloc(sizeof(dfn_error) + bytes);
  if (memory == nullptr) {
    *error = const_cast<dfn_error*>(&kNoMemory);
    return result;
  }
  char* message = static_cast<char*>(memory) + sizeof(dfn_error);
  std::memcpy(message, sentence, bytes);
  *error = new (memory) dfn_error{result, message};
  return result;
}

}  // namespace dfn

dfn_result dfn_error_result(const dfn_error* error) {
  return error == nullptr ? DFN_OK : error->result;
}

const char* dfn_error_message(const dfn_error* error) {
  return error == nullptr ? "" : error->message;
}

void dfn_error_free(dfn_error* error) {
  if (error != &dfn::kNoMemory) std::free(error);
}
