// The element in a GstHarness, and what it should put out.
#ifndef DEEPFILTER_TESTS_GSTREAMER_HARNESS_H_
#define DEEPFILTER_TESTS_GSTREAMER_HARNESS_H_

#include <gst/check/gstharness.h>
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "deepfilter/deepfilter.h"
#include "plugins/planar.h"

namespace dfn::test {

// A small model, in which everything runs.
inline constexpr char kTinyModel[] = DFN_SOURCE_DIR "/tests/data/tiny/dfn3";

struct Format {
  size_t rate_hz = 48000;
  size_t channels = 1;
  bool is_float = true;
  size_t frame_bytes() const { return channels * (is_float ? 4 : 2); }
  std::string caps() const;
};

// The library's options that match the element's properties.
dfn_stream_options ElementOptions(const Format& format);

// `sound` as the element hears it and as it gives it back: float samples, or those rounded to 16
// bits, interleaved.
std::vector<char> ToBytes(const Format& format, const Planar& sound);

// What the library makes of a whole sound in the stream's way: its output in line with the input.
std::vector<char> Aligned(const Format& format, const Planar& sound,
                          const std::vector<Change>& changes = {});

Planar Part(const Planar& sound, size_t begin, size_t end);
Planar Joined(const Planar& first, const Planar& second);
Planar Silence(size_t channels, size_t samples);
std::vector<char> operator+(std::vector<char> first, const std::vector<char>& second);

uint64_t NsOf(uint64_t samples, size_t rate_hz);

// One buffer as it came out.
struct Received {
  uint64_t pts, duration, offset, offset_end;
  bool discont, gap;
  std::vector<char> bytes;
};

// An element with the small model. `properties` are as gst-launch takes them: "bypass=true
// level=keep".
GstElement* MakeElement(const std::string& properties);

// An element between two pads of its own.
class ElementHarness {
 public:
  explicit ElementHarness(const Format& format, const std::string& properties = "");
  ~ElementHarness();
  ElementHarness(const ElementHarness&) = delete;
  ElementHarness& operator=(const ElementHarness&) = delete;

  GstHarness* get() { return harness_; }
  GstElement* element() { return harness_->element; }
  const Format& format() const { return format_; }

  // One buffer with these samples. kNone: without a time.
  static constexpr uint64_t kNone = GST_CLOCK_TIME_NONE;
  GstFlowReturn Push(const Planar& sound, uint64_t pts, bool discont = false,
                     uint64_t offset = GST_BUFFER_OFFSET_NONE);
  // The sound in buffers of these lengths, again and again, at exact times from `pts` on.
  void PushAll(const Planar& sound, uint64_t pts, const std::vector<size_t>& lengths);
  void PushEvent(GstEvent* event) { EXPECT_TRUE(gst_harness_push_event(harness_, event)); }
  void PushSegment(uint64_t start, double rate = 1.0);
  void End() { PushEvent(gst_event_new_eos()); }

  // The buffers that have come out since the last call.
  std::vector<Received> Take();
  // Their samples, after checking that their times follow each other without a gap from `pts` on.
  std::vector<char> TakeFrom(uint64_t pts);

 private:
  Format format_;
  GstHarness* harness_;
};

std::vector<char> BytesOf(const std::vector<Received>& buffers);
// Expects the same bits, and tells the first sample that differs.
void ExpectSame(const Format& format, const std::vector<char>& expected,
                const std::vector<char>& found);

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_GSTREAMER_HARNESS_H_
