// A stream's state moves to another stream at any sample, and invalid states are refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include "stream/testing/host.h"

namespace dfn {
namespace {

std::vector<float> Save(HostStream& host) {
  std::vector<float> state(host.state_size());
  host.SaveState(state.data());
  return state;
}

std::vector<float> Flushed(HostStream& host, size_t channels, size_t samples) {
  std::vector<float> rest(channels * samples);
  std::vector<float*> out;
  for (size_t c = 0; c < channels; ++c) out.push_back(rest.data() + c * samples);
  host.Flush(out.data(), samples);
  return rest;
}

// Host rate, block multiple, work mode, channel mode.
class HostStateTest
    : public testing::TestWithParam<std::tuple<size_t, size_t, WorkMode, ChannelMode>> {
 protected:
  HostStreamOptions options() const {
    HostStreamOptions options;
    options.channels = 2;
    options.profile = Profile::kLibdf;
    options.silence_skip = true;
    std::tie(options.sample_rate_hz, options.block_multiple, options.work_mode,
             options.channel_mode) = GetParam();
    return options;
  }
  std::unique_ptr<HostStream> Make() const {
    return MakeHost(SmallRecurrent({10, -14, 34, 25, 12, 8}), options());
  }
  size_t block(size_t samples) const {
    return std::max<size_t>(1, samples / options().block_multiple) * options().block_multiple;
  }
};

INSTANTIATE_TEST_SUITE_P(
    Streams, HostStateTest,
    testing::Combine(testing::Values(8000, 44099, 48000, 192000), testing::Values(1, 480),
                     testing::Values(WorkMode::kDirect, WorkMode::kSpread),
                     testing::Values(ChannelMode::kIndependent, ChannelMode::kDownmix)));

TEST_P(HostStateTest, AnotherStreamGoesOnFromAnySample) {
  const size_t second = options().sample_rate_hz;
  const size_t total = second / 5 / 480 * 480;
  const HostSignal input = Noise(2, total);
  for (size_t part : {0u, 1u, 7u, 50u, 83u}) {
    const size_t place = std::min(total, part == 0 ? 0 : block(total * part / 100));
    auto first = Make();
    EnhancePart(*first, input, {block(100)}, 0, place);
    const std::vector<float> state = Save(*first);
    EXPECT_EQ(Save(*first), state);
    auto second_stream = Make();
    Enhance(*second_stream, Noise(2, block(1234)), {block(1)});
    ASSERT_TRUE(second_stream->RestoreState(state.data()));
    EXPECT_EQ(Save(*second_stream), state);
    EXPECT_EQ(second_stream->local_snr_db(), first->local_snr_db());
    const HostSignal expected = EnhancePart(*first, input, {block(333)}, place, total);
    EXPECT_EQ(EnhancePart(*second_stream, input, {block(77)}, place, total), expected) << part;
    EXPECT_EQ(Flushed(*second_stream, 2, second / 10), Flushed(*first, 2, second / 10));
  }
}

TEST_P(HostStateTest, SavingChangesNothing) {
  const size_t total = options().sample_rate_hz / 5 / 480 * 480;
  const HostSignal input = Noise(2, total);
  const HostSignal expected = Enhance(*Make(), input, {block(100)});
  auto host = Make();
  HostSignal output(2);
  for (size_t done = 0; done < total;) {
    const size_t count = std::min(block(total / 20 + 1), total - done);
    Append(output, EnhancePart(*host, input, {count}, done, done + count));
    Save(*host);
    done += count;
  }
  EXPECT_EQ(output, expected);
}

TEST_P(HostStateTest, GoesOnInTheMiddleOfTheFlush) {
  const HostSignal input = Noise(2, block(options().sample_rate_hz / 10));
  auto first = Make();
  Enhance(*first, input, {block(100)});
  for (size_t count : {1u, 7u, 300u, 1000u}) {
    Flushed(*first, 2, count);
    auto second = Make();
    ASSERT_TRUE(second->RestoreState(Save(*first).data()));
    EXPECT_TRUE(second->flushing());
    EXPECT_EQ(Flushed(*second, 2, 2000), Flushed(*first, 2, 2000));
  }
}

TEST_P(HostStateTest, GoesOnInTheMiddleOfAFade) {
  const HostSignal input = Noise(2, block(options().sample_rate_hz / 5));
  auto first = Make();
  const size_t part = block(options().sample_rate_hz / 10);
  EnhancePart(*first, input, {block(100)}, 0, part);
  first->SetBypass(true);
  const size_t mid = part + block(options().sample_rate_hz / 200);
  EnhancePart(*first, input, {block(1)}, part, mid);
  auto second = Make();
  ASSERT_TRUE(second->RestoreState(Save(*first).data()));
  second->SetBypass(true);
  EXPECT_EQ(EnhancePart(*second, input, {block(1)}, mid, input[0].size()),
            EnhancePart(*first, input, {block(100)}, mid, input[0].size()));
}

// Any bytes given as a state are either refused without a change, or the stream continues from them
// and equals a new one after Reset.
TEST_P(HostStateTest, HostileStatesDoNoHarm) {
  const HostSignal input = Noise(2, block(options().sample_rate_hz / 8));
  auto host = Make();
  const HostSignal fresh = Enhance(*host, input, {block(100)});
  std::vector<std::vector<float>> states = {Save(*host)};
  Flushed(*host, 2, 100);
  states.push_back(Save(*host));
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  for (const std::vector<float>& good : states) {
    ASSERT_TRUE(host->RestoreState(good.data()));
    // The places are the single values at the front, and one in each of the arrays that follow.
    std::vector<size_t> places = {16, good.size() - 1};
    for (size_t i = 0; i < 16; ++i) places.push_back(i);
    for (size_t i = 1; i < 10; ++i) places.push_back(good.size() * i / 10);
    size_t refused = 0;
    for (size_t place : places) {
      for (float value : {nan, infinity, -1.0f, 0.5f, 37.0f, 4095.0f, 3e38f}) {
        std::vector<float> bad = good;
        bad[place] = value;
        if (!host->RestoreState(bad.data())) {
          ++refused;
          ASSERT_EQ(Save(*host), good) << place << ": " << value;
          continue;
        }
        for (float kept : Save(*host)) ASSERT_TRUE(std::isfinite(kept)) << place;
        if (!host->flushing()) EnhancePart(*host, input, {block(300)}, 0, block(500));
        Flushed(*host, 2, 1000);
        ASSERT_TRUE(host->RestoreState(good.data()));
      }
    }
    EXPECT_GT(refused, 3 * places.size());
  }
  host->Reset();
  EXPECT_EQ(Enhance(*host, input, {block(100)}), fresh);

  // Before the flush the counts must be consistent.
  for (size_t place = 0; place < 12; ++place) {
    std::vector<float> bad = states.front();
    bad[place] += 1.0f;
    EXPECT_FALSE(host->RestoreState(bad.data())) << place;
  }
}

}  // namespace
}  // namespace dfn
