// Tests saving and restoring states of streams, and refusing forged ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <vector>

#include "capi/small_model.h"

namespace dfn::test {
namespace {

using deepfilter::Model;
using deepfilter::Stream;
using deepfilter::StreamOptions;

using State = std::vector<std::byte>;

class StateTest : public testing::Test {
 protected:
  Stream New(const dfn_stream_options& options = StreamOptions()) {
    return Stream::Create(model_, options);
  }

  const Model model_ = SmallModel();
  const std::vector<float> noise_ = TestNoise(24000);
  const std::vector<float> more_ = TestNoise(24000, 7);
};

TEST_F(StateTest, GoesOnBitForBit) {
  for (const uint32_t rate : {48000u, 44100u}) {
    for (const dfn_work_mode mode : {DFN_WORK_DIRECT, DFN_WORK_SPREAD}) {
      auto options = StreamOptions();
      options.sample_rate_hz = rate;
      options.work_mode = mode;
      auto stream = New(options);
      std::vector<float> begin(noise_.begin(), noise_.begin() + 10007);
      Play(stream, begin, 64);
      const State state = stream.Save();
      const auto expected = Play(stream, more_, 64);

      auto fresh = New(options);
      ASSERT_EQ(fresh.Restore(state.data(), state.size()), DFN_OK);
      EXPECT_EQ(Play(fresh, more_, 480), expected);

      // From unaligned bytes, into a stream in another state; and back once more.
      State odd(state.size() + 1);
      std::copy(state.begin(), state.end(), odd.begin() + 1);
      ASSERT_EQ(stream.Restore(odd.data() + 1, state.size()), DFN_OK);
      auto copy = New(options);
      Play(copy, more_, 333);
      ASSERT_EQ(copy.CopyFrom(stream), DFN_OK);
      ASSERT_EQ(stream.CopyFrom(stream), DFN_OK);
      EXPECT_EQ(Play(stream, more_, 1), expected);
      EXPECT_EQ(Play(copy, more_, 777), expected);
    }
  }
}

TEST_F(StateTest, SavingTwiceIsTheSame) {
  auto stream = New();
  Play(stream, noise_, 100);
  const State first = stream.Save();
  EXPECT_EQ(stream.Save(), first);
  State larger(first.size() + 16, std::byte{0x5a});
  ASSERT_EQ(stream.Save(larger.data(), larger.size()), DFN_OK);
  EXPECT_TRUE(std::equal(first.begin(), first.end(), larger.begin()));
  EXPECT_TRUE(std::all_of(larger.begin() + static_cast<std::ptrdiff_t>(first.size()), larger.end(),
                          [](std::byte byte) { return byte == std::byte{0x5a}; }));
  EXPECT_EQ(stream.Restore(larger.data(), larger.size()), DFN_OK);
}

TEST_F(StateTest, NullAndTooLittleRoom) {
  auto stream = New();
  State state(stream.state_size());
  EXPECT_EQ(stream.Save(nullptr, state.size()), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(stream.Save(state.data(), state.size() - 1), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(stream.Restore(nullptr, state.size()), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(dfn_stream_save(nullptr, state.data(), state.size()), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(dfn_stream_restore(nullptr, state.data(), state.size()), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(dfn_stream_copy(nullptr, stream.get()), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(dfn_stream_copy(stream.get(), nullptr), DFN_ERROR_INVALID_ARGUMENT);
}

TEST_F(StateTest, OnlyTheSameModelAndOptionsTakeIt) {
  auto stream = New();
  const State state = stream.Save();
  std::vector<dfn_stream_options> others(9, StreamOptions());
  others[0].sample_rate_hz = 44100;
  others[1].channels = 2;
  others[2].channel_mode = DFN_CHANNELS_DOWNMIX;
  others[3].profile = DFN_PROFILE_LIBDF;
  others[4].precision = DFN_PRECISION_F16;
  others[5].work_mode = DFN_WORK_SPREAD;
  others[6].block_multiple = 480;
  others[7].silence_skip = 1;
  others[8].channel_mode = DFN_CHANNELS_LINKED;
  for (size_t i = 0; i < others.size(); ++i) {
    auto other = New(others[i]);
    EXPECT_EQ(other.Restore(state.data(), state.size()), DFN_ERROR_MISMATCH) << i;
    EXPECT_EQ(other.CopyFrom(stream), DFN_ERROR_MISMATCH) << i;
  }
  const Model other_model = SmallModel(2);
  auto other = Stream::Create(other_model);
  EXPECT_EQ(other.Restore(state.data(), state.size()), DFN_ERROR_MISMATCH);
  EXPECT_EQ(other.CopyFrom(stream), DFN_ERROR_MISMATCH);
  // The same model opened again is the same model, and controls are not part of a state.
  const Model again = SmallModel();
  auto options = StreamOptions();
  options.attenuation_limit_db = 6.0f;
  options.post_filter_beta = 0.02f;
  auto same = Stream::Create(again, options);
  EXPECT_EQ(same.Restore(state.data(), state.size()), DFN_OK);
  EXPECT_EQ(same.CopyFrom(stream), DFN_OK);
}

TEST_F(StateTest, DamageIsSeenAndChangesNothing) {
  auto stream = New();
  Play(stream, noise_, 480);
  const State state = stream.Save();
  auto victim = New();
  Play(victim, more_, 480);
  const State before = victim.Save();
  // Every byte of the header and a good many behind it.
  for (size_t i = 0; i < state.size(); i += i < 64 ? 1 : 997) {
    State damaged = state;
    damaged[i] ^= std::byte{0x10};
    const dfn_result result = victim.Restore(damaged.data(), damaged.size());
    EXPECT_TRUE(result == DFN_ERROR_CORRUPT || result == DFN_ERROR_MISMATCH) << i << ' ' << result;
  }
  for (const size_t size : {size_t{0}, size_t{1}, size_t{39}, size_t{40}, state.size() - 1}) {
    EXPECT_EQ(victim.Restore(state.data(), size), DFN_ERROR_CORRUPT) << size;
  }
  EXPECT_EQ(victim.Save(), before);
}

}  // namespace
}  // namespace dfn::test
