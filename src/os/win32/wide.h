// Text (base/path_text.h) and paths as the functions of Windows take them.
#ifndef DEEPFILTER_OS_WIN32_WIDE_H_
#define DEEPFILTER_OS_WIN32_WIDE_H_

#include <filesystem>
#include <string>
#include <string_view>

namespace dfn {

std::wstring Wide(std::string_view text);
std::string Narrow(std::wstring_view text);

// A path for CreateFileW and its like: one beyond the old limit of 260 units is made absolute and
// gets the mark "\\?\", which lifts that limit.
std::wstring SystemPath(const std::filesystem::path& path);

}  // namespace dfn

#endif  // DEEPFILTER_OS_WIN32_WIDE_H_
