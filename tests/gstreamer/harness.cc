#include "gstreamer/harness.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <sstream>

namespace dfn::test {
namespace {

// Initialises GStreamer with the plugin that was built, before the first test.
class Gstreamer : public testing::Environment {
 public:
  void SetUp() override {
    setenv("DEEPFILTER_PLUGIN_MODEL", kTinyModel, 1);
    // Nothing of this may be written into the user's registry.
    setenv("GST_REGISTRY_DISABLE", "yes", 1);
    gst_init(nullptr, nullptr);
    // What GLib calls critical or a warning is a mistake of the element or of a test.
    g_log_set_always_fatal(
        static_cast<GLogLevelFlags>(G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING));
    GError* error = nullptr;
    GstPlugin* plugin = gst_plugin_load_file(DFN_GST_PLUGIN, &error);
    ASSERT_NE(plugin, nullptr) << error->message;
    gst_object_unref(plugin);
  }
};
[[maybe_unused]] testing::Environment* const kGstreamer =
    testing::AddGlobalTestEnvironment(new Gstreamer);

}  // namespace

std::string Format::caps() const {
  std::ostringstream text;
  text << "audio/x-raw,layout=interleaved,format=" << (is_float ? "F32LE" : "S16LE")
       << ",rate=" << rate_hz << ",channels=" << channels;
  if (channels > 2) text << ",channel-mask=(bitmask)0";
  return text.str();
}

dfn_stream_options ElementOptions(const Format& format) {
  dfn_stream_options options = DefaultOptions();
  options.sample_rate_hz = static_cast<uint32_t>(format.rate_hz);
  options.channels = static_cast<uint32_t>(format.channels);
  options.channel_mode = DFN_CHANNELS_LINKED;
  return options;
}

namespace {

int16_t Rounded(float sample) {
  return static_cast<int16_t>(std::lrint(std::clamp(sample * 32768.0f, -32768.0f, 32767.0f)));
}

}  // namespace

std::vector<char> ToBytes(const Format& format, const Planar& sound) {
  const size_t samples = sound[0].size();
  std::vector<char> bytes(samples * format.frame_bytes());
  char* at = bytes.data();
  for (size_t i = 0; i < samples; ++i) {
    for (const std::vector<float>& channel : sound) {
      const int16_t rounded = Rounded(channel[i]);
      if (format.is_float) {
        std::memcpy(at, &channel[i], 4);
      } else {
        std::memcpy(at, &rounded, 2);
      }
      at += format.is_float ? 4 : 2;
    }
  }
  return bytes;
}

std::vector<char> Aligned(const Format& format, const Planar& sound,
                          const std::vector<Change>& changes) {
  Planar heard = sound;
  if (!format.is_float) {
    for (std::vector<float>& channel : heard) {
      for (float& sample : channel) sample = static_cast<float>(Rounded(sample)) / 32768.0f;
    }
  }
  const dfn_stream_options options = ElementOptions(format);
  const size_t delay = LibraryDelay(options);
  Planar rest = Silence(format.channels, delay);
  std::vector<Change> all = changes;
  // The last change is the end: it takes what is still inside.
  all.push_back({heard[0].size(), [&rest, delay](dfn_stream* stream) {
                   std::vector<float*> planes;
                   for (std::vector<float>& channel : rest) planes.push_back(channel.data());
                   EXPECT_EQ(dfn_stream_flush(stream, planes.data(), delay), DFN_OK);
                   dfn_stream_reset(stream);
                 }});
  const Planar output = Joined(LibraryOutput(options, heard, all), rest);
  return ToBytes(format, Part(output, delay, output[0].size()));
}

Planar Part(const Planar& sound, size_t begin, size_t end) {
  Planar part;
  for (const std::vector<float>& channel : sound) {
    part.emplace_back(channel.begin() + static_cast<std::ptrdiff_t>(begin),
                      channel.begin() + static_cast<std::ptrdiff_t>(end));
  }
  return part;
}

Planar Joined(const Planar& first, const Planar& second) {
  Planar joined = first;
  for (size_t c = 0; c < joined.size(); ++c) {
    joined[c].insert(joined[c].end(), second[c].begin(), second[c].end());
  }
  return joined;
}

Planar Silence(size_t channels, size_t samples) {
  return Planar(channels, std::vector<float>(samples, 0.0f));
}

std::vector<char> operator+(std::vector<char> first, const std::vector<char>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

uint64_t NsOf(uint64_t samples, size_t rate_hz) {
  return gst_util_uint64_scale_int(samples, GST_SECOND, static_cast<gint>(rate_hz));
}

GstElement* MakeElement(const std::string& properties) {
  GstElement* element = gst_element_factory_make("deepfilter", nullptr);
  g_object_set(element, "model", kTinyModel, nullptr);
  std::istringstream words(properties);
  for (std::string word; words >> word;) {
    const size_t equals = word.find('=');
    gst_util_set_object_arg(G_OBJECT(element), word.substr(0, equals).c_str(),
                            word.substr(equals + 1).c_str());
  }
  return element;
}

ElementHarness::ElementHarness(const Format& format, const std::string& properties)
    : format_(format) {
  GstElement* element = MakeElement(properties);
  harness_ = gst_harness_new_with_element(element, "sink", "src");
  gst_object_unref(element);
  gst_harness_set_src_caps_str(harness_, format.caps().c_str());
}

ElementHarness::~ElementHarness() { gst_harness_teardown(harness_); }

GstFlowReturn ElementHarness::Push(const Planar& sound, uint64_t pts, bool discont,
                                   uint64_t offset) {
  const std::vector<char> bytes = ToBytes(format_, sound);
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, bytes.size(), nullptr);
  gst_buffer_fill(buffer, 0, bytes.data(), bytes.size());
  GST_BUFFER_PTS(buffer) = pts;
  GST_BUFFER_DURATION(buffer) = NsOf(sound[0].size(), format_.rate_hz);
  GST_BUFFER_OFFSET(buffer) = offset;
  if (discont) GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
  return gst_harness_push(harness_, buffer);
}

void ElementHarness::PushAll(const Planar& sound, uint64_t pts,
                             const std::vector<size_t>& lengths) {
  size_t turn = 0;
  for (size_t done = 0; done < sound[0].size();) {
    const size_t now = std::min(lengths[turn++ % lengths.size()], sound[0].size() - done);
    ASSERT_EQ(Push(Part(sound, done, done + now), pts + NsOf(done, format_.rate_hz)), GST_FLOW_OK);
    done += now;
  }
}

void ElementHarness::PushSegment(uint64_t start, double rate) {
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  segment.rate = rate;
  segment.start = segment.time = start;
  if (rate < 0.0) segment.stop = start + 3600 * GST_SECOND;
  PushEvent(gst_event_new_segment(&segment));
}

std::vector<Received> ElementHarness::Take() {
  std::vector<Received> all;
  while (GstBuffer* buffer = gst_harness_try_pull(harness_)) {
    Received one = {GST_BUFFER_PTS(buffer),
                    GST_BUFFER_DURATION(buffer),
                    GST_BUFFER_OFFSET(buffer),
                    GST_BUFFER_OFFSET_END(buffer),
                    GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DISCONT) != 0,
                    GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_GAP) != 0,
                    std::vector<char>(gst_buffer_get_size(buffer))};
    gst_buffer_extract(buffer, 0, one.bytes.data(), one.bytes.size());
    gst_buffer_unref(buffer);
    all.push_back(std::move(one));
  }
  return all;
}

