// Finds the system calls that a piece of work makes, with the kernel's help.
#ifndef DEEPFILTER_TESTS_RT_SYSTEM_CALLS_H_
#define DEEPFILTER_TESTS_RT_SYSTEM_CALLS_H_

#include <functional>
#include <string>
#include <vector>

namespace dfn::test {

struct SystemCalls {
  // The reason why the calls could not be trapped (the system has no seccomp), or "".
  std::string not_tested;
  // The abnormal end of the work, such as "signal 11", or "" if it completed.
  std::string failure;
  // Numbers of the calls that were tried, the first 64 of `count`. None was executed.
  std::vector<int> numbers;
  size_t count = 0;
};

// Runs `work` in a forked process from which every system call but exit_group is refused and
// counted (seccomp, SECCOMP_RET_TRAP). The caller does not see memory that `work` writes, except
// shared mappings. Only from a process of one thread.
SystemCalls RunWithoutSystemCalls(const std::function<void()>& work);

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_RT_SYSTEM_CALLS_H_
