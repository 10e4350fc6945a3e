#include "rt/system_calls.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>

namespace dfn::test {
namespace {

constexpr size_t kNumbers = 64;

// The child writes this report and the parent reads it.
struct Report {
  bool refused;  // no filter
  bool done;
  size_t count;
  int numbers[kNumbers];
};

Report* report = nullptr;

// The call has not been executed; it fails as one that the system does not have.
void OnRefusedCall(int, siginfo_t* info, void* context) {
  if (report->count < kNumbers) report->numbers[report->count] = info->si_syscall;
  ++report->count;
#if defined(__x86_64__)
  static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RAX] = -ENOSYS;
#elif defined(__aarch64__)
  static_cast<ucontext_t*>(context)->uc_mcontext.regs[0] = static_cast<unsigned long long>(-ENOSYS);
#else
  static_cast<void>(context);
#endif
}

bool RefuseAllCalls() {
  struct sigaction action = {};
  action.sa_sigaction = OnRefusedCall;
  action.sa_flags = SA_SIGINFO;
  if (sigaction(SIGSYS, &action, nullptr) != 0) return false;
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      // The handler needs the first to return, the child the second to exit.
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigreturn, 2, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program = {sizeof(filter) / sizeof(filter[0]), filter};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

[[noreturn]] void Child(const std::function<void()>& work) {
  if (RefuseAllCalls()) {
    work();
    report->done = true;
  } else {
    report->refused = true;
  }
  for (;;) syscall(SYS_exit_group, 0);
}

}  // namespace

SystemCalls RunWithoutSystemCalls(const std::function<void()>& work) {
  SystemCalls calls;
  void* shared =
      mmap(nullptr, sizeof(Report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) {
    calls.failure = "no shared memory";
    return calls;
  }
  report = new (shared) Report{};
  const pid_t child = fork();
  if (child == 0) Child(work);
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) {
    calls.failure = "no child process";
  } else if (report->refused) {
    calls.not_tested = "this kernel takes no seccomp filter";
  } else if (WIFSIGNALED(status)) {
    calls.failure = "signal " + std::to_string(WTERMSIG(status));
  } else if (!report->done) {
    calls.failure = "the work did not come to its end";
  }
  calls.count = report->count;
  calls.numbers.assign(report->numbers, report->numbers + std::min(report->count, kNumbers));
  munmap(shared, sizeof(Report));
  report = nullptr;
  return calls;
}

}  // namespace dfn::test
