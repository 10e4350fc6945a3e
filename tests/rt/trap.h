// A trap for calls that a real-time function must not make: memory, locks, files, clocks, logs.
//
// trap.c replaces functions of the C library in the whole process: calls from a program that is
// linked with it, and from any library that it loads, go through the replacements. They record each
// call while the calling thread is armed, and then call the original function. `system_calls.h`
// catches system calls that are made without these functions.
#ifndef DEEPFILTER_TESTS_RT_TRAP_H_
#define DEEPFILTER_TESTS_RT_TRAP_H_

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// Arms or disarms the trap of this thread.
void dfn_trap_arm(int on);
// Calls that this thread has made while armed, since the last dfn_trap_forget, and the names of the
// first of them ("malloc"); null beyond.
size_t dfn_trap_count(void);
const char* dfn_trap_name(size_t index);
void dfn_trap_forget(void);

#ifdef __cplusplus
}

#include <string>

namespace dfn::test {

// Arms the trap for a scope.
class RealTimeScope {
 public:
  RealTimeScope() { dfn_trap_arm(1); }
  ~RealTimeScope() { dfn_trap_arm(0); }
  RealTimeScope(const RealTimeScope&) = delete;
  RealTimeScope& operator=(const RealTimeScope&) = delete;
};

// The calls that this thread's trap has caught since the last call: "malloc free", or "" for none.
inline std::string TakeTrapped() {
  std::string names;
  for (size_t i = 0; dfn_trap_name(i) != nullptr; ++i) {
    if (i > 0) names += ' ';
    names += dfn_trap_name(i);
  }
  dfn_trap_forget();
  return names;
}

}  // namespace dfn::test
#endif  // __cplusplus

#endif  // DEEPFILTER_TESTS_RT_TRAP_H_
