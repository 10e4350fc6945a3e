// Tests that the element's samples are the library's without the delay, and its times exact, for
// all formats, rates and buffers.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <thread>
#include <tuple>
#include <vector>

#include "gstreamer/harness.h"

namespace dfn::test {
namespace {

constexpr uint64_t kStart = 7'123'456'789;

class GstSamplesTest : public testing::TestWithParam<std::tuple<size_t, size_t, bool>> {
 protected:
  Format format() const {
    const auto [rate_hz, channels, is_float] = GetParam();
    return {rate_hz, channels, is_float};
  }
};

TEST_P(GstSamplesTest, EqualTheLibrarysInLineWithTheInput) {
  ElementHarness harness(format());
  const Planar sound = TestSound(format().channels, format().rate_hz / 2 + 77,
                                 static_cast<double>(format().rate_hz));
  harness.PushAll(sound, kStart, {441, 1, 1024, 480, 32, 4096, 960});
  harness.End();
  ExpectSame(format(), Aligned(format(), sound), harness.TakeFrom(kStart));
}

INSTANTIATE_TEST_SUITE_P(EightRates, GstSamplesTest,
                         testing::Combine(testing::Values(8000, 16000, 22050, 32000, 44100, 48000,
                                                          96000, 192000),
                                          testing::Values(1, 2), testing::Bool()));
INSTANTIATE_TEST_SUITE_P(EightChannels, GstSamplesTest,
                         testing::Combine(testing::Values(48000), testing::Values(3, 8),
                                          testing::Bool()));

TEST(GstSamples, ASoundShorterThanTheDelayComesOutWhole) {
  for (const bool is_float : {true, false}) {
    const Format format = {48000, 2, is_float};
    for (const size_t samples : {1, 479, 480, 481, 1500}) {
      ElementHarness harness(format);
      const Planar sound = TestSound(2, samples, 48000);
      harness.PushAll(sound, 0, {480});
      harness.End();
      ExpectSame(format, Aligned(format, sound), harness.TakeFrom(0));
    }
  }
}

TEST(GstSamples, NoSoundGivesNoBuffers) {
  ElementHarness harness({});
  harness.End();
  EXPECT_TRUE(harness.Take().empty());
}

TEST(GstSamples, OffsetsCountAsTheInputs) {
  ElementHarness harness({});
  const Planar sound = TestSound(1, 9600, 48000);
  for (size_t at = 0; at < 9600; at += 960) {
    harness.Push(Part(sound, at, at + 960), NsOf(at, 48000), false, 5000 + at);
  }
  harness.End();
  uint64_t next = 5000;
  for (const Received& buffer : harness.Take()) {
    EXPECT_EQ(buffer.offset, next);
    next += buffer.bytes.size() / 4;
    EXPECT_EQ(buffer.offset_end, next);
  }
  EXPECT_EQ(next, 5000u + 9600);
}

// The profile, the channel mode and the precision are the stream's.
TEST(GstSamples, PropertiesReachTheStream) {
  const Format format = {48000, 2, true};
  const Planar sound = TestSound(2, 24000, 48000);
  const auto output = [&](const char* properties) {
    ElementHarness harness(format, properties);
    harness.PushAll(sound, 0, {480});
    harness.End();
    return harness.TakeFrom(0);
  };
  const std::vector<char> plain = output("");
  for (const char* properties :
       {"profile=libdf", "channel-mode=independent", "channel-mode=downmix", "precision=i8",
        "attenuation-limit=6", "post-filter=0.05", "level=fixed level-gain=20",
        "profile=libdf channel-mode=linked-mean"}) {
    EXPECT_NE(output(properties), plain) << properties;
  }
  EXPECT_EQ(output("work-mode=spread"), plain);
  EXPECT_EQ(output("bypass=true attenuation-limit=0"), ToBytes(format, sound));
}

// Another element may hold the same buffer, or memory that only reads.
TEST(GstSamples, ASharedBufferStaysAsItIs) {
  const Format format{};
  ElementHarness harness(format);
  const Planar sound = TestSound(1, 4800, 48000);
  std::vector<char> bytes = ToBytes(format, sound);
  const std::vector<char> before = bytes;
  GstBuffer* buffer = gst_buffer_new_wrapped_full(GST_MEMORY_FLAG_READONLY, bytes.data(),
                                                  bytes.size(), 0, bytes.size(), nullptr, nullptr);
  GST_BUFFER_PTS(buffer) = 0;
  EXPECT_EQ(gst_harness_push(harness.get(), gst_buffer_ref(buffer)), GST_FLOW_OK);
  harness.End();
  EXPECT_EQ(bytes, before);
  EXPECT_EQ(gst_buffer_get_size(buffer), bytes.size());
  EXPECT_EQ(GST_BUFFER_PTS(buffer), 0u);
  gst_buffer_unref(buffer);
  ExpectSame(format, Aligned(format, sound), harness.TakeFrom(0));
}

// Elements share a model, and nothing else.
TEST(GstSamples, ManyElementsAtOnce) {
  const Format format{};
  const Planar sound = TestSound(1, 24000, 48000);
  const std::vector<char> expected = Aligned(format, sound);
  std::vector<std::vector<char>> found(20);
  std::vector<std::thread> threads;
  for (std::vector<char>& output : found) {
    threads.emplace_back([&] {
      ElementHarness harness(format);
      harness.PushAll(sound, 0, {480});
      harness.End();
      output = harness.TakeFrom(0);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<char>& output : found) ExpectSame(format, expected, output);
}

// Numbers that are no sound count as 0, as in the library.
TEST(GstSamples, BadSamplesDoNoHarm) {
  const Format format{};
  ElementHarness harness(format);
  Planar sound = TestSound(1, 9600, 48000);
  sound[0][1000] = NAN;
  sound[0][1001] = INFINITY;
  sound[0][1002] = 1e30f;
  harness.PushAll(sound, 0, {480});
  harness.End();
  ExpectSame(format, Aligned(format, sound), harness.TakeFrom(0));
}

}  // namespace
}  // namespace dfn::test
