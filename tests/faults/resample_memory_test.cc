// The resampler with every amount of memory from none to enough. This program's malloc has a limit.
#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdlib>
#include <new>
#include <vector>

#include "audio/resample.h"

extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t number, size_t size);
void* __libc_realloc(void* old, size_t size);
void __libc_free(void* memory);
}

namespace {

// Bytes in use since the limit began, and at most. Other threads there are none.
bool limited = false;
int64_t used = 0;
int64_t most_used = 0;
int64_t limit = 0;

bool Refused(size_t size) { return limited && used + static_cast<int64_t>(size) > limit; }

int64_t SizeOf(void* memory) { return static_cast<int64_t>(malloc_usable_size(memory)); }

void* Counted(void* memory) {
  if (limited && memory != nullptr) used += SizeOf(memory);
  most_used = std::max(most_used, used);
  return memory;
}

}  // namespace

extern "C" {

void* malloc(size_t size) { return Refused(size) ? nullptr : Counted(__libc_malloc(size)); }

void* calloc(size_t number, size_t size) {
  return Refused(number * size) ? nullptr : Counted(__libc_calloc(number, size));
}

// The old block is there until the new one is.
void* realloc(void* old, size_t size) {
  if (Refused(size)) return nullptr;
  const int64_t before = old == nullptr ? 0 : SizeOf(old);
  void* const memory = Counted(__libc_realloc(old, size));
  if (limited && memory != nullptr) used -= before;
  return memory;
}

void free(void* memory) {
  if (limited && memory != nullptr) used -= SizeOf(memory);
  __libc_free(memory);
}
}

namespace dfn {
namespace {

// Steps from no memory to enough.
constexpr int kSteps = 150;

// Whether a sound could be converted with so much memory.
bool Converts(size_t in_hz, size_t out_hz, size_t channels, int64_t bytes) {
  const std::vector<float> input(channels * 6000, 0.25f);
  std::vector<float> output;
  limit = bytes;
  used = most_used = 0;
  bool done = false;
  limited = true;
  try {
    if (auto resampler = Resampler::Create(in_hz, out_hz, channels); resampler.ok()) {
      for (int i = 0; i < 3; ++i) resampler->Process(input, output);
      resampler->Finish(ResampledFrames(18'000, in_hz, out_hz), output);
      done = true;
    }
  } catch (const std::bad_alloc&) {
  }
  output = {};
  limited = false;
  return done;
}

struct Rates {
  size_t in_hz;
  size_t out_hz;
  size_t channels;
};

class ResampleMemoryTest : public testing::TestWithParam<Rates> {};

// soxr dereferences what a failed allocation gives it, so that this program would end.
TEST_P(ResampleMemoryTest, TooLittleIsAnException) {
  const auto [in_hz, out_hz, channels] = GetParam();
  ASSERT_TRUE(Converts(in_hz, out_hz, channels, int64_t{1} << 40));
  const int64_t enough = most_used;
  EXPECT_FALSE(Converts(in_hz, out_hz, channels, enough / 2));
  for (int step = 0; step <= kSteps; ++step) {
    Converts(in_hz, out_hz, channels, enough / kSteps * step);
  }
  EXPECT_TRUE(Converts(in_hz, out_hz, channels, enough + 4096));
}

INSTANTIATE_TEST_SUITE_P(Rates, ResampleMemoryTest,
                         testing::Values(Rates{44100, 48000, 1}, Rates{44100, 48000, 2},
                                         Rates{48000, 44100, 2}, Rates{16000, 48000, 1},
                                         Rates{48000, 16000, 2}, Rates{8000, 48000, 2},
                                         Rates{96000, 48000, 1}, Rates{1000, 48000, 1},
                                         Rates{48000, 1000, 1}, Rates{768000, 48000, 1}));

}  // namespace
}  // namespace dfn
