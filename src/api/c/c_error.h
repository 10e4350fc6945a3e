// Turns errors and exceptions into the results and error objects of the C API.
#ifndef DEEPFILTER_API_C_C_ERROR_H_
#define DEEPFILTER_API_C_C_ERROR_H_

#include <exception>
#include <new>
#include <string>

#include "base/printable.h"
#include "base/result.h"
#include "deepfilter/deepfilter.h"

// Allocated as one block, with the sentence behind the struct.
struct dfn_error {
  dfn_result result;
  const char* message;
};

namespace dfn {

dfn_result ToResult(ErrorCode code) noexcept;

// Puts an error into `*error` unless `error` is null, and returns `result`. If there is no memory
// for the sentence, the error says that instead, and `result` stays.
dfn_result Fail(dfn_error** error, dfn_result result, const char* sentence) noexcept;

inline Error NullArgument(const char* name) {
  return {ErrorCode::kInvalidArgument, std::string(name) + " is null"};
}

// Returns the result of `status`, and its sentence in `*error`, Printable, since sentences have the
// names of files in them.
inline dfn_result Reported(dfn_error** error, const Status& status) {
  if (status.ok()) return DFN_OK;
  const std::string sentence = Printable(status.error().message);
  return Fail(error, ToResult(status.error().code), sentence.c_str());
}

// Runs `body`, a function without parameters that returns a Status, and returns its result. No
// exception gets out.
template <class Body>
dfn_result Guarded(dfn_error** error, const Body& body) noexcept {
#if defined(__cpp_exceptions)
  try {
    return Reported(error, body());
  } catch (const std::bad_alloc&) {
    return Fail(error, DFN_ERROR_OUT_OF_MEMORY, "there is not enough memory");
  } catch (const std::exception& thrown) {
    return Fail(error, DFN_ERROR_INTERNAL, thrown.what());
  } catch (...) {
    return Fail(error, DFN_ERROR_INTERNAL, "something unknown was thrown");
  }
#else
  return Reported(error, body());
#endif
}

}  // namespace dfn

#endif  // DEEPFILTER_API_C_C_ERROR_H_
