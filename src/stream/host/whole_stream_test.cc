#include "stream/host/whole_stream.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace dfn {
namespace {

constexpr size_t kHop = 4;
constexpr size_t kFft = 8;

// A stream that delays by `delay` samples and records its calls.
class DelayingDenoiser final : public Denoiser {
 public:
  DelayingDenoiser(size_t channels, size_t delay)
      : delay_(delay), lines_(channels, std::deque<float>(delay, 0.0f)) {}

  size_t channels() const noexcept override { return lines_.size(); }
  size_t hop_size() const noexcept override { return kHop; }
  size_t sample_rate_hz() const noexcept override { return 48000; }
  size_t delay_samples() const noexcept override { return delay_; }
  size_t state_size() const noexcept override { return 0; }
  void Reset() noexcept override {}

  void Process(const float* const* input, float* const* output, size_t frames,
               float* lsnr_db) noexcept override {
    for (size_t i = 0; lsnr_db != nullptr && i < frames; ++i) {
      lsnr_db[i] = static_cast<float>(calls.size() + i);
    }
    calls += std::string(frames, 'p');
    for (size_t c = 0; c < lines_.size(); ++c) {
      for (size_t i = 0; i < frames * kHop; ++i) {
        lines_[c].push_back(input == nullptr ? 0.0f : input[c][i]);
        output[c][i] = lines_[c].front();
        lines_[c].pop_front();
      }
    }
  }
  void Flush(float* const* output, size_t frames, float* lsnr_db) noexcept override {
    const std::string before = calls;
    Process(nullptr, output, frames, lsnr_db);
    calls = before + std::string(frames, 'f');
  }

  std::string calls;  // one letter a hop: p processed, f flushed

 private:
  size_t delay_;
  std::vector<std::deque<float>> lines_;
};

std::vector<float> Ramp(size_t frames, size_t channels) {
  std::vector<float> samples(frames * channels);
  for (size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<float>(i + 1);
  return samples;
}

struct Outcome {
  std::vector<float> output;
  std::string calls;
  size_t reported_calls = 0;
};

Outcome Enhance(size_t frames, size_t channels, size_t delay, WholeStreamOptions options,
                size_t block) {
  options.fft_size = kFft;
  DelayingDenoiser denoiser(channels, delay);
  WholeStream stream(denoiser, options);
  Outcome outcome;
  stream.AfterEachCall([&] { ++outcome.reported_calls; });
  const std::vector<float> input = Ramp(frames, channels);
  for (size_t start = 0; start < input.size(); start += block * channels) {
    const size_t count = std::min(block * channels, input.size() - start);
    stream.Process({input.data() + start, count}, outcome.output);
  }
  stream.Finish(outcome.output);
  outcome.calls = denoiser.calls;
  EXPECT_EQ(stream.hops(), outcome.calls.size());
  return outcome;
}

TEST(WholeStreamTest, AlignedAndOfTheSameLengthWhateverTheCut) {
  for (const Profile profile : {Profile::kReference, Profile::kLibdf}) {
    for (const size_t delay : {size_t{0}, size_t{4}, size_t{12}, size_t{20}}) {
      for (const size_t frames : {0, 1, 3, 4, 5, 17, 64}) {
        for (const size_t block : {1, 4, 7, 100}) {
          for (const size_t hops_per_call : {1, 3, 32}) {
            const Outcome outcome = Enhance(
                frames, 2, delay, {.profile = profile, .hops_per_call = hops_per_call}, block);
            EXPECT_EQ(outcome.output, Ramp(frames, 2));
            if (hops_per_call == 1) {
              EXPECT_EQ(outcome.reported_calls, outcome.calls.size());
            }
          }
        }
      }
    }
  }
}

TEST(WholeStreamTest, TheRawStreamIsDelayed) {
  const Outcome outcome = Enhance(10, 1, 6, {.skip_samples = 0}, 3);
  EXPECT_EQ(outcome.output, (std::vector<float>{0, 0, 0, 0, 0, 0, 1, 2, 3, 4}));
}

// N = 5 samples: floor((5 + 8) / 4) = 3 hops hold samples and appended zeros; 5 + 12 samples must
// be output, which takes 5 hops.
TEST(WholeStreamTest, TheEndIsThatOfTheProfile) {
  EXPECT_EQ(Enhance(5, 1, 12, {.profile = Profile::kReference}, 5).calls, "pppff");
  EXPECT_EQ(Enhance(5, 1, 12, {.profile = Profile::kLibdf}, 5).calls, "ppppp");
  EXPECT_EQ(Enhance(5, 1, 4, {.profile = Profile::kReference}, 5).calls, "ppp");
  EXPECT_EQ(Enhance(0, 1, 12, {.profile = Profile::kReference}, 5).calls, "");
}

// The official program enhances whole hops only; the samples that remain become zeros.
TEST(WholeStreamTest, CutLeavesOutSamplesThatFillNoHop) {
  DelayingDenoiser denoiser(2, 6);
  WholeStream stream(denoiser, {.skip_samples = 6, .hops_per_call = 8});
  std::vector<float> output;
  stream.Process(Ramp(11, 2), output);
  stream.Cut(output);
  EXPECT_EQ(denoiser.calls, "pp");
  EXPECT_EQ(output, (std::vector<float>{1, 2, 3, 4, 0, 0, 0, 0, 0, 0}));
}

TEST(WholeStreamTest, TheTailComesBehindTheInputAndMoreOutputComesOut) {
  DelayingDenoiser denoiser(1, 4);
  WholeStream stream(denoiser, {.fft_size = kFft, .hops_per_call = 2});
  std::vector<float> output;
  stream.Process(Ramp(5, 1), output);
  stream.Finish(output, std::vector<float>{-1, -2}, 3);
  EXPECT_EQ(output, (std::vector<float>{1, 2, 3, 4, 5, -1, -2, 0}));
  // The input ends after the same number of hops as without a tail: floor((5 + 8) / 4) = 3.
  EXPECT_EQ(denoiser.calls, "ppp");
}

// The local SNR of hop h is told two hops later and is h + 2 here. 40 samples are 10 hops.
TEST(WholeStreamTest, TheMeanLocalSnrIsThatOfTheInput) {
  for (const size_t piece : {1, 3, 10}) {
    DelayingDenoiser denoiser(1, 3 * kHop);
    WholeStream stream(denoiser, {.fft_size = kFft, .hops_per_call = 2});
    EXPECT_FALSE(stream.mean_local_snr_db());
    std::vector<float> told;
    stream.ListenToLocalSnr([&](float snr_db) { told.push_back(snr_db); });
    std::vector<float> output;
    const std::vector<float> input = Ramp(40, 1);
    std::span<const float> rest = input;
    while (!rest.empty()) {
      const size_t taken = std::min(piece, rest.size());
      stream.Process(rest.first(taken), output);
      rest = rest.subspan(taken);
    }
    stream.Finish(output);
    EXPECT_EQ(stream.mean_local_snr_db(), (2.0 + 11.0) / 2.0) << piece;
    ASSERT_EQ(told.size(), 10u);
    for (size_t hop = 0; hop < 10; ++hop) EXPECT_EQ(told[hop], 2.0f + static_cast<float>(hop));
  }
}

}  // namespace
}  // namespace dfn
