// Tests what happens to samples and times where the input's time is not that of one sound without
// end: seeks, segments, gaps, discontinuities, drift, other formats.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "gstreamer/harness.h"

namespace dfn::test {
namespace {

constexpr size_t kRateHz = 48000;
constexpr uint64_t kMs = GST_MSECOND;

class GstTimeTest : public testing::Test {
 protected:
  const Format format_{};
  const Planar sound_ = TestSound(1, 48000, kRateHz);
  const Planar first_ = Part(sound_, 0, 20000), second_ = Part(sound_, 20000, 48000);
};

// What was inside before the seek never comes out.
TEST_F(GstTimeTest, AFlushBeginsAnew) {
  ElementHarness harness(format_);
  harness.PushAll(first_, 0, {960});
  harness.Take();
  harness.PushEvent(gst_event_new_flush_start());
  harness.PushEvent(gst_event_new_flush_stop(TRUE));
  harness.PushSegment(5 * GST_SECOND);
  harness.PushAll(second_, 5 * GST_SECOND, {1024});
  harness.End();
  ExpectSame(format_, Aligned(format_, second_), harness.TakeFrom(5 * GST_SECOND));
}

TEST_F(GstTimeTest, ANewSegmentEndsTheSoundBeforeIt) {
  ElementHarness harness(format_);
  harness.PushAll(first_, 0, {960});
  harness.PushSegment(5 * GST_SECOND);
  ExpectSame(format_, Aligned(format_, first_), harness.TakeFrom(0));
  harness.PushAll(second_, 5 * GST_SECOND, {960});
  harness.End();
  ExpectSame(format_, Aligned(format_, second_), harness.TakeFrom(5 * GST_SECOND));
}

// Some sources send the segment again, which changes nothing.
TEST_F(GstTimeTest, TheSameSegmentAgainChangesNothing) {
  ElementHarness harness(format_);
  harness.PushAll(first_, 0, {960});
  harness.PushSegment(0);
  harness.PushAll(second_, NsOf(20000, kRateHz), {960});
  harness.End();
  ExpectSame(format_, Aligned(format_, sound_), harness.TakeFrom(0));
}

TEST_F(GstTimeTest, AShortGapIsSilence) {
  ElementHarness harness(format_);
  harness.PushAll(first_, 0, {960});
  const uint64_t later = NsOf(20000 + 7200, kRateHz);  // 150 ms
  harness.Push(Part(second_, 0, 960), later, true);
  harness.PushAll(Part(second_, 960, 28000), NsOf(20000 + 7200 + 960, kRateHz), {960});
  harness.End();
  ExpectSame(format_, Aligned(format_, Joined(Joined(first_, Silence(1, 7200)), second_)),
             harness.TakeFrom(0));
}

TEST_F(GstTimeTest, ALongGapBeginsAnew) {
  for (const char* properties : {"", "max-gap=0"}) {
    ElementHarness harness(format_, properties);
    harness.PushAll(first_, 0, {960});
    const uint64_t gap_ns = *properties == '\0' ? 300 * kMs : 150 * kMs;
    const uint64_t later = NsOf(20000, kRateHz) + gap_ns;
    harness.Push(Part(second_, 0, 960), later, true);
    harness.PushAll(Part(second_, 960, 28000), later + NsOf(960, kRateHz), {960});
    harness.End();
    std::vector<Received> buffers = harness.Take();
    std::vector<Received> before, after;
    for (Received& buffer : buffers) {
      (buffer.pts < later ? before : after).push_back(std::move(buffer));
    }
    ExpectSame(format_, Aligned(format_, first_), BytesOf(before));
    ExpectSame(format_, Aligned(format_, second_), BytesOf(after));
    EXPECT_EQ(after.front().pts, later);
    EXPECT_TRUE(after.front().discont);
  }
}

TEST_F(GstTimeTest, AStepBackBeginsAnew) {
  ElementHarness harness(format_);
  harness.PushAll(first_, GST_SECOND, {960});
  harness.Push(second_, 500 * kMs, true);
  harness.End();
  const std::vector<Received> buffers = harness.Take();
  ExpectSame(format_, Aligned(format_, first_) + Aligned(format_, second_), BytesOf(buffers));
  EXPECT_EQ(buffers.front().pts, GST_SECOND);
  // The last two are the second sound, whose end comes out with the stream's.
  EXPECT_EQ(buffers[buffers.size() - 2].pts, 500 * kMs);
}

// The flag alone, where times go on, does no harm.
TEST_F(GstTimeTest, ADiscontinuityWithoutAGapChangesNothing) {
  ElementHarness harness(format_);
  harness.PushAll(first_, 0, {960});
  harness.Push(second_, NsOf(20000, kRateHz), true);
  harness.End();
  ExpectSame(format_, Aligned(format_, sound_), harness.TakeFrom(0));
}

TEST_F(GstTimeTest, AShortGapEventIsSilence) {
  ElementHarness harness(format_);
  harness.PushAll(first_, 0, {960});
  for (size_t i = 0; i < 10; ++i) {  // many short ones make a long one, as from a decoder
    harness.PushEvent(gst_event_new_gap(NsOf(20000 + i * 4800, kRateHz), 100 * kMs));
  }
  harness.PushAll(second_, NsOf(20000 + 48000, kRateHz), {960});
  harness.End();
  ExpectSame(format_, Aligned(format_, Joined(Joined(first_, Silence(1, 48000)), second_)),
             harness.TakeFrom(0));
}

TEST_F(GstTimeTest, ALongGapEventComesAfterTheSoundBeforeIt) {
  ElementHarness harness(format_);
  harness.PushAll(first_, 0, {960});
  while (GstEvent* event = gst_harness_try_pull_event(harness.get())) gst_event_unref(event);
  harness.PushEvent(gst_event_new_gap(NsOf(20000, kRateHz), GST_SECOND));
  ExpectSame(format_, Aligned(format_, first_), harness.TakeFrom(0));
  GstEvent* event = gst_harness_try_pull_event(harness.get());
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(GST_EVENT_TYPE(event), GST_EVENT_GAP);
  gst_event_unref(event);
  const uint64_t later = NsOf(20000, kRateHz) + GST_SECOND;
  harness.PushAll(second_, later, {960});
  harness.End();
  ExpectSame(format_, Aligned(format_, second_), harness.TakeFrom(later));
}

// Sources round their times and clocks drift: each sample leaves with the time that it came with.
TEST_F(GstTimeTest, JitterAndDriftGoThrough) {
  ElementHarness harness(format_);
  constexpr size_t kBuffer = 960;
  std::vector<uint64_t> times;
  for (size_t at = 0; at < 48000; at += kBuffer) {
    const uint64_t jitter = at / kBuffer % 3 * kMs;     // 0, 1, 2 ms
    const uint64_t drift = at / kBuffer * 50'000 * 20;  // 1 ms a buffer: 50 ms in all
    times.push_back(NsOf(at, kRateHz) + jitter + drift);
    harness.Push(Part(sound_, at, at + kBuffer), times.back());
  }
  harness.End();
  uint64_t sample = 0;
  const std::vector<Received> buffers = harness.Take();
  for (const Received& buffer : buffers) {
    EXPECT_EQ(buffer.pts, times[sample / kBuffer] + NsOf(sample % kBuffer, kRateHz)) << sample;
    sample += buffer.bytes.size() / 4;
  }
  ExpectSame(format_, Aligned(format_, sound_), BytesOf(buffers));
}

// Some sources stamp buffers as they arrive, on a machine that is busy now and then.
TEST_F(GstTimeTest, ABufferThatCameLateIsNoGap) {
  ElementHarness harness(format_);
  constexpr size_t kBuffer = 2400;
  for (size_t at = 0; at < 48000; at += kBuffer) {
    const uint64_t late_ns = at == 9600 ? 300 * kMs : 0;
    harness.Push(Part(sound_, at, at + kBuffer), NsOf(at, kRateHz) + late_ns);
  }
  harness.End();
  ExpectSame(format_, Aligned(format_, sound_), BytesOf(harness.Take()));
}

// A sink plays what has no time at once, where a time that was made up could be too late for it.
TEST_F(GstTimeTest, BuffersWithoutTimesFollowEachOtherWithout) {
  ElementHarness harness(format_);
  harness.Push(Part(sound_, 0, 10000), GST_SECOND);
  harness.Push(Part(sound_, 10000, 30000), ElementHarness::kNone);
  harness.Push(Part(sound_, 30000, 48000), 5 * GST_SECOND);
  harness.End();
  const std::vector<Received> buffers = harness.Take();
  ExpectSame(format_, Aligned(format_, sound_), BytesOf(buffers));
  ASSERT_EQ(buffers.size(), 4u);
  const uint64_t delay = LibraryDelay(ElementOptions(format_));
  EXPECT_EQ(buffers[0].pts, GST_SECOND);
  EXPECT_EQ(buffers[1].pts, GST_SECOND + NsOf(10000 - delay, kRateHz));
  EXPECT_EQ(buffers[2].pts, GST_CLOCK_TIME_NONE);
  EXPECT_EQ(buffers[3].pts, 5 * GST_SECOND + NsOf(18000 - delay, kRateHz));

  ElementHarness timeless(format_);
  timeless.Push(sound_, ElementHarness::kNone);
  timeless.End();
  const std::vector<Received> none = timeless.Take();
  ExpectSame(format_, Aligned(format_, sound_), BytesOf(none));
  for (const Received& buffer : none) EXPECT_EQ(buffer.pts, GST_CLOCK_TIME_NONE);
}

TEST_F(GstTimeTest, AnotherFormatEndsTheSoundBeforeIt) {
  ElementHarness harness(format_);
  harness.PushAll(first_, 0, {960});
  const Format next = {16000, 2, false};
  gst_harness_set_src_caps_str(harness.get(), next.caps().c_str());
  ExpectSame(format_, Aligned(format_, first_), harness.TakeFrom(0));
  const Planar sound = TestSound(2, 8000, 16000);
  const std::vector<char> bytes = ToBytes(next, sound);
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, bytes.size(), nullptr);
  gst_buffer_fill(buffer, 0, bytes.data(), bytes.size());
  GST_BUFFER_PTS(buffer) = NsOf(20000, kRateHz);
  EXPECT_EQ(gst_harness_push(harness.get(), buffer), GST_FLOW_OK);
  harness.End();
  ExpectSame(next, Aligned(next, sound), BytesOf(harness.Take()));
}

// Caps that are sent again, or a new negotiation that ends as before, do not touch the sound.
TEST_F(GstTimeTest, TheSameFormatAgainChangesNothing) {
  ElementHarness harness(format_);
  harness.PushAll(first_, 0, {960});
  GstCaps* caps = gst_caps_from_string(format_.caps().c_str());
  harness.PushEvent(gst_event_new_caps(caps));
  gst_caps_unref(caps);
  gst_harness_push_upstream_event(harness.get(), gst_event_new_reconfigure());
  harness.PushAll(second_, NsOf(20000, kRateHz), {960});
  harness.End();
  ExpectSame(format_, Aligned(format_, sound_), harness.TakeFrom(0));
}

// The sound after digital silence is still on its way when buffers are flagged as silence.
TEST_F(GstTimeTest, BuffersOfSilenceAreNotMarkedAsSuch) {
  ElementHarness harness(format_);
  harness.PushAll(first_, 0, {960});
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, 4 * 4800, nullptr);
  gst_buffer_memset(buffer, 0, 0, 4 * 4800);
  GST_BUFFER_PTS(buffer) = NsOf(20000, kRateHz);
  GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_GAP);
  EXPECT_EQ(gst_harness_push(harness.get(), buffer), GST_FLOW_OK);
  harness.End();
  const std::vector<Received> buffers = harness.Take();
  for (const Received& one : buffers) EXPECT_FALSE(one.gap);
  ExpectSame(format_, Aligned(format_, Joined(first_, Silence(1, 4800))), BytesOf(buffers));
}

// Backward, sound passes as it is.
TEST_F(GstTimeTest, BackwardPlaybackPassesThrough) {
  ElementHarness harness(format_);
  harness.PushAll(first_, 0, {960});
  harness.PushSegment(0, -1.0);
  harness.Take();
  harness.Push(second_, 10 * GST_SECOND);
  harness.Push(first_, 9 * GST_SECOND);
  const std::vector<Received> buffers = harness.Take();
  ASSERT_EQ(buffers.size(), 2u);
  EXPECT_EQ(buffers[0].pts, 10 * GST_SECOND);
  EXPECT_EQ(buffers[1].pts, 9 * GST_SECOND);
  ExpectSame(format_, ToBytes(format_, Joined(second_, first_)), BytesOf(buffers));
}

}  // namespace
}  // namespace dfn::test
