#include "stream/denoise/control_mailbox.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <limits>
#include <thread>

namespace dfn {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinite = std::numeric_limits<float>::infinity();

TEST(ControlMailboxTest, GivesWhatWasSet) {
  const DenoiserControls controls = {.atten_lim_db = -6.0f,
                                     .post_filter = true,
                                     .post_filter_beta = 0.0f,
                                     .min_db_thresh = -10.0f,
                                     .max_db_erb_thresh = 30.0f,
                                     .max_db_df_thresh = kInfinite,
                                     .auto_level = false,
                                     .level_gain_db = 12.0f};
  EXPECT_EQ(ControlMailbox(DenoiserControls{}).Get(), DenoiserControls{});
  EXPECT_EQ(ControlMailbox(controls).Get(), controls);
  ControlMailbox mailbox{DenoiserControls{}};
  mailbox.Set(controls);
  EXPECT_EQ(mailbox.Get(), controls);
  mailbox.SetAttenuationLimit(12.0f);
  mailbox.SetPostFilter(false, 0.05f);
  mailbox.SetThresholds(1.0f, 2.0f, 3.0f);
  mailbox.SetLevel(true, 0.0f);
  EXPECT_EQ(mailbox.Get(), (DenoiserControls{12.0f, false, 0.05f, 1.0f, 2.0f, 3.0f, true, 0.0f}));
}

TEST(ControlMailboxTest, NanChangesNothing) {
  const DenoiserControls before = {6.0f, true, 0.05f, -10.0f, 30.0f, 20.0f, false, 3.0f};
  ControlMailbox mailbox(before);
  mailbox.SetAttenuationLimit(kNan);
  mailbox.SetPostFilter(true, kNan);
  mailbox.SetThresholds(kNan, kNan, kNan);
  EXPECT_EQ(mailbox.Get(), before);
  mailbox.SetLevel(false, kNan);
  mailbox.Set({kNan, true, kNan, kNan, kNan, kNan, false, kNan});
  EXPECT_EQ(mailbox.Get(), before);
}

TEST(ControlMailboxTest, BetaIsFiniteAndNotNegative) {
  ControlMailbox mailbox{DenoiserControls{}};
  mailbox.SetPostFilter(true, -0.1f);
  EXPECT_EQ(mailbox.Get().post_filter_beta, 0.0f);
  EXPECT_TRUE(mailbox.Get().post_filter);
  mailbox.SetPostFilter(true, 0.1f);
  mailbox.SetPostFilter(false, kInfinite);
  EXPECT_EQ(mailbox.Get().post_filter_beta, 0.1f);
  EXPECT_FALSE(mailbox.Get().post_filter);
}

TEST(ControlMailboxTest, AGainIsHeldInItsRange) {
  ControlMailbox mailbox{DenoiserControls{}};
  mailbox.SetLevel(false, 1000.0f);
  EXPECT_EQ(mailbox.Get().level_gain_db, 60.0f);
  EXPECT_FALSE(mailbox.Get().auto_level);
  mailbox.SetLevel(false, -kInfinite);
  EXPECT_EQ(mailbox.Get().level_gain_db, -60.0f);
}

TEST(ControlMailboxTest, ThreadsThatSetDifferentControlsLoseNone) {
  for (int round = 0; round < 300; ++round) {
    ControlMailbox mailbox{DenoiserControls{}};
    std::atomic<int> ready{0};
    const auto together = [&](auto set) {
      return std::thread([&, set] {
        ready.fetch_add(1);
        while (ready.load() < 3) std::this_thread::yield();
        for (int i = 1; i <= 20; ++i) set(static_cast<float>(i));
      });
    };
    std::thread threads[] = {together([&](float v) { mailbox.SetAttenuationLimit(v); }),
                             together([&](float v) { mailbox.SetPostFilter(true, v / 100.0f); }),
                             together([&](float v) { mailbox.SetThresholds(-v, v, v + 1); })};
    for (std::thread& thread : threads) thread.join();
    ASSERT_EQ(mailbox.Get(), (DenoiserControls{20.0f, true, 0.2f, -20.0f, 20.0f, 21.0f}));
  }
}

// A beta belongs to the switch that it was set with.
TEST(ControlMailboxTest, SwitchAndBetaOfThePostFilterStayTogether) {
  ControlMailbox mailbox{{.post_filter = false, .post_filter_beta = 0.0f}};
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int i = 0; i < 20000; ++i) mailbox.SetPostFilter(i % 2 == 0, i % 2 == 0 ? 0.5f : 0.0f);
    done = true;
  });
  while (!done) {
    const DenoiserControls seen = mailbox.Get();
    EXPECT_EQ(seen.post_filter_beta, seen.post_filter ? 0.5f : 0.0f);
  }
  writer.join();
}

}  // namespace
}  // namespace dfn
