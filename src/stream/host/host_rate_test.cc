// For the rates, blocks and channels of hosts, the delay is right and the cut into blocks changes
// no bit.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "stream/host/host_batch.h"
#include "stream/testing/allocations.h"
#include "stream/testing/host.h"

namespace dfn {
namespace {

class HostRateTest : public testing::TestWithParam<size_t> {
 protected:
  HostStreamOptions options() const {
    HostStreamOptions options;
    options.sample_rate_hz = GetParam();
    return options;
  }
  size_t samples(double seconds) const {
    return static_cast<size_t>(seconds * static_cast<double>(GetParam()));
  }
};

INSTANTIATE_TEST_SUITE_P(Rates, HostRateTest,
                         testing::Values(8000, 11025, 16000, 22050, 32000, 44099, 44100, 48000,
                                         88200, 96000, 176400, 192000));

// Blocks from 1 to 8192 samples in irregular order.
std::vector<size_t> MixedBlocks() { return {1, 8192, 3, 479, 480, 481, 32, 64, 1000, 2, 4097, 17}; }

TEST_P(HostRateTest, AnyBlocksGiveTheSameBits) {
  for (size_t channels : {1u, 2u, 6u}) {
    HostStreamOptions several = options();
    several.channels = channels;
    const auto network = SmallRecurrent();
    const HostSignal input = Noise(channels, samples(0.15));
    const HostSignal whole = Enhance(*MakeHost(network, several), input, {input[0].size()});
    EXPECT_EQ(Enhance(*MakeHost(network, several), input, MixedBlocks()), whole);
    for (size_t block : {1u, 32u, 255u, 1024u}) {
      EXPECT_EQ(Enhance(*MakeHost(network, several), input, {block}), whole) << block;
    }
    several.work_mode = WorkMode::kSpread;
    const HostSignal spread = Enhance(*MakeHost(network, several), input, {8192});
    EXPECT_EQ(Enhance(*MakeHost(network, several), input, MixedBlocks()), spread);
    for (size_t block : {1u, 32u, 700u}) {
      EXPECT_EQ(Enhance(*MakeHost(network, several), input, {block}), spread) << block;
    }
  }
}

// Two filters whose images and ripple are 90 dB down give at least this SNR for any signal.
constexpr double kTransparentDb = 80.0;

TEST_P(HostRateTest, IdentityNetworkGivesTheInputBackAfterTheDelay) {
  for (WorkMode mode : {WorkMode::kDirect, WorkMode::kSpread}) {
    for (size_t multiple : {1u, 480u}) {
      HostStreamOptions made = options();
      made.work_mode = mode;
      made.block_multiple = multiple;
      auto host = MakeHost(Identity(), made);
      const HostSignal input = {BandLimited(samples(0.4) / 480 * 480, made.sample_rate_hz)};
      HostSignal output = Enhance(*host, input, {multiple == 1 ? 333u : 480u});
      EXPECT_GT(SnrDb(input[0], output[0], host->delay_samples()), kTransparentDb);
      EXPECT_LT(SnrDb(input[0], output[0], host->delay_samples() - 1), 20.0);
      EXPECT_LT(SnrDb(input[0], output[0], host->delay_samples() + 1), 20.0);
      // Flushing outputs the end.
      const size_t delay = host->delay_samples();
      HostSignal rest = {std::vector<float>(delay)};
      float* out = rest[0].data();
      for (size_t done = 0; done < delay; done += 100) {
        host->Flush(&out, std::min<size_t>(100, delay - done));
        out += 100;
      }
      output[0].insert(output[0].end(), rest[0].begin(), rest[0].end());
      EXPECT_GT(SnrDb(input[0], output[0], delay), kTransparentDb);
    }
  }
}

TEST_P(HostRateTest, AnImpulseComesOutAfterTheDelay) {
  auto host = MakeHost(Identity(), options());
  HostSignal input = {std::vector<float>(samples(0.2))};
  const size_t place = input[0].size() / 3;
  input[0][place] = 1.0f;
  const HostSignal output = Enhance(*host, input, {64});
  const auto peak = std::max_element(output[0].begin(), output[0].end());
  EXPECT_EQ(static_cast<size_t>(peak - output[0].begin()), place + host->delay_samples());
  // With linear phase the response is symmetric.
  for (int64_t i = 1; i < 20; ++i) EXPECT_NEAR(peak[i], peak[-i], 1e-5f) << i;
}

TEST_P(HostRateTest, DelayIsKnownBeforehand) {
  for (size_t multiple : {1u, 480u}) {
    HostStreamOptions made = options();
    made.block_multiple = multiple;
    const auto delay = HostDelaySamples(Identity()->config(), made);
    ASSERT_TRUE(delay.ok());
    EXPECT_EQ(*delay, MakeHost(Identity(), made)->delay_samples());
  }
}

TEST_P(HostRateTest, SpreadIsDirectOneHopLater) {
  if (GetParam() % 100 != 0) return;  // a hop is no whole number of samples
  const size_t hop = GetParam() / 100;
  HostStreamOptions made = options();
  made.channels = 2;
  const HostSignal input = Noise(2, samples(0.2));
  auto direct = MakeHost(SmallRecurrent(), made);
  made.work_mode = WorkMode::kSpread;
  auto spread = MakeHost(SmallRecurrent(), made);
  ASSERT_EQ(spread->delay_samples(), direct->delay_samples() + hop);
  const HostSignal now = Enhance(*direct, input, {97});
  const HostSignal later = Enhance(*spread, input, {31});
  for (size_t c = 0; c < 2; ++c) {
    const std::vector<float> expected(now[c].begin(), now[c].end() - static_cast<long>(hop));
    const std::vector<float> got(later[c].begin() + static_cast<long>(hop), later[c].end());
    EXPECT_EQ(got, expected);
    EXPECT_EQ(std::count(later[c].begin(), later[c].begin() + static_cast<long>(hop), 0.0f),
              static_cast<long>(hop));
  }
}

TEST_P(HostRateTest, BypassIsTheDelayedInputToTheBit) {
  for (WorkMode mode : {WorkMode::kDirect, WorkMode::kSpread}) {
    HostStreamOptions made = options();
    made.channels = 2;
    made.work_mode = mode;
    const HostSignal input = Noise(2, samples(0.3));
    const HostSignal wet = Enhance(*MakeHost(SmallRecurrent(), made), input, {100});
    auto host = MakeHost(SmallRecurrent(), made);
    const size_t third = input[0].size() / 3;
    HostSignal output = EnhancePart(*host, input, {100}, 0, third);
    host->SetBypass(true);
    Append(output, EnhancePart(*host, input, {100}, third, 2 * third));
    host->SetBypass(false);
    Append(output, EnhancePart(*host, input, {100}, 2 * third, input[0].size()));
    const size_t delay = host->delay_samples();
    const size_t fade = GetParam() / 100;
    for (size_t c = 0; c < 2; ++c) {
      for (size_t i = 0; i < output[c].size(); ++i) {
        const float dry = i < delay ? 0.0f : input[c][i - delay];
        if (i < third || i >= 2 * third + fade - 1) {
          ASSERT_EQ(output[c][i], wet[c][i]) << i;
        } else if (i >= third + fade - 1 && i < 2 * third) {
          ASSERT_EQ(output[c][i], dry) << i;
        } else {
          const size_t step = i < 2 * third ? i - third + 1 : 2 * third + fade - 1 - i;
          const float share = static_cast<float>(step) / static_cast<float>(fade);
          ASSERT_NEAR(output[c][i], wet[c][i] + (dry - wet[c][i]) * share, 1e-6f) << i;
        }
      }
    }
  }
}

TEST_P(HostRateTest, OutputMayLieWhereTheInputDoes) {
  for (size_t multiple : {1u, 480u}) {
    HostStreamOptions made = options();
    made.channels = 2;
    made.block_multiple = multiple;
    HostSignal samples = Noise(2, this->samples(0.2) / 480 * 480);
    const HostSignal expected = Enhance(*MakeHost(SmallRecurrent(), made), samples, {480});
    auto host = MakeHost(SmallRecurrent(), made);
    for (size_t done = 0; done < samples[0].size();) {
      const size_t count = std::min<size_t>(samples[0].size() - done, 4800);
      float* both[] = {samples[0].data() + done, samples[1].data() + done};
      host->Process(both, both, count);
      done += count;
    }
    EXPECT_EQ(samples, expected);
  }
}

TEST_P(HostRateTest, AnyCutOfTheFlushGivesTheSameBits) {
  for (Profile profile : {Profile::kReference, Profile::kLibdf}) {
    for (size_t multiple : {1u, 480u}) {
      HostStreamOptions made = options();
      made.profile = profile;
      made.block_multiple = multiple;
      const HostSignal input = Noise(1, samples(0.1) / 480 * 480 + 480);
      const auto flushed = [&](size_t block) {
        auto host = MakeHost(SmallRecurrent(), made);
        Enhance(*host, input, {480});
        std::vector<float> rest(3 * host->delay_samples());
        for (size_t done = 0; done < rest.size();) {
          const size_t count = std::min(block, rest.size() - done);
          float* out = rest.data() + done;
          host->Flush(&out, count);
          done += count;
        }
        EXPECT_TRUE(host->flushing());
        return rest;
      };
      const std::vector<float> whole = flushed(1000000);
      EXPECT_EQ(flushed(1), whole);
      EXPECT_EQ(flushed(333), whole);
      EXPECT_TRUE(std::any_of(whole.begin(), whole.end(), [](float x) { return x != 0.0f; }));
    }
  }
}

TEST_P(HostRateTest, ResetGivesTheBitsOfAFreshStream) {
  for (WorkMode mode : {WorkMode::kDirect, WorkMode::kSpread}) {
    HostStreamOptions made = options();
    made.work_mode = mode;
    auto host = MakeHost(SmallRecurrent(), made);
    const HostSignal input = Noise(1, samples(0.1));
    const HostSignal fresh = Enhance(*host, input, {100});
    std::vector<float> rest(100);
    float* out = rest.data();
    host->Flush(&out, rest.size());
    host->Reset();
    EXPECT_FALSE(host->flushing());
    EXPECT_EQ(Enhance(*host, input, {64}), fresh);
  }
}

TEST_P(HostRateTest, ProcessingAllocatesNothing) {
  for (WorkMode mode : {WorkMode::kDirect, WorkMode::kSpread}) {
    HostStreamOptions made = options();
    made.channels = 2;
    made.work_mode = mode;
    auto host = MakeHost(SmallRecurrent(), made);
    auto batch = HostBatch::Create(SmallRecurrent(), 2);
    ASSERT_TRUE(batch.ok());
    HostSignal signal = Noise(2, samples(0.1));
    const float* in[] = {signal[0].data(), signal[1].data()};
    float* out[] = {signal[0].data(), signal[1].data()};
    std::vector<float> state(host->state_size());
    const HostBlock block = {host.get(), in, out, signal[0].size()};
    const size_t before = Allocations();
    host->Process(in, out, signal[0].size());
    host->Process(in, out, 33);
    host->controls().Set({.atten_lim_db = 12.0f, .post_filter = true});
    host->SetBypass(true);
    host->Process(in, out, signal[0].size());
    host->SaveState(state.data());
    ASSERT_TRUE(host->RestoreState(state.data()));
    (*batch)->Process({&block, 1});
    host->Flush(out, signal[0].size());
    host->Reset();
    EXPECT_EQ(Allocations(), before);
  }
}

TEST_P(HostRateTest, IndependentChannelsAreStreamsOfTheirOwn) {
  HostStreamOptions made = options();
  made.channels = 3;
  const HostSignal input = Noise(3, samples(0.1));
  const HostSignal output = Enhance(*MakeHost(SmallRecurrent(), made), input, {500});
  made.channels = 1;
  for (size_t c = 0; c < 3; ++c) {
    EXPECT_EQ(Enhance(*MakeHost(SmallRecurrent(), made), {input[c]}, {500})[0], output[c]) << c;
  }
}

}  // namespace
}  // namespace dfn
