// Tests seeks of an application in a whole pipeline: the sound after a seek is that of the library
// for the file from there on.
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#include <vector>

#include "base/testing/scratch_folder.h"
#include "gstreamer/live.h"
#include "plugins/host_programs.h"
#include "plugins/planar.h"

namespace dfn::test {
namespace {

constexpr size_t kRateHz = 48000;
constexpr char kTinyModel[] = DFN_SOURCE_DIR "/tests/data/tiny/dfn3";

// What has come to a sink: samples, and the time of the first.
struct Heard {
  std::mutex mutex;
  std::vector<float> samples;
  uint64_t first = GST_CLOCK_TIME_NONE;
};

void Hear(GstElement*, GstBuffer* buffer, GstPad*, gpointer data) {
  auto& heard = *static_cast<Heard*>(data);
  const std::lock_guard<std::mutex> lock(heard.mutex);
  if (heard.samples.empty()) heard.first = GST_BUFFER_PTS(buffer);
  const size_t size = gst_buffer_get_size(buffer);
  const size_t before = heard.samples.size();
  heard.samples.resize(before + size / sizeof(float));
  gst_buffer_extract(buffer, 0, heard.samples.data() + before, size);
}

class GstSeekTest : public testing::Test {
 protected:
  void SetUp() override {
    DFN_ELEMENTS_OR_SKIP("filesrc", "wavparse", "fakesink");
    setenv("DEEPFILTER_PLUGIN_MODEL", kTinyModel, 1);
    WriteWav(folder_ / "in.wav", sound_, kRateHz);
    GError* error = nullptr;
    pipeline_ = gst_parse_launch(("filesrc location=" + (folder_ / "in.wav").string() +
                                  " ! wavparse ! deepfilter model=" + kTinyModel +
                                  " ! fakesink name=end sync=false signal-handoffs=true")
                                     .c_str(),
                                 &error);
    ASSERT_EQ(error, nullptr) << error->message;
    GstElement* sink = gst_bin_get_by_name(GST_BIN(pipeline_), "end");
    g_signal_connect(sink, "handoff", G_CALLBACK(Hear), &heard_);
    gst_object_unref(sink);
    gst_element_set_state(pipeline_, GST_STATE_PAUSED);
    ASSERT_EQ(gst_element_get_state(pipeline_, nullptr, nullptr, 30 * GST_SECOND),
              GST_STATE_CHANGE_SUCCESS);
  }
  void TearDown() override {
    unsetenv("DEEPFILTER_PLUGIN_MODEL");
    if (pipeline_ == nullptr) return;
    gst_element_set_state(pipeline_, GST_STATE_NULL);
    gst_object_unref(pipeline_);
  }

  void Seek(size_t begin, size_t end) {
    {
      const std::lock_guard<std::mutex> lock(heard_.mutex);
      heard_.samples.clear();
    }
    ASSERT_TRUE(gst_element_seek(
        pipeline_, 1.0, GST_FORMAT_TIME,
        static_cast<GstSeekFlags>(GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE), GST_SEEK_TYPE_SET,
        begin * GST_SECOND / kRateHz, GST_SEEK_TYPE_SET, end * GST_SECOND / kRateHz));
  }
  void PlayToTheEnd() {
    gst_element_set_state(pipeline_, GST_STATE_PLAYING);
    GstBus* bus = gst_element_get_bus(pipeline_);
    GstMessage* message = gst_bus_timed_pop_filtered(
        bus, 30 * GST_SECOND, static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR));
    ASSERT_NE(message, nullptr);
    EXPECT_EQ(GST_MESSAGE_TYPE(message), GST_MESSAGE_EOS);
    gst_message_unref(message);
    gst_object_unref(bus);
  }
  void ExpectFrom(size_t begin, size_t end) {
    Planar part = {{sound_[0].begin() + static_cast<std::ptrdiff_t>(begin),
                    sound_[0].begin() + static_cast<std::ptrdiff_t>(end)}};
    const std::vector<float> all = LibraryOutput(DefaultOptions(), part)[0];
    const size_t delay = LibraryDelay(DefaultOptions());
    const std::lock_guard<std::mutex> lock(heard_.mutex);
    // wavparse rounds up.
    EXPECT_NEAR(static_cast<double>(heard_.first),
                static_cast<double>(begin * GST_SECOND / kRateHz), 1.0);
    ASSERT_EQ(heard_.samples.size(), end - begin);
    for (size_t i = delay; i < all.size(); ++i) ASSERT_EQ(heard_.samples[i - delay], all[i]) << i;
  }

  const Planar sound_ = TestSound(1, 4 * kRateHz, kRateHz);
  ScratchFolder folder_;
  GstElement* pipeline_ = nullptr;
  Heard heard_;
};

TEST_F(GstSeekTest, ForwardBackAndToAnEnd) {
  Seek(3 * kRateHz, 4 * kRateHz);
  Seek(kRateHz, 3 * kRateHz);
  PlayToTheEnd();
  ExpectFrom(kRateHz, 3 * kRateHz);
  // After the end of the stream.
  Seek(2 * kRateHz + 7, 4 * kRateHz);
  PlayToTheEnd();
  ExpectFrom(2 * kRateHz + 7, 4 * kRateHz);
}

}  // namespace
}  // namespace dfn::test
