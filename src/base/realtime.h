// Marks declarations that real-time threads may call.
#ifndef DEEPFILTER_BASE_REALTIME_H_
#define DEEPFILTER_BASE_REALTIME_H_

// After the parameters of a function, behind noexcept: the function allocates nothing, takes no
// lock, logs nothing, reads no clock, calls nothing of the operating system and cannot fail. Where
// clang knows the attribute (20 and later), -Wfunction-effects checks it; elsewhere it documents.
//
//   void Process(const float* input, float* output, size_t samples) noexcept DFN_REALTIME;
#if defined(__has_cpp_attribute)
#if __has_cpp_attribute(clang::nonblocking)
#define DFN_REALTIME [[clang::nonblocking]]
#endif
#endif
#if !defined(DFN_REALTIME)
#define DFN_REALTIME
#endif

#endif  // DEEPFILTER_BASE_REALTIME_H_