std::vector<char> ElementHarness::TakeFrom(uint64_t pts) {
  const std::vector<Received> buffers = Take();
  uint64_t samples = 0;
  for (const Received& buffer : buffers) {
    const uint64_t count = buffer.bytes.size() / format_.frame_bytes();
    EXPECT_EQ(buffer.pts, pts + NsOf(samples, format_.rate_hz)) << samples;
    EXPECT_EQ(buffer.duration, NsOf(count, format_.rate_hz));
    EXPECT_GT(count, 0u);
    samples += count;
  }
  return BytesOf(buffers);
}

std::vector<char> BytesOf(const std::vector<Received>& buffers) {
  std::vector<char> bytes;
  for (const Received& buffer : buffers) {
    bytes.insert(bytes.end(), buffer.bytes.begin(), buffer.bytes.end());
  }
  return bytes;
}

void ExpectSame(const Format& format, const std::vector<char>& expected,
                const std::vector<char>& found) {
  ASSERT_EQ(found.size() / format.frame_bytes(), expected.size() / format.frame_bytes());
  const auto differs = std::mismatch(expected.begin(), expected.end(), found.begin());
  EXPECT_EQ(differs.first, expected.end())
      << "sample " << static_cast<size_t>(differs.first - expected.begin()) / format.frame_bytes();
}

}  // namespace dfn::test
