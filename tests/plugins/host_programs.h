// Runs programs that host plugins, and reads and writes their sound files.
#ifndef DEEPFILTER_TESTS_PLUGINS_HOST_PROGRAMS_H_
#define DEEPFILTER_TESTS_PLUGINS_HOST_PROGRAMS_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "plugins/planar.h"

namespace dfn::test {

// Returns the path of a program in $PATH, or "" if it is not there.
std::filesystem::path FindProgram(const std::string& name);

// A test whose program is missing is skipped on a person's machine, and fails under CI.
bool ProgramsMayBeMissing();

struct Ended {
  int exit_code = -1;
  std::string said;  // on stdout and stderr
};
// Runs a program to its end with these arguments, without a shell.
Ended RunProgram(const std::vector<std::string>& arguments);

// Reads a sound of any format; fails the test if it cannot, or if the rate differs.
Planar ReadSound(const std::filesystem::path& path, size_t rate_hz);
// Writes a sound as 32-bit floats.
void WriteWav(const std::filesystem::path& path, const Planar& sound, size_t rate_hz);

}  // namespace dfn::test

// Ends the test as skipped, or as failed under CI, unless the program is in $PATH.
#define DFN_PROGRAM_OR_SKIP(name)                                                      \
  do {                                                                                 \
    if (!::dfn::test::FindProgram(name).empty()) break;                                \
    const std::string dfn_missing = std::string("NOT TESTED: the program ") + (name) + \
                                    " is not here; tools/setup.sh test installs it";   \
    if (::dfn::test::ProgramsMayBeMissing()) GTEST_SKIP() << dfn_missing;              \
    FAIL() << dfn_missing;                                                             \
  } while (false)

#endif  // DEEPFILTER_TESTS_PLUGINS_HOST_PROGRAMS_H_
