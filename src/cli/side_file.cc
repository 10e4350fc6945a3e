#include "cli/side_file.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <system_error>

#include "base/path_text.h"
#include "os/atomic_file.h"
#include "os/descriptor.h"

namespace dfn {

bool HasExtension(const std::string& file, std::string_view extension) {
  const std::string found = PathText(PathOf(file).extension());
  return found.size() == extension.size() + 1 && found.front() == '.' &&
         std::equal(extension.begin(), extension.end(), found.begin() + 1, [](char a, char b) {
           return a == std::tolower(static_cast<unsigned char>(b));
         });
}

Status CheckSideFile(const std::string& file, const std::vector<std::string>& inputs,
                     const std::string& what, bool replace) {
  for (const std::string& input : inputs) {
    std::error_code ignored;
    if (std::filesystem::equivalent(PathOf(input), PathOf(file), ignored)) {
      return Error{ErrorCode::kInvalidArgument,
                   file + ": is an input; name another file for the " + what};
    }
  }
  const auto possible = AtomicFile::Create(PathOf(file), {.replace = replace});
  return possible.ok() ? Status() : Status(possible.error());
}

Status CheckReplacesOwn(const std::string& file, std::string_view mark, const std::string& what) {
  const OpenedFile opened = OpenFile(PathOf(file), OpenFor::kReadingNow);
  // What is wrong with its folder is said where it is made.
  if (opened.error == ENOENT || opened.error == ENOTDIR) return {};
  std::array<uint8_t, kMostMarkBytes> start = {};
  const Transfer read = ReadAt(opened.descriptor.get(), 0, start);
  const std::string_view text(reinterpret_cast<const char*>(start.data()), read.count);
  const bool known = opened.error == 0 && read.error == 0;
  if (known && (text.empty() || text.find(mark) != std::string_view::npos)) return {};
  return Error{
      ErrorCode::kInvalidArgument,
      file + ": is there and no " + what + " of this program; name another file for the " + what};
}

Status WriteSideFile(const std::string& file, std::string_view bytes, bool replace) {
  const std::filesystem::path folder = PathOf(file).parent_path();
  RemoveStaleTemporaries(folder.empty() ? "." : folder);
  DFN_TRY(AtomicFile output, AtomicFile::Create(PathOf(file), {.replace = replace}));
  DFN_CHECK(output.Append({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}));
  return output.Commit();
}

}  // namespace dfn
