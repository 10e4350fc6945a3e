// How loading, converting and the programs report failure: the caller gets a value, or one sentence
// for the user.
#ifndef DEEPFILTER_BASE_RESULT_H_
#define DEEPFILTER_BASE_RESULT_H_

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace dfn {

enum class ErrorCode {
  kInvalidArgument,  // the caller asked for something that makes no sense
  kNotFound,         // a file, model or tensor that was named does not exist
  kIo,               // the operating system refused to read or write
  kCorrupt,          // bytes that break the rules of their format
  kLimit,            // well-formed, but larger than the limits allow
  kUnsupported,      // well-formed, but of a kind this program does not handle
  kMismatch,         // parts that do not belong together
  kExists,           // a file would be overwritten
  kCancelled,        // the user interrupted
};

// `message` is one sentence without a full stop that names the file, the tensor or field, what was
// expected and what was found. It reaches the user as it is.
struct Error {
  ErrorCode code;
  std::string message;
};

// Either a T or an Error. Check `ok()` before `value()`.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return content_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & {
    assert(ok());
    return *std::get_if<0>(&content_);
  }
  const T& value() const& {
    assert(ok());
    return *std::get_if<0>(&content_);
  }
  T&& value() && {
    assert(ok());
    return std::move(*std::get_if<0>(&content_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& {
    assert(!ok());
    return *std::get_if<1>(&content_);
  }
  Error&& error() && {
    assert(!ok());
    return std::move(*std::get_if<1>(&content_));
  }

 private:
  std::variant<T, Error> content_;
};

// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const& { return *error_; }
  Error&& error() && { return std::move(*error_); }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace dfn

#define DFN_CONCAT_INNER(a, b) a##b
#define DFN_CONCAT(a, b) DFN_CONCAT_INNER(a, b)

// DFN_TRY(auto value, Compute()): returns the error of `Compute()`, or declares `value` from it.
#define DFN_TRY(declaration, expression) \
  DFN_TRY_INNER(DFN_CONCAT(dfn_result_, __LINE__), declaration, expression)
#define DFN_TRY_INNER(result, declaration, expression) \
  auto result = (expression);                          \
  if (!result.ok()) return std::move(result).error();  \
  declaration = std::move(result).value()

// DFN_CHECK(Validate()): returns the error of a Status.
#define DFN_CHECK(expression)                               \
  do {                                                      \
    if (auto dfn_status = (expression); !dfn_status.ok()) { \
      return std::move(dfn_status).error();                 \
    }                                                       \
  } while (false)

#endif  // DEEPFILTER_BASE_RESULT_H_
