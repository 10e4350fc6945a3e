#include "bench/roof.h"

#include <algorithm>
#include <chrono>

#include "base/aligned_buffer.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench/roof.cc"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace dfn::bench {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// Sums that run side by side. Two loads a cycle and a latency of four cycles ask for eight of them.
constexpr size_t kReadSums = 8;
// Twelve hide the latency of two units of five cycles, and leave registers on every target.
constexpr size_t kProductSums = 12;

// Reads all `count` floats, a multiple of kReadSums vectors, `passes` times. What it returns
// depends on all of them.
float ReadAll(const float* HWY_RESTRICT from, size_t count, size_t passes) {
  const hn::ScalableTag<float> d;
  const size_t lanes = hn::Lanes(d);
  auto s0 = hn::Zero(d), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
  for (size_t pass = 0; pass < passes; ++pass) {
    for (size_t i = 0; i < count; i += kReadSums * lanes) {
      const float* p = from + i;
      s0 = hn::Add(s0, hn::Load(d, p));
      s1 = hn::Add(s1, hn::Load(d, p + lanes));
      s2 = hn::Add(s2, hn::Load(d, p + 2 * lanes));
      s3 = hn::Add(s3, hn::Load(d, p + 3 * lanes));
      s4 = hn::Add(s4, hn::Load(d, p + 4 * lanes));
      s5 = hn::Add(s5, hn::Load(d, p + 5 * lanes));
      s6 = hn::Add(s6, hn::Load(d, p + 6 * lanes));
      s7 = hn::Add(s7, hn::Load(d, p + 7 * lanes));
    }
  }
  const auto sum =
      hn::Add(hn::Add(hn::Add(s0, s1), hn::Add(s2, s3)), hn::Add(hn::Add(s4, s5), hn::Add(s6, s7)));
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

// Runs `rounds` times kProductSums vector multiply-adds; how many single ones that were.
size_t MultiplyAdd(size_t rounds, float factor, float* HWY_RESTRICT result) {
  const hn::ScalableTag<float> d;
  const auto a = hn::Set(d, factor);
  const auto b = hn::Set(d, 1.0f - factor);
  // Of sums that start alike a compiler may make one, which waits for itself alone: the twelve then
  // seem to take the time of eight.
  auto s0 = hn::Set(d, factor), s1 = hn::Add(s0, b), s2 = hn::Add(s1, b), s3 = hn::Add(s2, b);
  auto s4 = hn::Add(s3, b), s5 = hn::Add(s4, b), s6 = hn::Add(s5, b), s7 = hn::Add(s6, b);
  auto s8 = hn::Add(s7, b), s9 = hn::Add(s8, b), s10 = hn::Add(s9, b), s11 = hn::Add(s10, b);
  for (size_t i = 0; i < rounds; ++i) {
    s0 = hn::MulAdd(a, s0, b);
    s1 = hn::MulAdd(a, s1, b);
    s2 = hn::MulAdd(a, s2, b);
    s3 = hn::MulAdd(a, s3, b);
    s4 = hn::MulAdd(a, s4, b);
    s5 = hn::MulAdd(a, s5, b);
    s6 = hn::MulAdd(a, s6, b);
    s7 = hn::MulAdd(a, s7, b);
    s8 = hn::MulAdd(a, s8, b);
    s9 = hn::MulAdd(a, s9, b);
    s10 = hn::MulAdd(a, s10, b);
    s11 = hn::MulAdd(a, s11, b);
  }
  const auto low = hn::Add(hn::Add(hn::Add(s0, s1), hn::Add(s2, s3)), hn::Add(s4, s5));
  const auto high = hn::Add(hn::Add(hn::Add(s6, s7), hn::Add(s8, s9)), hn::Add(s10, s11));
  *result = hn::GetLane(hn::SumOfLanes(d, hn::Add(low, high)));
  return rounds * kProductSums * hn::Lanes(d);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dfn::bench
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dfn::bench {
namespace {

HWY_EXPORT(ReadAll);
HWY_EXPORT(MultiplyAdd);

using Clock = std::chrono::steady_clock;

// Long enough that the clock's own step counts for nothing, short enough to fall between two
// interruptions; the best of these is what the machine can do.
constexpr double kTrialSeconds = 0.002;
constexpr int kTrials = 8;

constexpr size_t kKiB = 1024;
constexpr size_t kSizes[] = {16 * kKiB,        128 * kKiB,       512 * kKiB,       1024 * kKiB,
                             2 * 1024 * kKiB,  4 * 1024 * kKiB,  8 * 1024 * kKiB,  16 * 1024 * kKiB,
                             32 * 1024 * kKiB, 64 * 1024 * kKiB, 256 * 1024 * kKiB};

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Work a second of `run(n)`, which does some work proportional to n and returns how much.
template <class Run>
double BestSpeed(Run run) {
  size_t n = 1;
  double seconds = 0.0;
  for (;; n *= 2) {
    const Clock::time_point start = Clock::now();
    run(n);
    seconds = SecondsSince(start);
    if (seconds >= kTrialSeconds) break;
  }
  double best = 0.0;
  for (int trial = 0; trial < kTrials; ++trial) {
    const Clock::time_point start = Clock::now();
    const double work = run(n);
    best = std::max(best, work / SecondsSince(start));
  }
  return best;
}

}  // namespace

std::span<const size_t> RoofSizes() { return kSizes; }

ReadSpeed MeasureReadSpeed(size_t bytes) {
  AlignedBuffer<float> buffer(bytes / sizeof(float));
  // Pages that were never written may all be the same one.
  std::fill_n(buffer.data(), buffer.size(), 1.0f);
  volatile float sink = 0.0f;
  const double speed = BestSpeed([&](size_t passes) {
    sink = HWY_DYNAMIC_DISPATCH(ReadAll)(buffer.data(), buffer.size(), passes);
    return static_cast<double>(passes) * static_cast<double>(bytes);
  });
  return {bytes, 1e-9 * speed};
}

double MeasureMultiplyAdds() {
  float result = 0.0f;
  volatile float factor = 0.5f;  // what the compiler does not know, it cannot compute
  volatile float sink = 0.0f;
  const double speed = BestSpeed([&](size_t n) {
    const size_t done = HWY_DYNAMIC_DISPATCH(MultiplyAdd)(1000 * n, factor, &result);
    sink = result;
    return static_cast<double>(done);
  });
  return 1e-9 * speed;
}

Roof MeasureRoof() {
  Roof roof;
  roof.gmac_per_s = MeasureMultiplyAdds();
  for (const size_t bytes : kSizes) roof.reads.push_back(MeasureReadSpeed(bytes));
  return roof;
}

}  // namespace dfn::bench
#endif  // HWY_ONCE
