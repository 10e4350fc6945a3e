// Tests the plugins in hosts that people use, without a screen: the output is the library's for the
// same samples and options.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "base/testing/scratch_folder.h"
#include "common/real_model.h"
#include "dsp/snr.h"
#include "plugins/host_programs.h"
#include "plugins/planar.h"

namespace dfn::test {
namespace {

constexpr size_t kRateHz = 48000;
// Hosts that compute in float give the library's bits; sox converts to 32-bit integers.
constexpr double kMinSnrDb = 100.0;

// The tests use the official model, which is then the default, if it is in the cache, else a small
// one.
class HostsTest : public testing::Test {
 protected:
  HostsTest() {
    unsetenv("DEEPFILTER_PLUGIN_WORK");
    unsetenv("DEEPFILTER_PLUGIN_LOAD");
    if (RealModelPath("dfn3").has_value()) {
      unsetenv("DEEPFILTER_PLUGIN_MODEL");
    } else {
      setenv("DEEPFILTER_PLUGIN_MODEL", DFN_SOURCE_DIR "/tests/data/tiny/dfn3", 1);
    }
    const std::filesystem::path ladspa = DFN_LADSPA_PLUGIN;
    setenv("LADSPA_PATH", ladspa.parent_path().c_str(), 1);
    const std::filesystem::path lv2 = DFN_LV2_PLUGIN;
    lv2_path_ = lv2.parent_path().parent_path().string();
    setenv("LV2_PATH", (lv2_path_ + ":" DFN_LV2_SPECIFICATIONS).c_str(), 1);
    mono_ = ReadSound(DFN_SOURCE_DIR "/examples/sample/noisy.flac", kRateHz);
    // The channels have the same voice with different echoes.
    stereo_ = {mono_[0], Later(mono_, 600)[0]};
    for (float& sample : stereo_[1]) sample *= 0.5f;
  }

  const Planar& Sound(size_t channels) const { return channels == 1 ? mono_ : stereo_; }
  // Checks that the host's out.wav is the library's output with these options.
  void ExpectLibrarysSamples(const dfn_stream_options& options) const;
  // The same without the delay: sample i of the output is sample i of the input, to the end.
  void ExpectAligned(const dfn_stream_options& options) const;

