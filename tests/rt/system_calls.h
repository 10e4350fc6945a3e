// Whether a piece of work asks anything of the system: the kernel itself says so.
#ifndef DEEPFILTER_TESTS_RT_SYSTEM_CALLS_H_
#define DEEPFILTER_TESTS_RT_SYSTEM_CALLS_H_

#include <functional>
#include <string>
#include <vector>

namespace dfn::test {

struct SystemCalls {
  // Why the kernel could not be asked (no seccomp here); empty: it was.
  std::string not_tested;
  // How the work ended, if not well: "signal 11"; empty: it came to its end.
  std::string failure;
  // Numbers of the calls that were tried, the first 64 of `count`. None was carried out.
  std::vector<int> numbers;
  size_t count = 0;
};

// Runs `work` in a forked process from which every system call but exit_group is refused and
// counted (seccomp, SECCOMP_RET_TRAP). Memory that `work` writes is not seen by the caller, except
// what is mapped as shared. Only from a process of one thread.
SystemCalls RunWithoutSystemCalls(const std::function<void()>& work);

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_RT_SYSTEM_CALLS_H_
