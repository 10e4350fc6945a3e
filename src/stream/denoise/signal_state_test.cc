#include "stream/denoise/signal_state.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "stream/testing/fake_network.h"

namespace dfn {
namespace {

TEST(FrameTrackTest, GivesTheSameHistoryForAnyCut) {
  constexpr size_t kHistory = 3, kWidth = 2, kFrames = 10;
  for (size_t chunk : {1, 2, 3, 4, 10}) {
    FrameTrack track(kHistory, kFrames, kWidth);
    std::vector<float> state(kHistory * kWidth, -1.0f);
    for (size_t first = 0; first < kFrames; first += chunk) {
      const size_t frames = std::min(chunk, kFrames - first);
      track.Load(state.data());
      for (size_t i = 0; i < frames; ++i) {
        track.At(i)[0] = static_cast<float>(first + i);
        track.At(i)[1] = 0.5f;
        for (size_t back = 0; back <= kHistory; ++back) {
          const bool before = back > first + i;
          EXPECT_EQ(track.At(i, back)[0], before ? -1.0f : static_cast<float>(first + i - back));
        }
      }
      track.Store(frames, state.data());
    }
    EXPECT_EQ(state, (std::vector<float>{7.0f, 0.5f, 8.0f, 0.5f, 9.0f, 0.5f})) << chunk;
  }
}

TEST(SignalViewTest, PointsAtTheLayoutsEntries) {
  const Config config = SmallConfig(Family::kDeepFilterNet3, 2, 2);
  const StateLayout layout = SignalStateLayout(config);
  std::vector<float> block(layout.size());
  layout.Reset(block.data());
  const SignalView view = ViewSignalState(layout, block.data());
  EXPECT_EQ(view.erb_mean[0], -60.0f);
  EXPECT_EQ(view.spec_mean[0], 0.001f);
  EXPECT_EQ(view.noisy, block.data() + layout.Find("spec.noisy")->offset);
  // Without waiting frames the layout has none of these.
  EXPECT_EQ(view.masked, nullptr);
  EXPECT_EQ(view.coefs, nullptr);
  EXPECT_EQ(view.stage, nullptr);
}

}  // namespace
}  // namespace dfn
