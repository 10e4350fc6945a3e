// Tests the element with long sequences of random buffers, gaps, events and properties: whatever
// comes, each sample that went in comes out once, at its time, and nothing else but the silence of
// short gaps.
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "base/noise.h"
#include "gstreamer/harness.h"

namespace dfn::test {
namespace {

constexpr size_t kSteps = 400;

class RandomSource {
 public:
  RandomSource(uint32_t seed, const Format& format)
      : format_(format), harness_(format), noise_(seed) {}

  void Run() {
    for (size_t step = 0; step < kSteps; ++step) {
      Step();
      Look();
    }
    harness_.End();
    Look();
    // A gap's last sample may be rounded up or down.
    EXPECT_NEAR(static_cast<double>(out_), static_cast<double>(in_), static_cast<double>(gaps_));
  }

 private:
  uint32_t Below(uint32_t end) { return (noise_.NextBits() >> 8) % end; }
  uint64_t Ns(uint64_t samples) const { return NsOf(samples, format_.rate_hz); }

  void Step() {
    switch (Below(16)) {
      case 0:  // a short gap
        time_ += (2 + Below(190)) * GST_MSECOND;
        discont_ = true;
        break;
      case 1:  // a long gap
        time_ += (300 + Below(3000)) * GST_MSECOND;
        discont_ = true;
        break;
      case 2: {  // back in time, but not before the segment, where sound is left out
        const uint64_t back = (2 + Below(1000)) * GST_MSECOND;
        if (time_ >= start_ + back) time_ -= back;
        discont_ = true;
        break;
      }
      case 3:  // a segment that begins elsewhere
        time_ += (1 + Below(5)) * GST_SECOND;
        start_ = time_;
        harness_.PushSegment(start_);
        inside_ = false;
        break;
      case 4:  // a gap event, long enough to end the sound
        harness_.PushEvent(gst_event_new_gap(time_, GST_SECOND));
        time_ += GST_SECOND;
        inside_ = CountGap();
        next_ = time_;
        break;
      case 5:
        Turn();
        break;
      default:
        Push();
    }
  }

  // A short gap up to time_ comes out as silence; what is shorter than a rounding is none. Returns
  // whether the sound goes on.
  bool CountGap() {
    if (!inside_ || time_ + GST_MSECOND < next_ || time_ > next_ + 200 * GST_MSECOND) return false;
    if (time_ > next_ + GST_MSECOND) {
      in_ += (time_ - next_) * format_.rate_hz / GST_SECOND;
      ++gaps_;
    }
    return true;
  }

  void Push() {
    const size_t samples = 1 + Below(Below(4) == 0 ? 20000 : 1500);
    Planar sound(format_.channels, std::vector<float>(samples));
    for (std::vector<float>& channel : sound) {
      for (float& sample : channel) sample = 0.2f * noise_.Next();
    }
    CountGap();
    EXPECT_EQ(harness_.Push(sound, time_, discont_), GST_FLOW_OK);
    time_ += Ns(samples);
    in_ += samples;
    next_ = time_;
    discont_ = false;
    inside_ = true;
  }

  void Turn() {
    GObject* element = G_OBJECT(harness_.element());
    g_object_set(element, "attenuation-limit", static_cast<gfloat>(Below(101)), "post-filter",
                 static_cast<gfloat>(Below(51)) / 1000.0f, "bypass", Below(2) == 0, "post-messages",
                 Below(2) == 0, "level-gain", static_cast<gfloat>(Below(60)), nullptr);
    gst_util_set_object_arg(element, "level",
                            std::vector<const char*>{"keep", "auto", "fixed", "default"}[Below(4)]);
  }

  // Checks what has come out.
  void Look() {
    for (const Received& buffer : harness_.Take()) {
      const size_t samples = buffer.bytes.size() / format_.frame_bytes();
      ASSERT_EQ(samples * format_.frame_bytes(), buffer.bytes.size());
      ASSERT_GT(samples, 0u);
      ASSERT_NE(buffer.pts, GST_CLOCK_TIME_NONE);
      ASSERT_LE(buffer.pts, time_ + 30 * GST_SECOND);
      EXPECT_EQ(buffer.duration, Ns(samples));
      for (size_t i = 0; format_.is_float && i + 4 <= buffer.bytes.size(); i += 4) {
        float sample = 0.0f;
        std::memcpy(&sample, buffer.bytes.data() + i, 4);
        ASSERT_TRUE(std::isfinite(sample));
        ASSERT_LT(std::abs(sample), 4.0f);
      }
      out_ += samples;
    }
  }

  const Format format_;
  ElementHarness harness_;
  NoiseGenerator noise_;
  uint64_t time_ = 5 * GST_SECOND, next_ = 0, start_ = 0;
  bool discont_ = false, inside_ = false;
  uint64_t in_ = 0, out_ = 0, gaps_ = 0;
};

TEST(GstRandom, EverySampleComesOutOnce) {
  for (uint32_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const size_t rates[] = {48000, 16000, 44100, 8000};
    RandomSource(seed, {rates[seed % 4], 1 + seed % 3, seed % 2 == 0}).Run();
  }
}

}  // namespace
}  // namespace dfn::test
