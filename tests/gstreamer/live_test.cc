// Tests that a live source's buffers come out of the element in time: a sink that drops every buffer
// that is late drops none.
#include <gst/gst.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>
#include <time.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "common/real_model.h"
#include "gstreamer/live.h"

namespace dfn::test {
namespace {

class Gstreamer : public testing::Environment {
 public:
  void SetUp() override {
    // The tests share a registry, which takes a second to make.
    const std::filesystem::path folder = std::filesystem::path(DFN_GST_PLUGIN).parent_path();
    setenv("GST_REGISTRY", (folder / "registry.bin").c_str(), 1);
    gst_init(nullptr, nullptr);
    GstPlugin* plugin = gst_plugin_load_file(DFN_GST_PLUGIN, nullptr);
    ASSERT_NE(plugin, nullptr);
    gst_object_unref(plugin);
  }
};
[[maybe_unused]] testing::Environment* const kGstreamer =
    testing::AddGlobalTestEnvironment(new Gstreamer);

constexpr int64_t kBufferNs = 10'000'000;
// A machine may be too busy with something else.
constexpr size_t kAttempts = 4;

int64_t ThreadNs() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

// What buffers are seen to do at the pads of the element.
struct Seen {
  GstElement* pipeline;
  size_t in = 0, out = 0;
  size_t late_in = 0;            // more than a buffer after the source had it whole
  int64_t latest_out_ns = 0;     // after its own time
  int64_t entered_ns = 0;        // by the thread's time
  int64_t greatest_work_ns = 0;  // of the thread, from pad to pad
  size_t dropped = 0;            // by the sink
};

// How long after its own time a buffer is seen.
int64_t Age(GstElement* pipeline, GstPadProbeInfo* info) {
  GstClock* clock = gst_element_get_clock(pipeline);
  const GstClockTime now = gst_clock_get_time(clock) - gst_element_get_base_time(pipeline);
  gst_object_unref(clock);
  return static_cast<int64_t>(now - GST_BUFFER_PTS(GST_PAD_PROBE_INFO_BUFFER(info)));
}

GstPadProbeReturn SeeIn(GstPad*, GstPadProbeInfo* info, gpointer data) {
  auto& seen = *static_cast<Seen*>(data);
  ++seen.in;
  seen.late_in += Age(seen.pipeline, info) > 2 * kBufferNs ? 1 : 0;
  seen.entered_ns = ThreadNs();
  return GST_PAD_PROBE_OK;
}

GstPadProbeReturn SeeOut(GstPad*, GstPadProbeInfo* info, gpointer data) {
  auto& seen = *static_cast<Seen*>(data);
  ++seen.out;
  seen.latest_out_ns = std::max(seen.latest_out_ns, Age(seen.pipeline, info));
  seen.greatest_work_ns = std::max(seen.greatest_work_ns, ThreadNs() - seen.entered_ns);
  return GST_PAD_PROBE_OK;
}

void Probe(GstElement* element, const char* name, GstPadProbeCallback callback, Seen& seen) {
  GstPad* pad = gst_element_get_static_pad(element, name);
  gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, callback, &seen, nullptr);
  gst_object_unref(pad);
}

// How long after its own time the pipeline plays a buffer.
int64_t LatencyNs(GstElement* pipeline) {
  GstQuery* query = gst_query_new_latency();
  GstClockTime least = 0;
  EXPECT_TRUE(gst_element_query(pipeline, query));
  gst_query_parse_latency(query, nullptr, &least, nullptr);
  gst_query_unref(query);
  return static_cast<int64_t>(least);
}

// Raises the priority of the pipeline's threads as they begin, as programs for live sound do; not
// everybody may.
GstBusSyncReply Raise(GstBus*, GstMessage* message, gpointer) {
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_STREAM_STATUS) {
    GstStreamStatusType type{};
    gst_message_parse_stream_status(message, &type, nullptr);
    sched_param parameter{};
    parameter.sched_priority = 10;
    if (type == GST_STREAM_STATUS_TYPE_ENTER) {
      pthread_setschedparam(pthread_self(), SCHED_RR, &parameter);
    }
  }
  return GST_BUS_PASS;
}

// Without optimisation the official model takes more time than there is.
bool UsesRealModel() {
#ifdef NDEBUG
  return RealModelPath("dfn3").has_value();
#else
  return false;
#endif
}

// Plays five seconds, and says what has been seen.
Seen Play() {
  GError* error = nullptr;
  GstElement* pipeline = gst_parse_launch(
      "audiotestsrc is-live=true num-buffers=500 samplesperbuffer=480 wave=pink-noise ! "
      "audio/x-raw,format=F32LE,rate=48000,channels=2 ! deepfilter name=filter ! queue ! "
      "fakesink name=end sync=true qos=true max-lateness=0",
      &error);
  Seen seen = {.pipeline = pipeline};
  EXPECT_EQ(error, nullptr) << error->message;
  if (error != nullptr) return seen;
  GstElement* filter = gst_bin_get_by_name(GST_BIN(pipeline), "filter");
  GstElement* sink = gst_bin_get_by_name(GST_BIN(pipeline), "end");
  if (!UsesRealModel()) {
    g_object_set(filter, "model", DFN_SOURCE_DIR "/tests/data/tiny/dfn3", nullptr);
  }
  Probe(filter, "sink", SeeIn, seen);
  Probe(filter, "src", SeeOut, seen);
  GstBus* bus = gst_element_get_bus(pipeline);
  gst_bus_set_sync_handler(bus, Raise, nullptr, nullptr);
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  GstMessage* message = gst_bus_timed_pop_filtered(
      bus, 60 * GST_SECOND, static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR));
  EXPECT_TRUE(message != nullptr && GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS);
  if (message != nullptr) gst_message_unref(message);

  GstStructure* stats = nullptr;
  g_object_get(sink, "stats", &stats, nullptr);
  guint64 dropped = 0;
  gst_structure_get(stats, "dropped", G_TYPE_UINT64, &dropped, nullptr);
  gst_structure_free(stats);
  seen.dropped = dropped;
  std::printf("%zu buffers, %zu came late, %zu were dropped; work %.2f ms at most; %.1f ms left\n",
              seen.in, seen.late_in, seen.dropped,
              1e-6 * static_cast<double>(seen.greatest_work_ns),
              1e-6 * static_cast<double>(LatencyNs(pipeline) - seen.latest_out_ns));
  gst_element_set_state(pipeline, GST_STATE_NULL);
  gst_object_unref(bus);
  gst_object_unref(sink);
  gst_object_unref(filter);
  gst_object_unref(pipeline);
  return seen;
}

TEST(GstLive, EveryBufferIsInTime) {
  DFN_ELEMENTS_OR_SKIP("audiotestsrc", "fakesink");
  for (size_t attempt = 1;; ++attempt) {
    const Seen seen = Play();
    EXPECT_EQ(seen.in, 500u);
    // The first three buffers are within the delay; what is left comes in one at the end.
    EXPECT_EQ(seen.out, 498u);
    EXPECT_LT(seen.greatest_work_ns, kBufferNs);
    if (seen.dropped == 0 || HasFailure()) return;
    if (attempt == kAttempts) {
      FAIL() << seen.dropped << " buffers were late";
    }
  }
}

}  // namespace
}  // namespace dfn::test
