// A trap for calls that have no place in a real-time function: memory, locks, files, clocks, logs.
//
// trap.c defines functions of the C library anew, for the whole process: what a program that is
// linked with it, and any library it loads, calls by these names goes through here. While the
// calling thread is armed each call is noted; in any case it then does what it always did. What
// asks the system without a function of that list is for `system_calls.h` to see.
#ifndef DEEPFILTER_TESTS_RT_TRAP_H_
#define DEEPFILTER_TESTS_RT_TRAP_H_

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// This thread's trap, on or off.
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

// What this thread's trap has caught since the last call: "malloc free", or "" for nothing.
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
