// Option structs of the C API, whose size tells which version of the header the caller has.
#ifndef DEEPFILTER_API_C_C_OPTIONS_H_
#define DEEPFILTER_API_C_C_OPTIONS_H_

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>

#include "base/result.h"
#include "deepfilter/deepfilter.h"

namespace dfn {

// The defaults, with `size` set.
dfn_model_options DefaultModelOptions() noexcept;
dfn_stream_options DefaultStreamOptions() noexcept;
dfn_enhance_options DefaultEnhanceOptions() noexcept;

// Fills the caller's struct of `size` bytes, which may be of an older header (shorter) or of a
// newer one (longer; fields that this library does not know become zero). Does nothing for null, or
// for a size without room for the field `size` itself.
template <class Options>
void InitOptions(Options* options, size_t size, Options defaults) noexcept {
  if (options == nullptr || size < sizeof(size_t)) return;
  defaults.size = size;
  std::memset(static_cast<void*>(options), 0, size);
  std::memcpy(static_cast<void*>(options), &defaults, std::min(size, sizeof(Options)));
}

// The most bytes that a struct of options may claim, many times what any has. A size beyond that is
// not one that an _init function has set, and what it counts may lie outside the caller's memory.
inline constexpr size_t kMostOptionBytes = 1024;

// Returns the caller's options, with defaults for the fields that their struct does not have; null
// gives all defaults. Checks only the size. Error sentences contain `name`.
// Errors: kInvalidArgument (a size less than that of the struct's first version, or beyond
// kMostOptionBytes), kUnsupported (a newer struct that sets a field which this library does not know).
template <class Options>
Result<Options> ReadOptions(const Options* options, size_t first_size, const Options& defaults,
                            const char* name) {
  Options found = defaults;
  if (options == nullptr) return found;
  // As bytes, since the caller's struct may be longer or shorter than this library's.
  const auto* bytes = reinterpret_cast<const unsigned char*>(options);
  size_t size = 0;
  std::memcpy(&size, bytes + offsetof(Options, size), sizeof(size));
  if (size < first_size || size > kMostOptionBytes) {
    const bool less = size < first_size;
    return Error{ErrorCode::kInvalidArgument,
                 std::string(name) + ".size is " + std::to_string(size) + ", expected at " +
                     (less ? "least " : "most ") +
                     std::to_string(less ? first_size : kMostOptionBytes) + "; " + name +
                     "_init sets it"};
  }
  for (size_t i = sizeof(Options); i < size; ++i) {
    if (bytes[i] == 0) continue;
    return Error{ErrorCode::kUnsupported, std::string(name) + ": byte " + std::to_string(i) +
                                              " is set, and version " + dfn_version() +
                                              " of the library knows " +
                                              std::to_string(sizeof(Options)) + " bytes of it"};
  }
  std::memcpy(static_cast<void*>(&found), bytes, std::min(size, sizeof(Options)));
  found.size = sizeof(Options);
  return found;
}

// The number in an enum of the caller, which may be none of the enum's values.
template <class Enum>
int NumberOf(const Enum& value) noexcept {
  static_assert(sizeof(Enum) == sizeof(int));
  int number = 0;
  std::memcpy(&number, &value, sizeof(number));
  return number;
}

// The enumerator with the number that the caller has given for the option `name`. Errors:
// kInvalidArgument (beyond 0 .. most).
template <class Enum>
Result<Enum> ToEnum(const char* name, int value, int most) {
  if (value >= 0 && value <= most) return static_cast<Enum>(value);
  return Error{ErrorCode::kInvalidArgument, std::string(name) + " is " + std::to_string(value) +
                                                ", expected 0 to " + std::to_string(most)};
}

}  // namespace dfn

#endif  // DEEPFILTER_API_C_C_OPTIONS_H_
