// Tests that what the OBS filter does on the source's thread makes no calls to the system, also
// while one stream takes another's place.
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "obs/engine.h"
#include "rt/trap.h"

namespace dfn::test {
namespace {

constexpr size_t kMostSamples = 5000;

TEST(ObsRealTime, TheFiltersWorkMakesNoCalls) {
  for (const uint32_t rate_hz : {8000u, 44100u, 48000u, 192000u}) {
    for (const uint32_t channels : {1u, 2u, 8u}) {
      obs::Controls controls;
      obs::Relay relay;
      std::vector<float> samples(channels * kMostSamples, 0.1f);
      std::array<float*, obs::kMostChannels> planes{};
      for (size_t c = 0; c < channels; ++c) planes[c] = samples.data() + c * kMostSamples;
      for (size_t change = 0; change < 6; ++change) {
        // A slower model, a faster one, other modes.
        obs::Make make;
        make.rate_hz = rate_hz;
        make.channels = channels;
        make.model = DFN_SOURCE_DIR "/tests/data/tiny/";
        make.model += change % 2 == 0 ? "dfn3" : "dfn2";
        if (change % 3 == 1) make.channel_mode = DFN_CHANNELS_DOWNMIX;
        std::string sentence;
        std::unique_ptr<obs::Engine> engine = obs::Engine::Create(make, controls, sentence);
        ASSERT_NE(engine, nullptr) << sentence;
        relay.Offer(std::move(engine));
        {
          RealTimeScope scope;
          if (relay.empty()) relay.Restart();
          for (size_t step = 0; step < 40; ++step) {
            controls.attenuation_limit_db = step % 3 == 0 ? 100.0f : 12.0f;
            controls.post_filter_beta = step % 2 == 0 ? 0.0f : 0.05f;
            controls.auto_level = step % 5 != 0;
            controls.bypass = step % 11 == 0;
            relay.Process(planes.data(), step % 9 == 8 ? kMostSamples : 1 + step * 97 % 1000,
                          controls);
            if (step == 30 && change == 4) relay.Restart();
          }
        }
        EXPECT_EQ(TakeTrapped(), "") << rate_hz << " Hz, " << channels << " channels";
      }
    }
  }
}

}  // namespace
}  // namespace dfn::test
