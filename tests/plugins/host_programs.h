// Programs that host plugins: running them, and the sound files between them and a test.
#ifndef DEEPFILTER_TESTS_PLUGINS_HOST_PROGRAMS_H_
#define DEEPFILTER_TESTS_PLUGINS_HOST_PROGRAMS_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "plugins/planar.h"

namespace dfn::test {

// The path of a program in $PATH; empty if there is none.
std::filesystem::path FindProgram(const std::string& name);

// A missing program is passed over on a person's machine, and a failure under CI.
bool ProgramsMayBeMissing();

struct Ended {
  int exit_code = -1;
  std::string said;  // on stdout and stderr
};
// Runs a program to its end; arguments reach it as they are.
Ended RunProgram(const std::vector<std::string>& arguments);

// Reads a sound of any format; fails the test where it cannot, or where the rate is another.
Planar ReadSound(const std::filesystem::path& path, size_t rate_hz);
// In 32-bit floats.
void WriteWav(const std::filesystem::path& path, const Planar& sound, size_t rate_hz);

}  // namespace dfn::test

// Ends the test as skipped, or as failed under CI, unless the program is here.
#define DFN_PROGRAM_OR_SKIP(name)                                                      \
  do {                                                                                 \
    if (!::dfn::test::FindProgram(name).empty()) break;                                \
    const std::string dfn_missing = std::string("NOT TESTED: the program ") + (name) + \
                                    " is not here; tools/setup.sh test installs it";   \
    if (::dfn::test::ProgramsMayBeMissing()) GTEST_SKIP() << dfn_missing;              \
    FAIL() << dfn_missing;                                                             \
  } while (false)

#endif  // DEEPFILTER_TESTS_PLUGINS_HOST_PROGRAMS_H_
