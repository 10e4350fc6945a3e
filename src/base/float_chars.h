// Numbers with a decimal point out of text, whatever the locale.
#ifndef DEEPFILTER_BASE_FLOAT_CHARS_H_
#define DEEPFILTER_BASE_FLOAT_CHARS_H_

#include <charconv>

// libc++ has std::from_chars for such numbers from version 20 on, and macOS 26 in its own library.
#if defined(_LIBCPP_VERSION)
#if _LIBCPP_VERSION < 200000
#define DFN_OWN_FLOAT_CHARS
#elif defined(_LIBCPP_AVAILABILITY_HAS_FROM_CHARS_FLOATING_POINT)
#if !_LIBCPP_AVAILABILITY_HAS_FROM_CHARS_FLOATING_POINT
#define DFN_OWN_FLOAT_CHARS
#endif
#endif
#endif

namespace dfn {

// std::from_chars by the means of streams, for C++ libraries without it.
std::from_chars_result OwnFloatFromChars(const char* first, const char* last, float& value);
std::from_chars_result OwnFloatFromChars(const char* first, const char* last, double& value);

// std::from_chars(first, last, value).
template <class Float>
std::from_chars_result FloatFromChars(const char* first, const char* last, Float& value) {
#if defined(DFN_OWN_FLOAT_CHARS)
  return OwnFloatFromChars(first, last, value);
#else
  return std::from_chars(first, last, value);
#endif
}

}  // namespace dfn

#endif  // DEEPFILTER_BASE_FLOAT_CHARS_H_
