// Tests what the element tells and is told: latency, properties, messages, quality of service,
// errors.
#include <gst/controller/gstdirectcontrolbinding.h>
#include <gst/controller/gstinterpolationcontrolsource.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/parameters.h"
#include "gstreamer/harness.h"

namespace dfn::test {
namespace {

constexpr size_t kRateHz = 48000;

// The bus of an element, for its messages.
class Bus {
 public:
  explicit Bus(GstElement* element) : element_(element), bus_(gst_bus_new()) {
    gst_element_set_bus(element_, bus_);
  }
  ~Bus() {
    gst_element_set_bus(element_, nullptr);
    gst_object_unref(bus_);
  }
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;
  // The next message of these types, or null.
  GstMessage* Pop(GstMessageType types) { return gst_bus_pop_filtered(bus_, types); }

 private:
  GstElement* element_;
  GstBus* bus_;
};

TEST(GstElement, LatencyIsTheStreamsAndThatBeforeIt) {
  for (const size_t rate_hz : {8000, 44100, 48000, 192000}) {
    for (const bool spread : {false, true}) {
      const Format format = {rate_hz, 1, true};
      dfn_stream_options options = ElementOptions(format);
      if (spread) options = Spread(options);
      ElementHarness harness(format, spread ? "work-mode=spread" : "");
      gst_harness_set_upstream_latency(harness.get(), 20 * GST_MSECOND);
      harness.Push(TestSound(1, 100, 48000), 0);
      const uint64_t latency = gst_harness_query_latency(harness.get());
      const uint64_t delay = latency - 20 * GST_MSECOND;
      EXPECT_GE(delay, NsOf(LibraryDelay(options), rate_hz));
      EXPECT_LE(delay, NsOf(LibraryDelay(options), rate_hz) + 1);
      guint64 told = 0;
      g_object_get(harness.element(), "delay", &told, nullptr);
      EXPECT_EQ(told, delay);
    }
  }
}

TEST(GstElement, ANewLatencyIsAnnounced) {
  ElementHarness harness({});
  Bus bus(harness.element());
  const auto announced = [&bus] {
    GstMessage* message = bus.Pop(GST_MESSAGE_LATENCY);
    if (message != nullptr) gst_message_unref(message);
    return message != nullptr;
  };
  harness.Push(TestSound(1, 100, 48000), 0);
  while (announced()) {
  }
  gst_harness_set_src_caps_str(harness.get(), Format{16000, 1, true}.caps().c_str());
  EXPECT_TRUE(announced());
  gst_harness_set_src_caps_str(harness.get(), Format{16000, 2, true}.caps().c_str());
  EXPECT_FALSE(announced());
}

// A control that changes between two buffers changes at that sample.
TEST(GstElement, ControlsChangeWithTheNextBuffer) {
  const Format format = {kRateHz, 2, true};
  const Planar sound = TestSound(2, 48000, kRateHz);
  ElementHarness harness(format, "attenuation-limit=30");
  const auto push = [&](size_t begin, size_t end) {
    harness.PushAll(Part(sound, begin, end), NsOf(begin, kRateHz), {700});
  };
  push(0, 9800);
  g_object_set(harness.element(), "attenuation-limit", 6.0f, "post-filter", 0.02f, nullptr);
  push(9800, 21000);
  g_object_set(harness.element(), "bypass", TRUE, nullptr);
  push(21000, 28000);
  g_object_set(harness.element(), "bypass", FALSE, "level", DFN_LEVEL_FIXED, "level-gain", 12.0f,
               nullptr);
  push(28000, 48000);
  harness.End();
  const std::vector<char> expected =
      Aligned(format, sound,
              {{0,
                [](dfn_stream* s) {
                  dfn_stream_set_attenuation_limit_db(s, 30.0f);
                  dfn_stream_reset(s);
                }},
               {9800,
                [](dfn_stream* s) {
                  dfn_stream_set_attenuation_limit_db(s, 6.0f);
                  dfn_stream_set_post_filter_beta(s, 0.02f);
                }},
               {21000, [](dfn_stream* s) { dfn_stream_set_bypass(s, 1); }},
               {28000, [](dfn_stream* s) {
                  dfn_stream_set_bypass(s, 0);
                  dfn_stream_set_level(s, DFN_LEVEL_FIXED, 12.0f);
                }}});
  ExpectSame(format, expected, harness.TakeFrom(0));
}

// GStreamer's controllers set a property by the time in the stream.
TEST(GstElement, PropertiesFollowAController) {
  const Format format{};
  const Planar sound = TestSound(1, 48000, kRateHz);
  ElementHarness harness(format);
  GstControlSource* source = gst_interpolation_control_source_new();
  g_object_set(source, "mode", GST_INTERPOLATION_MODE_NONE, nullptr);
  auto* values = GST_TIMED_VALUE_CONTROL_SOURCE(source);
  gst_timed_value_control_source_set(values, 0, 1.0);                  // of the range: 100 dB
  gst_timed_value_control_source_set(values, 500 * GST_MSECOND, 0.1);  // 10 dB
  ASSERT_TRUE(gst_object_add_control_binding(
      GST_OBJECT(harness.element()),
      gst_direct_control_binding_new(GST_OBJECT(harness.element()), "attenuation-limit", source)));
  harness.PushAll(sound, 0, {480});
  harness.End();
  ExpectSame(
      format,
      Aligned(format, sound,
              {{24000, [](dfn_stream* s) { dfn_stream_set_attenuation_limit_db(s, 10.0f); }}}),
      harness.TakeFrom(0));
  gst_object_unref(source);
}

TEST(GstElement, MessagesTellTheLocalSnr) {
  ElementHarness harness({}, "post-messages=true interval=100000000");
  Bus bus(harness.element());
  harness.PushAll(TestSound(1, 48000, kRateHz), 2 * GST_SECOND, {480});
  uint64_t next = 2 * GST_SECOND;
  size_t count = 0;
  while (GstMessage* message = bus.Pop(GST_MESSAGE_ELEMENT)) {
    const GstStructure* s = gst_message_get_structure(message);
    EXPECT_STREQ(gst_structure_get_name(s), "deepfilter");
    guint64 timestamp = 0, stream_time = 0, running_time = 0, duration = 0;
    gdouble snr = 100.0, gain = 100.0;
    EXPECT_TRUE(gst_structure_get(
        s, "timestamp", G_TYPE_UINT64, &timestamp, "stream-time", G_TYPE_UINT64, &stream_time,
        "running-time", G_TYPE_UINT64, &running_time, "duration", G_TYPE_UINT64, &duration,
        "local-snr", G_TYPE_DOUBLE, &snr, "heard-gain", G_TYPE_DOUBLE, &gain, nullptr));
    EXPECT_EQ(timestamp, next);
    EXPECT_EQ(stream_time, next);
    EXPECT_EQ(running_time, next);
    EXPECT_EQ(duration, 100 * GST_MSECOND);
    EXPECT_GE(snr, plugin::kLocalSnr.minimum);
    EXPECT_LE(snr, plugin::kLocalSnr.maximum);
    EXPECT_GE(gain, -60.0);
    EXPECT_LE(gain, 60.0);
    next += duration;
    ++count;
    gst_message_unref(message);
  }
  EXPECT_EQ(count, 10u);

  g_object_set(harness.element(), "post-messages", FALSE, nullptr);
  harness.PushAll(TestSound(1, 48000, kRateHz), 3 * GST_SECOND, {480});
  EXPECT_EQ(bus.Pop(GST_MESSAGE_ELEMENT), nullptr);
}

// With qos=true a late buffer is dropped and told, and counts as a gap.
TEST(GstElement, LateBuffersAreDroppedOnRequest) {
  const Format format{};
  const Planar sound = TestSound(1, 48000, kRateHz);
  ElementHarness harness(format, "qos=true");
  Bus bus(harness.element());
  harness.PushAll(Part(sound, 0, 9600), 0, {960});
  // Everything up to 0.25 s is late.
  gst_harness_push_upstream_event(
      harness.get(),
      gst_event_new_qos(GST_QOS_TYPE_UNDERFLOW, 2.0, 50 * GST_MSECOND, 200 * GST_MSECOND));
  harness.PushAll(Part(sound, 9600, 48000), NsOf(9600, kRateHz), {960});
  harness.End();
  size_t dropped = 0;
  while (GstMessage* message = bus.Pop(GST_MESSAGE_QOS)) {
    ++dropped;
    gst_message_unref(message);
  }
  ASSERT_GT(dropped, 2u);
  Planar heard = sound;
  for (size_t i = 0; i < dropped * 960; ++i) heard[0][9600 + i] = 0.0f;
  ExpectSame(format, Aligned(format, heard), harness.TakeFrom(0));
}

std::string ErrorOf(Bus& bus) {
  GstMessage* message = bus.Pop(GST_MESSAGE_ERROR);
  if (message == nullptr) return "";
  GError* error = nullptr;
  gst_message_parse_error(message, &error, nullptr);
  const std::string said = error->message;
  g_error_free(error);
  gst_message_unref(message);
  return said;
}

TEST(GstElement, AMissingModelIsAnErrorWithTheLibrarysSentence) {
  GstElement* element = gst_element_factory_make("deepfilter", nullptr);
  g_object_set(element, "model", "/no/such/model", nullptr);
  {
    Bus bus(element);
    EXPECT_EQ(gst_element_set_state(element, GST_STATE_PAUSED), GST_STATE_CHANGE_FAILURE);
    EXPECT_NE(ErrorOf(bus).find("/no/such/model"), std::string::npos);
  }
  gst_element_set_state(element, GST_STATE_NULL);
  gst_object_unref(element);
}

TEST(GstElement, OptionsThatDoNotFitAreAnErrorWithTheLibrarysSentence) {
  GstElement* element = MakeElement("channel-mode=linked-mean");
  Bus bus(element);
  gst_element_set_state(element, GST_STATE_PAUSED);
  GstPad* pad = gst_element_get_static_pad(element, "sink");
  GstCaps* caps = gst_caps_from_string(Format{48000, 2, true}.caps().c_str());
  gst_pad_send_event(pad, gst_event_new_stream_start("a"));
  EXPECT_FALSE(gst_pad_send_event(pad, gst_event_new_caps(caps)));
  const std::string said = ErrorOf(bus);
  EXPECT_NE(said.find("profile libdf"), std::string::npos) << said;
  gst_caps_unref(caps);
  gst_object_unref(pad);
  gst_element_set_state(element, GST_STATE_NULL);
  gst_object_unref(element);
}

TEST(GstElement, PropertiesHaveTheParametersOfAllPlugins) {
  GstElement* element = gst_element_factory_make("deepfilter", nullptr);
  const auto expect = [element](const char* name, const plugin::Parameter& parameter) {
    GParamSpec* spec = g_object_class_find_property(G_OBJECT_GET_CLASS(element), name);
    ASSERT_NE(spec, nullptr) << name;
    EXPECT_EQ(G_PARAM_SPEC_FLOAT(spec)->minimum, parameter.minimum) << name;
    EXPECT_EQ(G_PARAM_SPEC_FLOAT(spec)->maximum, parameter.maximum) << name;
    EXPECT_TRUE(spec->flags & GST_PARAM_CONTROLLABLE) << name;
    gfloat value = -1.0f;
    g_object_get(element, name, &value, nullptr);
    EXPECT_EQ(value, parameter.default_value) << name;
    g_object_set(element, name, parameter.maximum, nullptr);
    g_object_get(element, name, &value, nullptr);
    EXPECT_EQ(value, parameter.maximum) << name;
  };
  expect("attenuation-limit", plugin::kAttenuationLimit);
  expect("post-filter", plugin::kPostFilterBeta);
  expect("min-threshold", plugin::kMinThreshold);
  expect("max-erb-threshold", plugin::kMaxErbThreshold);
  expect("max-df-threshold", plugin::kMaxDfThreshold);
  gst_object_unref(element);
}

// A stopped element begins anew, with other properties.
TEST(GstElement, PlaysAgainAfterAStop) {
  const Format format{};
  const Planar sound = TestSound(1, 9600, kRateHz);
  ElementHarness harness(format);
  harness.PushAll(sound, 0, {480});
  harness.Take();
  gst_element_set_state(harness.element(), GST_STATE_READY);
  guint64 delay = 1;
  g_object_get(harness.element(), "delay", &delay, nullptr);
  EXPECT_EQ(delay, 0u);
  gst_element_set_state(harness.element(), GST_STATE_PLAYING);
  harness.PushEvent(gst_event_new_stream_start("again"));
  GstCaps* caps = gst_caps_from_string(format.caps().c_str());
  harness.PushEvent(gst_event_new_caps(caps));
  gst_caps_unref(caps);
  harness.PushSegment(0);
  harness.PushAll(sound, 0, {480});
  harness.End();
  ExpectSame(format, Aligned(format, sound), harness.TakeFrom(0));
}

}  // namespace
}  // namespace dfn::test
