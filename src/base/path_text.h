// Paths as text. Text is UTF-8 on Windows, whose own names are UTF-16, and on POSIX the bytes of the
// path. The program and the library keep no path as text of any other encoding, so these functions
// take the place of std::filesystem::path's own conversions, which on Windows follow the user's
// code page.
#ifndef DEEPFILTER_BASE_PATH_TEXT_H_
#define DEEPFILTER_BASE_PATH_TEXT_H_

#include <filesystem>
#include <string>
#include <string_view>

#if defined(_WIN32)
#include <algorithm>

#include "base/utf16.h"
#endif

namespace dfn {

inline std::filesystem::path PathOf(std::string_view text) {
#if defined(_WIN32)
  return std::filesystem::path(Utf16FromUtf8(text));
#else
  return std::filesystem::path(text);
#endif
}

inline std::string PathText(const std::filesystem::path& path) {
#if defined(_WIN32)
  const auto& name = path.native();
  return Utf8FromUtf16(std::u16string(name.begin(), name.end()));
#else
  return path.native();
#endif
}

// The same with "/" between the parts on every system.
inline std::string GenericPathText(const std::filesystem::path& path) {
#if defined(_WIN32)
  std::u16string name(path.native().begin(), path.native().end());
  std::replace(name.begin(), name.end(), u'\\', u'/');
  return Utf8FromUtf16(name);
#else
  return path.generic_string();
#endif
}

}  // namespace dfn

#endif  // DEEPFILTER_BASE_PATH_TEXT_H_
