// Where this program lies.
#ifndef DEEPFILTER_OS_PROCESS_PROGRAM_PATH_H_
#define DEEPFILTER_OS_PROCESS_PROGRAM_PATH_H_

#include <filesystem>

namespace dfn {

// The program's own file, absolute; empty if the system does not tell it.
std::filesystem::path ProgramPath();

#if defined(__linux__)
// The same by the path that the program was started by, which a root without /proc tells, too.
// Relative ones count from the current folder, so call it before that is changed.
std::filesystem::path ProgramPathByStart();
#endif

}  // namespace dfn

#endif  // DEEPFILTER_OS_PROCESS_PROGRAM_PATH_H_
