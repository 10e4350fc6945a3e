// Waiting for another thread for the length of a frame, without a lock or a system call.
#ifndef DEEPFILTER_BASE_SPIN_WAIT_H_
#define DEEPFILTER_BASE_SPIN_WAIT_H_

#include <chrono>
#include <cstddef>
#include <thread>

// WebAssembly without threads has nobody to wait for, nor a clock.
#if defined(__EMSCRIPTEN__) && !defined(__EMSCRIPTEN_PTHREADS__)
#define DEEPFILTER_ALONE 1
#endif

#if defined(__SSE2__) || defined(_M_X64)
#include <xmmintrin.h>
#define DEEPFILTER_PAUSE 1
#endif

namespace dfn {

// Tells the core that it is waiting, so that a sibling on the same core runs faster meanwhile.
// Nothing where the target has no intrinsic for it. Real-time safe.
inline void Pause() noexcept {
#if defined(DEEPFILTER_PAUSE)
  _mm_pause();
#endif
}

// One wait: call Once() whenever a check shows that the awaited event has not happened yet.
class SpinWait {
 public:
  void Once() noexcept {
    if (spins_ < kPatience) {
      ++spins_;
      Pause();
    } else {
#if defined(_WIN32)
      // The shortest sleep there lasts longer than a frame.
      std::this_thread::yield();
#elif !defined(DEEPFILTER_ALONE)
      std::this_thread::sleep_for(kNap);
#endif
    }
  }
  void Reset() noexcept { spins_ = 0; }

 private:
  // Some milliseconds, more than any step of a frame takes. A longer wait means that the other
  // thread has lost its core, and it may need this thread's.
  static constexpr size_t kPatience = 200'000;
  static constexpr std::chrono::microseconds kNap{50};

  size_t spins_ = 0;
};

}  // namespace dfn

#undef DEEPFILTER_PAUSE
#undef DEEPFILTER_ALONE

#endif  // DEEPFILTER_BASE_SPIN_WAIT_H_
