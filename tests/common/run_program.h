// Runs another program, for tests.
#ifndef DEEPFILTER_TESTS_COMMON_RUN_PROGRAM_H_
#define DEEPFILTER_TESTS_COMMON_RUN_PROGRAM_H_

#include <cstdlib>
#include <string>
#include <vector>

namespace dfn::test {

// Files that stand for a program's standard streams; one without a name is this process's own.
struct ProgramFiles {
  std::string input = {};
  std::string output = {};
  std::string errors = {};
};

// Runs a program of this project with these arguments and waits for it, in the emulator that the
// environment's DEEPFILTER_TEST_EMULATOR names, if any, with its options. Names and arguments contain
// nothing that a shell understands inside double quotes. Returns 0 if the program did.
inline int RunProgram(const std::string& program, const std::vector<std::string>& arguments,
                      const ProgramFiles& files = {}) {
  const auto quoted = [](const std::string& word) { return "\"" + word + "\""; };
  const char* emulator = std::getenv("DEEPFILTER_TEST_EMULATOR");
  std::string command = emulator != nullptr ? emulator + (" " + quoted(program)) : quoted(program);
  for (const std::string& argument : arguments) command += " " + quoted(argument);
  if (!files.input.empty()) command += " < " + quoted(files.input);
  if (!files.output.empty()) command += " > " + quoted(files.output);
  if (!files.errors.empty()) command += " 2> " + quoted(files.errors);
#if defined(_WIN32)
  // The shell of Windows takes away the first and the last quote of a line.
  command = quoted(command);
#endif
  return std::system(command.c_str());
}

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_COMMON_RUN_PROGRAM_H_
