// Properties that every fuzz target checks, besides the absence of crashes.
#ifndef DEEPFILTER_FUZZ_EXPECT_H_
#define DEEPFILTER_FUZZ_EXPECT_H_

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/result.h"

namespace dfn {

// Ends the program, so that the fuzzer keeps the input, when `holds` is false.
inline void Expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

// A refusal is one line of text, without control bytes and full stop, of a length a user reads.
inline void ExpectSentence(const Error& error) {
  constexpr size_t kMaxBytes = 2000;
  const std::string& message = error.message;
  Expect(!message.empty() && message.size() < kMaxBytes && message.back() != '.', message.c_str());
  Expect(std::none_of(message.begin(), message.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }),
         message.c_str());
}

}  // namespace dfn

#endif  // DEEPFILTER_FUZZ_EXPECT_H_
