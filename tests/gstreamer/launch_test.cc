// Runs the pipelines of docs/gstreamer.md as they stand there, with GStreamer's own programs.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/testing/scratch_folder.h"
#include "common/real_model.h"
#include "deepfilter/deepfilter.h"
#include "dsp/snr.h"
#include "gstreamer/documented.h"
#include "plugins/host_programs.h"
#include "plugins/planar.h"

namespace dfn::test {
namespace {

constexpr size_t kRateHz = 48000;
constexpr char kSample[] = DFN_SOURCE_DIR "/examples/sample/noisy.flac";
// Sounds in 16 bits are within half a step of the library's; their level is about -30 dB.
constexpr double kMinSnrDb = 60.0;

class GstLaunchTest : public testing::Test {
 protected:
  GstLaunchTest() {
    const std::filesystem::path plugin = DFN_GST_PLUGIN;
    setenv("GST_PLUGIN_PATH", plugin.parent_path().c_str(), 1);
    // The tests share a registry, which takes a second to make.
    setenv("GST_REGISTRY", (plugin.parent_path() / "registry.bin").c_str(), 1);
    setenv("GST_DEBUG", "*:3", 1);
    setenv("GST_DEBUG_NO_COLOR", "1", 1);
    std::filesystem::copy_file(kSample, folder_ / "noisy.flac");
  }

  // Runs a shell command in the scratch folder. No line that it prints is the element's.
  Ended Shell(std::string command) const {
    // The small model stands in where the built-in one is not there.
    if (!RealModelPath("dfn3").has_value()) {
      const std::string with =
          std::string("deepfilter model=") + DFN_SOURCE_DIR + "/tests/data/tiny/dfn3 ";
      for (size_t at = 0; (at = command.find(" deepfilter ", at)) != std::string::npos;
           at += with.size()) {
        command.replace(at + 1, 11, with);
      }
    }
    const Ended ended =
        RunProgram({"sh", "-c", "cd '" + folder_.path().string() + "' && " + command});
    EXPECT_EQ(ended.exit_code, 0) << command << "\n" << ended.said;
    std::istringstream lines(ended.said);
    for (std::string line; std::getline(lines, line);) {
      const bool warns = line.find(" WARN ") != std::string::npos ||
                         line.find(" ERROR ") != std::string::npos ||
                         line.find("CRITICAL") != std::string::npos;
      EXPECT_FALSE(warns && line.find("deepfilter") != std::string::npos) << line;
    }
    return ended;
  }

  // The library's output for the sample, in line with it.
  Planar Expected() const {
    if (RealModelPath("dfn3").has_value()) {
      unsetenv("DEEPFILTER_PLUGIN_MODEL");
    } else {
      setenv("DEEPFILTER_PLUGIN_MODEL", DFN_SOURCE_DIR "/tests/data/tiny/dfn3", 1);
    }
    dfn_stream_options options = DefaultOptions();
    const size_t delay = LibraryDelay(options);
    Planar sound = ReadSound(kSample, kRateHz);
    sound[0].resize(sound[0].size() + delay);
    Planar output = LibraryOutput(options, sound);
    output[0].erase(output[0].begin(), output[0].begin() + static_cast<std::ptrdiff_t>(delay));
    return output;
  }

  void ExpectEnhanced(const std::filesystem::path& path) const {
    const Planar expected = Expected();
    const Planar found = ReadSound(path, kRateHz);
    ASSERT_EQ(found.size(), 1u);
    ASSERT_EQ(found[0].size(), expected[0].size());
    SnrMeter meter;
    // The end of the sound is left out: a flush and zeros are not the same to the network.
    const size_t compared = expected[0].size() - kRateHz / 10;
    meter.Add(std::span(expected[0]).first(compared), std::span(found[0]).first(compared));
    EXPECT_GE(meter.snr_db(), kMinSnrDb);
  }

  ScratchFolder folder_;
};

#define DFN_GSTREAMER_OR_SKIP() DFN_PROGRAM_OR_SKIP("gst-launch-1.0")

TEST_F(GstLaunchTest, InspectShowsThePage) {
  DFN_PROGRAM_OR_SKIP("gst-inspect-1.0");
  const Ended ended = Shell("gst-inspect-1.0 deepfilter");
  for (const char* text :
       {"Filter/Effect/Audio", "format: { (string)F32LE, (string)S16LE }", "[ 8000, 192000 ]",
        "channels: [ 1, 8 ]", "attenuation-limit", "post-filter", "bypass", "channel-mode", "model",
        "profile", "precision", "level", "max-gap", "post-messages", "MIT/X11"}) {
    EXPECT_NE(ended.said.find(text), std::string::npos) << text;
  }
}

TEST_F(GstLaunchTest, AFileIsEnhancedInLineWithTheInput) {
  DFN_GSTREAMER_OR_SKIP();
  Shell(Documented("clean.flac"));
  ExpectEnhanced(folder_ / "clean.flac");
}

// The pictures are copied bit for bit.
TEST_F(GstLaunchTest, AVideosSoundIsEnhancedAndItsPicturesCopied) {
  DFN_GSTREAMER_OR_SKIP();
  DFN_PROGRAM_OR_SKIP("ffmpeg");
  Shell(
      "gst-launch-1.0 matroskamux name=out ! filesink location=talk.mkv "
      "videotestsrc num-buffers=162 ! video/x-raw,width=160,height=120,framerate=30/1 ! vp8enc ! "
      "queue ! out. filesrc location=noisy.flac ! flacparse ! flacdec ! flacenc ! queue ! out.");
  Shell(Documented("clean.mkv"));
  const auto pictures = [this](const std::string& file) {
    return Shell("ffmpeg -v error -nostdin -i " + file + " -map 0:v -c copy -f streamhash -").said;
  };
  EXPECT_EQ(pictures("clean.mkv"), pictures("talk.mkv"));
  Shell("ffmpeg -v error -nostdin -y -i clean.mkv -map 0:a -c:a pcm_f32le clean.wav");
  ExpectEnhanced(folder_ / "clean.wav");
}

}  // namespace
}  // namespace dfn::test
