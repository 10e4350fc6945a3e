// Programs on PATH.
#ifndef DEEPFILTER_OS_PROCESS_FIND_PROGRAM_H_
#define DEEPFILTER_OS_PROCESS_FIND_PROGRAM_H_

#include <filesystem>
#include <optional>
#include <string>

namespace dfn {

// The first program of that name in the folders of PATH, as an absolute path; on Windows NAME.exe.
// Folders that PATH names relative to the current one are passed over: they may hold anybody's files.
std::optional<std::filesystem::path> FindProgram(const std::string& name);

}  // namespace dfn

#endif  // DEEPFILTER_OS_PROCESS_FIND_PROGRAM_H_
