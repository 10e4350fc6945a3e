// Tests that the part of the GStreamer element that is this project's makes no calls to the system,
// for both formats and whatever controls and times change.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/noise.h"
#include "gstreamer/filter.h"
#include "gstreamer/settings.h"
#include "gstreamer/timeline.h"
#include "rt/system_calls.h"
#include "rt/trap.h"

namespace dfn::test {
namespace {

constexpr size_t kMostSamples = 8192;

void Turn(gst::Settings& settings, size_t step) {
  settings.attenuation_limit_db = step % 3 == 0 ? 100.0f : 12.0f;
  settings.post_filter_beta = step % 2 == 0 ? 0.0f : 0.05f;
  settings.level = static_cast<int>(step % 4);
  settings.level_gain_db = static_cast<float>(step % 7);
  settings.min_db_threshold = -15.0f + static_cast<float>(step % 5);
  settings.bypass = step % 11 == 0;
}

// Everything that Element::Transform does with a buffer's memory and time.
void RunSteps(gst::Filter& filter, gst::Settings& settings, std::vector<char>& block) {
  gst::Timeline timeline(filter.format().rate_hz, filter.delay_samples());
  uint64_t time_ns = 0;
  for (size_t step = 0; step < 60; ++step) {
    const size_t samples = step % 9 == 8 ? kMostSamples : 1 + step * 97 % 1000;
    Turn(settings, step);
    const bool flag = step % 13 == 12;
    if (timeline.Judge(time_ns, flag, 0).kind == gst::Timeline::Verdict::kRestart) {
      const gst::Timeline::Part rest = timeline.Rest();
      filter.Flush(block.data(), rest);
      timeline.Clear();
    }
    filter.Process(block.data(), samples, settings);
    timeline.Take(samples, time_ns);
    double mean_db = 0.0;
    filter.TakeMeanSnr(mean_db);
    filter.local_snr_db();
    filter.heard_gain_db();
    time_ns +=
        gst::SamplesToNs(samples, filter.format().rate_hz) + (step % 12 == 11 ? 1'000'000 : 0);
  }
  filter.Reset();
}

TEST(GstreamerRealTime, TheElementsWorkMakesNoCalls) {
  std::string sentence;
  const plugin::SharedModel model =
      plugin::OpenSharedModel(DFN_SOURCE_DIR "/tests/data/tiny/dfn3", sentence);
  ASSERT_NE(model, nullptr) << sentence;
  for (const bool is_float : {true, false}) {
    for (const uint32_t rate_hz : {8000u, 44100u, 48000u, 192000u}) {
      for (const uint32_t channels : {1u, 2u, 8u}) {
        gst::Settings settings;
        const auto filter =
            gst::Filter::Create(model, settings, {is_float, rate_hz, channels}, sentence);
        ASSERT_NE(filter, nullptr) << sentence;
        // What Flush writes may be as long as the delay.
        std::vector<char> block((kMostSamples + filter->delay_samples()) *
                                filter->format().frame_bytes());
        {
          RealTimeScope scope;
          RunSteps(*filter, settings, block);
        }
        EXPECT_EQ(TakeTrapped(), "") << rate_hz << " Hz, " << channels << " channels";
      }
    }
  }
}

}  // namespace
}  // namespace dfn::test
