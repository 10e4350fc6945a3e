#include "os/process/find_program.h"

#include <string_view>
#include <system_error>

#include "base/path_text.h"
#include "os/environment.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;

constexpr bool kWindowsNames = fs::path::preferred_separator == '\\';

bool IsProgram(const fs::path& path) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  const fs::perms may_run = fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec;
  return fs::is_regular_file(status) &&
         (kWindowsNames || (status.permissions() & may_run) != fs::perms::none);
}

}  // namespace

std::optional<fs::path> FindProgram(const std::string& name) {
  const std::string path = EnvironmentVariable("PATH").value_or("");
  std::string_view rest = path;
  while (!rest.empty()) {
    const size_t end = rest.find(kWindowsNames ? ';' : ':');
    const fs::path folder = PathOf(std::string(rest.substr(0, end)));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (!folder.is_absolute()) continue;
    fs::path found = folder / PathOf(kWindowsNames ? name + ".exe" : name);
    if (IsProgram(found)) return found;
  }
  return std::nullopt;
}

}  // namespace dfn