  ScratchFolder folder_;
  std::string lv2_path_;
  Planar mono_, stereo_;
};

// Checks that `found` begins with `expected` and is longer by less than a second, as some hosts pad
// their last block.
double SnrOf(const Planar& expected, const Planar& found) {
  EXPECT_EQ(found.size(), expected.size());
  if (found.size() != expected.size()) return -std::numeric_limits<double>::infinity();
  SnrMeter meter;
  for (size_t c = 0; c < expected.size(); ++c) {
    EXPECT_GE(found[c].size(), expected[c].size());
    EXPECT_LT(found[c].size(), expected[c].size() + kRateHz);
    const size_t common = std::min(found[c].size(), expected[c].size());
    meter.Add(std::span(expected[c]).first(common), std::span(found[c]).first(common));
  }
  std::printf("%.1f dB, greatest difference %.2g\n", meter.snr_db(), meter.max_error());
  return meter.snr_db();
}

void HostsTest::ExpectLibrarysSamples(const dfn_stream_options& options) const {
  EXPECT_GE(SnrOf(LibraryOutput(options, Sound(options.channels)),
                  ReadSound(folder_ / "out.wav", kRateHz)),
            kMinSnrDb);
}

void HostsTest::ExpectAligned(const dfn_stream_options& options) const {
  const size_t delay = LibraryDelay(options);
  Planar padded = Sound(options.channels);
  for (std::vector<float>& samples : padded) samples.resize(samples.size() + delay);
  Planar expected = LibraryOutput(options, padded);
  for (std::vector<float>& samples : expected) {
    samples.erase(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(delay));
  }
  EXPECT_GE(SnrOf(expected, ReadSound(folder_ / "out.wav", kRateHz)), kMinSnrDb);
}

void ExpectEnded(const Ended& ended) { EXPECT_EQ(ended.exit_code, 0) << ended.said; }

std::string LadspaLabel(size_t channels) {
  return channels == 1 ? "deep_filter_mono" : "deep_filter_stereo";
}
std::string Lv2Uri(size_t channels) {
  return channels == 1 ? "urn:deepfilter:mono" : "urn:deepfilter:stereo";
}

TEST_F(HostsTest, AnalysepluginReadsTheLibrary) {
  DFN_PROGRAM_OR_SKIP("analyseplugin");
  const Ended ended = RunProgram({"analyseplugin", DFN_LADSPA_PLUGIN});
  ExpectEnded(ended);
  for (const char* text :
       {"deep_filter_mono", "deep_filter_stereo", "7843795", "7843796",
        "\"Audio In R\" input, audio",
        "\"Attenuation Limit (dB)\" input, control, 0 to 100, default 100",
        "\"Min processing threshold (dB)\" input, control, -15 to 35, default -15",
        "\"Max ERB processing threshold (dB)\" input, control, -15 to 35, default 35",
        "\"Max DF processing threshold (dB)\" input, control, -15 to 35, default 35",
        "\"Min Processing Buffer (frames)\" input, control, 0 to 10, default 0",
        "\"Post Filter Beta\" input, control, 0 to 0.05, default 0",
        "\"latency\" output, control, 0 to 192000", "Environment: Normal or Hard Real-Time"}) {
    EXPECT_NE(ended.said.find(text), std::string::npos) << text << "\n" << ended.said;
  }
}

// applyplugin (ladspa-sdk 1.17) rounds to 32 bits and drops the lower 16.
float In16Bits(float sample) {
  const long long in_32_bits = std::llrint(sample * 2147483648.0f);
  return static_cast<float>(in_32_bits >> 16) / 32768.0f;
}

// Its output has the upper 16 bits of the library's samples, and those are the same.
TEST_F(HostsTest, ApplypluginGivesTheLibrarysSamplesIn16Bits) {
  DFN_PROGRAM_OR_SKIP("applyplugin");
  for (const size_t channels : {1, 2}) {
    WriteWav(folder_ / "in.wav", Sound(channels), kRateHz);
    ExpectEnded(RunProgram({"applyplugin", folder_ / "in.wav", folder_ / "out.wav",
                            "libdeep_filter_ladspa.so", LadspaLabel(channels), "24", "-15", "35",
                            "35", "1", "0.02"}));
    dfn_stream_options options = LadspaOptions(channels, kRateHz);
    options.attenuation_limit_db = 24;
    options.post_filter_beta = 0.02f;
    const Planar exact = Later(LibraryOutput(options, Sound(channels)), 480);
    Planar expected = exact;
    for (std::vector<float>& samples : expected) {
      std::transform(samples.begin(), samples.end(), samples.begin(), In16Bits);
    }
    const Planar found = ReadSound(folder_ / "out.wav", kRateHz);
    EXPECT_GE(SnrOf(expected, found), kMinSnrDb);
    SnrOf(exact, found);  // what 16 bits leave of it
  }
}

TEST_F(HostsTest, FfmpegsLadspaFilterGivesTheLibrarysSamples) {
  DFN_PROGRAM_OR_SKIP("ffmpeg");
  for (const size_t channels : {1, 2}) {
    WriteWav(folder_ / "in.wav", Sound(channels), kRateHz);
    ExpectEnded(
        RunProgram({"ffmpeg", "-nostdin", "-v", "error", "-y", "-i", folder_ / "in.wav", "-af",
                    "ladspa=file=libdeep_filter_ladspa:plugin=" + LadspaLabel(channels) +
                        ":controls=c0=30|c5=0.01",
                    "-c:a", "pcm_f32le", folder_ / "out.wav"}));
    dfn_stream_options options = LadspaOptions(channels, kRateHz);
    options.attenuation_limit_db = 30;
    options.post_filter_beta = 0.01f;
    ExpectLibrarysSamples(options);
  }
}

TEST_F(HostsTest, FfmpegsLatencyOptionAlignsTheLadspaFiltersSound) {
  DFN_PROGRAM_OR_SKIP("ffmpeg");
  for (const size_t channels : {1, 2}) {
    WriteWav(folder_ / "in.wav", Sound(channels), kRateHz);
    // Blocks of less than a hop have another delay.
    for (const bool small : {false, true}) {
      ExpectEnded(RunProgram(
          {"ffmpeg", "-nostdin", "-v", "error", "-y", "-i", folder_ / "in.wav", "-af",
           std::string(small ? "asetnsamples=n=160," : "") +
               "ladspa=file=libdeep_filter_ladspa:plugin=" + LadspaLabel(channels) + ":latency=1",
           "-c:a", "pcm_f32le", folder_ / "out.wav"}));
      const dfn_stream_options direct = LadspaOptions(channels, kRateHz);
      ExpectAligned(small ? Spread(direct) : direct);
    }
  }
}

TEST_F(HostsTest, FfmpegsLv2FilterGivesTheLibrarysSamples) {
  DFN_PROGRAM_OR_SKIP("ffmpeg");
  for (const size_t channels : {1, 2}) {
    WriteWav(folder_ / "in.wav", Sound(channels), kRateHz);
    // A colon within a value takes two backslashes: one for the filter, one for the graph.
    const std::string uri =
        channels == 1 ? "urn\\\\:deepfilter\\\\:mono" : "urn\\\\:deepfilter\\\\:stereo";
    ExpectEnded(RunProgram({"ffmpeg", "-nostdin", "-v", "error", "-y", "-i", folder_ / "in.wav",
                            "-af", "lv2=p=" + uri + ":c=attenuation_limit=20", "-c:a", "pcm_f32le",
                            folder_ / "out.wav"}));
    dfn_stream_options options = Lv2Options(channels, kRateHz);
    options.attenuation_limit_db = 20;
    ExpectLibrarysSamples(options);
  }
}

TEST_F(HostsTest, SoxsLadspaEffectGivesTheLibrarysSamples) {
  DFN_PROGRAM_OR_SKIP("sox");
  for (const size_t channels : {1, 2}) {
    WriteWav(folder_ / "in.wav", Sound(channels), kRateHz);
    ExpectEnded(RunProgram({"sox", folder_ / "in.wav", "-e", "floating-point", "-b", "32",
                            folder_ / "out.wav", "ladspa", "libdeep_filter_ladspa",
                            LadspaLabel(channels), "100", "-15", "35", "35", "0", "0.05"}));
    dfn_stream_options options = LadspaOptions(channels, kRateHz);
    options.post_filter_beta = 0.05f;
    ExpectLibrarysSamples(options);
  }
}

TEST_F(HostsTest, SoxsLatencyOptionAlignsTheLadspaEffectsSound) {
  DFN_PROGRAM_OR_SKIP("sox");
  for (const size_t channels : {1, 2}) {
    WriteWav(folder_ / "in.wav", Sound(channels), kRateHz);
    // All values, or none: each control has a default.
    for (const bool values : {false, true}) {
      std::vector<std::string> command = {"sox",
                                          folder_ / "in.wav",
                                          "-e",
                                          "floating-point",
                                          "-b",
                                          "32",
                                          folder_ / "out.wav",
                                          "ladspa",
                                          "-l",
                                          "libdeep_filter_ladspa",
                                          LadspaLabel(channels)};
      if (values) command.insert(command.end(), {"100", "-15", "35", "35", "0", "0"});
      ExpectEnded(RunProgram(command));
      ExpectAligned(LadspaOptions(channels, kRateHz));
    }
  }
}

TEST_F(HostsTest, Lv2lsAndLv2infoReadTheBundle) {
  DFN_PROGRAM_OR_SKIP("lv2ls");
  DFN_PROGRAM_OR_SKIP("lv2info");
  const Ended list = RunProgram({"lv2ls"});
  ExpectEnded(list);
  for (const size_t channels : {1, 2}) {
    EXPECT_NE(list.said.find(Lv2Uri(channels) + "\n"), std::string::npos) << list.said;
    const Ended info = RunProgram({"lv2info", Lv2Uri(channels)});
    ExpectEnded(info);
    for (const char* text : {"Has latency:       yes", "attenuation_limit", "latency", "local_snr",
                             "Presets:", "Natural", "http://lv2plug.in/ns/lv2core#enabled",
                             "http://lv2plug.in/ns/lv2core#hardRTCapable"}) {
      EXPECT_NE(info.said.find(text), std::string::npos) << text << "\n" << info.said;
    }
    EXPECT_EQ(info.said.find("error"), std::string::npos) << info.said;
  }
}

TEST_F(HostsTest, Lv2applyGivesTheLibrarysSamples) {
  DFN_PROGRAM_OR_SKIP("lv2apply");
  for (const size_t channels : {1, 2}) {
    WriteWav(folder_ / "in.wav", Sound(channels), kRateHz);
    ExpectEnded(RunProgram({"lv2apply", "-i", folder_ / "in.wav", "-o", folder_ / "out.wav", "-c",
                            "post_filter_beta", "0.02", Lv2Uri(channels)}));
    dfn_stream_options options = Lv2Options(channels, kRateHz);
    options.post_filter_beta = 0.02f;
    // This host runs blocks of one sample.
    EXPECT_GE(SnrOf(LibraryOutput(Spread(options), Sound(channels)),
                    ReadSound(folder_ / "out.wav", kRateHz)),
              kMinSnrDb);
  }
}

TEST_F(HostsTest, Lv2ValidateFindsNoFault) {
  DFN_PROGRAM_OR_SKIP("lv2_validate");
  DFN_PROGRAM_OR_SKIP("sord_validate");
  const std::filesystem::path bundle = lv2_path_ + "/deepfilter.lv2";
  const Ended ended = RunProgram(
      {"lv2_validate", bundle / "manifest.ttl", bundle / "deepfilter.ttl", bundle / "presets.ttl"});
  ExpectEnded(ended);
  EXPECT_NE(ended.said.find("Found 0 errors"), std::string::npos) << ended.said;
}

// Qtractor's scanner makes each plugin, and asks for its ports and parameters.
TEST_F(HostsTest, QtractorTakesTheClapPlugins) {
  DFN_PROGRAM_OR_SKIP("qtractor");
  const Ended ended = RunProgram(
      {"sh", "-c",
       "echo \"CLAP:$0\" | QT_QPA_PLATFORM=offscreen /usr/lib/*/qtractor/qtractor_plugin_scan",
       DFN_CLAP_PLUGIN});
  ExpectEnded(ended);
  for (const char* text :
       {"CLAP|DeepFilter Mono|1:1|0:0|4:0|", "CLAP|DeepFilter Stereo|2:2|0:0|5:0|"}) {
    EXPECT_NE(ended.said.find(text), std::string::npos) << text << "\n" << ended.said;
  }
}

}  // namespace
}  // namespace dfn::test
