#include "cli/side_file.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <system_error>

#include "base/path_text.h"
#include "os/atomic_file.h"

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

Status WriteSideFile(const std::string& file, std::string_view bytes, bool replace) {
  const std::filesystem::path folder = PathOf(file).parent_path();
  RemoveStaleTemporaries(folder.empty() ? "." : folder);
  DFN_TRY(AtomicFile output, AtomicFile::Create(PathOf(file), {.replace = replace}));
  DFN_CHECK(output.Append({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}));
  return output.Commit();
}

}  // namespace dfn
