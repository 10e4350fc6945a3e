#include "cli/compare/trial_request.h"

#include <gtest/gtest.h>

#include "base/path_text.h"

namespace dfn {
namespace {

TEST(TrialRequestTest, EveryChoiceArrives) {
  TrialRequest sent;
  sent.source = "models/\xc3\xa9\xff";
  sent.audio = "a b.wav";
  sent.engine.backend = Backend::kOrt;
  sent.engine.precision = Precision::kF16;
  sent.engine.choose_precision = true;
  sent.engine.run.mode = RunMode::kStateless;
  sent.engine.run.window_frames = 80;
  sent.engine.run.sample_rate_hz = 16000;
  sent.engine.exact_export = true;
  sent.engine.session = {.threads = 3, .provider = "xnnpack", .pools_memory = false};
  sent.engine.ort_library = PathOf("lib/\xc3\xbc.so");
  const TrialRequest come = RequestOf(RequestBytes(sent));
  EXPECT_EQ(come.source, sent.source);
  EXPECT_EQ(come.audio, sent.audio);
  EXPECT_EQ(come.engine.backend, sent.engine.backend);
  EXPECT_EQ(come.engine.precision, sent.engine.precision);
  EXPECT_TRUE(come.engine.choose_precision);
  EXPECT_EQ(come.engine.run.mode, sent.engine.run.mode);
  EXPECT_EQ(come.engine.run.window_frames, sent.engine.run.window_frames);
  EXPECT_EQ(come.engine.run.sample_rate_hz, sent.engine.run.sample_rate_hz);
  EXPECT_TRUE(come.engine.exact_export);
  EXPECT_EQ(come.engine.session.threads, 3);
  EXPECT_EQ(come.engine.session.provider, "xnnpack");
  EXPECT_FALSE(come.engine.session.pools_memory);
  EXPECT_EQ(come.engine.ort_library, sent.engine.ort_library);
}

TEST(TrialRequestTest, WhatIsNotChosenStaysSo) {
  const TrialRequest come = RequestOf(RequestBytes({}));
  EXPECT_EQ(come.engine.backend, Backend::kAuto);
  EXPECT_FALSE(come.engine.precision.has_value());
  EXPECT_FALSE(come.engine.run.mode.has_value());
  EXPECT_FALSE(come.engine.run.window_frames.has_value());
  EXPECT_FALSE(come.engine.run.sample_rate_hz.has_value());
  EXPECT_TRUE(come.engine.ort_library.empty());
}

}  // namespace
}  // namespace dfn
