// Runs the WebRTC pipeline of docs/gstreamer.md against a second peer in the same process: the sound
// of a test source in place of the microphone goes through the element, Opus and encrypted RTP.
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <string>
#include <utility>

#include "gstreamer/documented.h"
#include "gstreamer/live.h"

namespace dfn::test {
namespace {

// Exchanges the descriptions and candidates of two peers, as a program's signalling does. The types
// of webrtcbin are not named, so that its headers need not be there.
class Signalling {
 public:
  Signalling(GstElement* caller, GstElement* callee) : caller_(caller), callee_(callee) {
    g_signal_connect(caller_, "on-negotiation-needed", G_CALLBACK(+[](GstElement*, gpointer self) {
                       static_cast<Signalling*>(self)->Offer();
                     }),
                     this);
    g_signal_connect(caller_, "on-ice-candidate", G_CALLBACK(PassCandidate), callee_);
    g_signal_connect(callee_, "on-ice-candidate", G_CALLBACK(PassCandidate), caller_);
  }

 private:
  static void PassCandidate(GstElement*, guint line, gchar* candidate, gpointer other) {
    g_signal_emit_by_name(other, "add-ice-candidate", line, candidate);
  }
  void Offer() {
    g_signal_emit_by_name(caller_, "create-offer", nullptr,
                          gst_promise_new_with_change_func(
                              +[](GstPromise* promise, gpointer self) {
                                auto* s = static_cast<Signalling*>(self);
                                Describe(promise, "offer", s->caller_, s->callee_);
                                s->Answer();
                              },
                              this, nullptr));
  }
  void Answer() {
    g_signal_emit_by_name(callee_, "create-answer", nullptr,
                          gst_promise_new_with_change_func(
                              +[](GstPromise* promise, gpointer self) {
                                auto* s = static_cast<Signalling*>(self);
                                Describe(promise, "answer", s->callee_, s->caller_);
                              },
                              this, nullptr));
  }
  // Gives the description in the reply to its own peer and to the other one.
  static void Describe(GstPromise* promise, const char* field, GstElement* own, GstElement* other) {
    const GstStructure* reply = gst_promise_get_reply(promise);
    const GValue* value = gst_structure_get_value(reply, field);
    gpointer description = g_value_get_boxed(value);
    // Both peers do one thing after the other, so that nobody needs to wait; this may be the thread
    // of either of them.
    for (const auto& [peer, signal] :
         {std::pair{own, "set-local-description"}, std::pair{other, "set-remote-description"}}) {
      GstPromise* done = gst_promise_new();
      g_signal_emit_by_name(peer, signal, description, done);
      gst_promise_unref(done);
    }
    gst_promise_unref(promise);
  }

  GstElement* caller_;
  GstElement* callee_;
};

// Counts the packets of sound that the callee gets.
void CountFrom(GstElement*, GstPad* pad, gpointer count) {
  GstElement* pipeline = GST_ELEMENT(gst_pad_get_parent(pad));
  GstElement* bin = GST_ELEMENT(gst_element_get_parent(pipeline));
  GstElement* sink = gst_element_factory_make("fakesink", nullptr);
  g_object_set(sink, "signal-handoffs", TRUE, "sync", FALSE, nullptr);
  g_signal_connect(sink, "handoff", G_CALLBACK(+[](GstElement*, GstBuffer*, GstPad*, gpointer n) {
                     ++*static_cast<std::atomic<size_t>*>(n);
                   }),
                   count);
  gst_bin_add(GST_BIN(bin), sink);
  gst_element_sync_state_with_parent(sink);
  GstPad* sink_pad = gst_element_get_static_pad(sink, "sink");
  EXPECT_EQ(gst_pad_link(pad, sink_pad), GST_PAD_LINK_OK);
  gst_object_unref(sink_pad);
  gst_object_unref(bin);
  gst_object_unref(pipeline);
}

TEST(GstWebrtc, TheDocumentedPipelineReachesAPeer) {
  DFN_ELEMENTS_OR_SKIP("webrtcbin", "nicesink", "dtlsenc", "srtpenc", "opusenc", "rtpopuspay");
  std::string text = Documented("webrtcbin");
  ASSERT_NE(text.find("pulsesrc"), std::string::npos);
  text.replace(text.find("pulsesrc"), 8, "audiotestsrc is-live=true samplesperbuffer=480");
  text.replace(text.find("deepfilter "), 11,
               "deepfilter model=" DFN_SOURCE_DIR "/tests/data/tiny/dfn3 ");
  GError* error = nullptr;
  GstElement* pipeline = gst_parse_launch((text + " webrtcbin name=peer").c_str(), &error);
  ASSERT_NE(pipeline, nullptr);
  ASSERT_EQ(error, nullptr) << error->message;
  GstElement* caller = gst_bin_get_by_name(GST_BIN(pipeline), "call");
  GstElement* callee = gst_bin_get_by_name(GST_BIN(pipeline), "peer");
  std::atomic<size_t> packets = 0;
  Signalling signalling(caller, callee);
  g_signal_connect(callee, "pad-added", G_CALLBACK(CountFrom), &packets);
  gst_element_set_state(pipeline, GST_STATE_PLAYING);

  size_t messages = 0;
  GstBus* bus = gst_element_get_bus(pipeline);
  constexpr size_t kWanted = 50;  // a second
  for (size_t waits = 0; packets < kWanted && waits < 600; ++waits) {
    GstMessage* message = gst_bus_timed_pop_filtered(
        bus, 100 * GST_MSECOND,
        static_cast<GstMessageType>(GST_MESSAGE_ERROR | GST_MESSAGE_ELEMENT));
    if (message == nullptr) continue;
    EXPECT_NE(GST_MESSAGE_TYPE(message), GST_MESSAGE_ERROR);
    messages += gst_message_has_name(message, "deepfilter") ? 1 : 0;
    gst_message_unref(message);
  }
  EXPECT_GE(packets, kWanted);
  EXPECT_GT(messages, 0u);
  gst_element_set_state(pipeline, GST_STATE_NULL);
  gst_object_unref(bus);
  gst_object_unref(caller);
  gst_object_unref(callee);
  gst_object_unref(pipeline);
}

}  // namespace
}  // namespace dfn::test
