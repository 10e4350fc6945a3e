#include "os/win32/wide.h"

#include <system_error>

#include "base/utf16.h"

namespace dfn {

std::wstring Wide(std::string_view text) {
  const std::u16string utf16 = Utf16FromUtf8(text);
  return {utf16.begin(), utf16.end()};
}

std::string Narrow(std::wstring_view text) {
  return Utf8FromUtf16(std::u16string(text.begin(), text.end()));
}

std::wstring SystemPath(const std::filesystem::path& path) {
  // Folders have a lower limit than files, by the length of a short file name.
  constexpr size_t kShort = 260 - 12;
  const std::wstring& given = path.native();
  std::error_code failed;
  const std::filesystem::path absolute = std::filesystem::absolute(path, failed);
  if (failed || absolute.native().size() < kShort) return given;
  const std::wstring full = absolute.lexically_normal().make_preferred().native();
  if (full.starts_with(L"\\\\?\\") || full.starts_with(L"\\\\.\\")) return given;
  if (full.starts_with(L"\\\\")) return L"\\\\?\\UNC" + full.substr(1);
  return L"\\\\?\\" + full;
}

}  // namespace dfn
