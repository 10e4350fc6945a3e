// Where this program lies.
#ifndef DEEPFILTER_OS_PROCESS_PROGRAM_PATH_H_
#define DEEPFILTER_OS_PROCESS_PROGRAM_PATH_H_

#include <filesystem>

namespace dfn {

// The program's own file, absolute; empty if the system does not tell it.
std::filesystem::path ProgramPath();

}  // namespace dfn

#endif  // DEEPFILTER_OS_PROCESS_PROGRAM_PATH_H_
