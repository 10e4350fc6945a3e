// Tests whole sounds through the C API: they have the samples of a stream without its delay, and of
// the program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "capi/small_model.h"
#include "common/run_program.h"
#include "dsp/snr.h"

namespace dfn::test {
namespace {

using deepfilter::EnhanceOptions;
using deepfilter::Model;
using deepfilter::Stream;
using deepfilter::StreamOptions;
using testing::HasSubstr;

// A whole interleaved sound.
std::vector<float> Enhanced(const Model& model, const std::vector<float>& sound,
                            const dfn_stream_options& stream) {
  auto options = EnhanceOptions();
  options.stream = &stream;
  std::vector<float> output(sound.size());
  deepfilter::EnhanceInterleaved(model, sound.data(), output.data(), sound.size() / stream.channels,
                                 options);
  return output;
}

// The same through a stream, whose delay is taken out.
std::vector<float> Streamed(const Model& model, const std::vector<float>& sound,
                            const dfn_stream_options& options) {
  auto stream = Stream::Create(model, options);
  const size_t channels = options.channels;
  const size_t delay = stream.delay_samples();
  std::vector<float> output(sound.size());
  EXPECT_EQ(stream.ProcessInterleaved(sound.data(), output.data(), sound.size() / channels),
            DFN_OK);
  std::vector<std::vector<float>> rest(channels, std::vector<float>(delay));
  std::vector<float*> planes;
  for (auto& plane : rest) planes.push_back(plane.data());
  EXPECT_EQ(stream.Flush(planes.data(), delay), DFN_OK);
  for (size_t i = 0; i < delay; ++i) {
    for (const auto& plane : rest) output.push_back(plane[i]);
  }
  output.erase(output.begin(), output.begin() + static_cast<std::ptrdiff_t>(delay * channels));
  return output;
}

class EnhanceTest : public testing::Test {
 protected:
  const Model model_ = SmallModel();
};

TEST_F(EnhanceTest, SamplesAreThoseOfAStreamWithoutItsDelay) {
  for (const uint32_t rate_hz : {8000u, 22050u, 44100u, 48000u, 192000u}) {
    for (const uint32_t channels : {1u, 2u}) {
      for (const dfn_profile profile : {DFN_PROFILE_REFERENCE, DFN_PROFILE_LIBDF}) {
        auto options = StreamOptions();
        options.sample_rate_hz = rate_hz;
        options.channels = channels;
        options.profile = profile;
        const auto sound = TestNoise(channels * 7001);
        EXPECT_EQ(Enhanced(model_, sound, options), Streamed(model_, sound, options)) << rate_hz;
      }
    }
  }
}

// A quiet sound is heard louder from its first sample on.
TEST_F(EnhanceTest, TheLevelOfTheWholeSoundIsKnownFromTheStart) {
  auto sound = TestNoise(96000);
  for (size_t i = 0; i < sound.size(); ++i) sound[i] *= i / 12000 % 2 == 0 ? 1e-4f : 0.01f;
  auto options = StreamOptions();
  options.level = DFN_LEVEL_AUTO;
  const auto found = Enhanced(model_, sound, options);
  options.level = DFN_LEVEL_FIXED;
  double best_db = -100.0;
  for (int gain_db = 25; gain_db <= 40; ++gain_db) {
    options.level_gain_db = static_cast<float>(gain_db);
    best_db = std::max(best_db, SnrDb(Enhanced(model_, sound, options), found));
  }
  EXPECT_GT(best_db, 25.0);
  options.level_gain_db = 0.0f;
  EXPECT_NE(Enhanced(model_, sound, options), found);
}

TEST_F(EnhanceTest, EveryOptionOfAStreamHasItsEffect) {
  const auto sound = TestNoise(2 * 9000);
  const std::vector<void (*)(dfn_stream_options&)> changes = {
      [](auto& o) { o.channel_mode = DFN_CHANNELS_LINKED; },
      [](auto& o) { o.channel_mode = DFN_CHANNELS_DOWNMIX; },
      [](auto& o) { o.precision = DFN_PRECISION_F16; },
      [](auto& o) { o.precision = DFN_PRECISION_I8; },
      [](auto& o) { o.attenuation_limit_db = 6.0f; },
      [](auto& o) { o.attenuation_limit_db = 0.0f; },
      [](auto& o) { o.post_filter_beta = 0.05f; },
      [](auto& o) { o.silence_skip = 1; },
      [](auto& o) { o.level = DFN_LEVEL_FIXED, o.level_gain_db = 12.0f; },
      [](auto& o) { o.sample_rate_hz = 16000, o.band = DFN_BAND_AUTO; },
  };
  for (const auto& change : changes) {
    auto options = StreamOptions();
    options.channels = 2;
    change(options);
    EXPECT_EQ(Enhanced(model_, sound, options), Streamed(model_, sound, options));
  }
  // These options are about calls of a stream and have no effect on a whole sound.
  auto options = StreamOptions();
  const auto plain = Enhanced(model_, sound, options);
  options.work_mode = DFN_WORK_SPREAD;
  options.block_multiple = 480;
  EXPECT_EQ(Enhanced(model_, sound, options), plain);
}

TEST_F(EnhanceTest, AnyLengthIsKept) {
  const auto noise = TestNoise(31000);
  for (const size_t samples : {0, 1, 2, 479, 480, 481, 959, 30720, 30999}) {
    const std::vector<float> sound(noise.begin(),
                                   noise.begin() + static_cast<std::ptrdiff_t>(samples));
    EXPECT_EQ(Enhanced(model_, sound, StreamOptions()), Streamed(model_, sound, StreamOptions()));
  }
  deepfilter::EnhanceInterleaved(model_, nullptr, nullptr, 0);
  deepfilter::Enhance(model_, nullptr, nullptr, 0);
}

TEST_F(EnhanceTest, PlanarIsInterleavedForAnyNumberOfChannelsAndInPlace) {
  for (const uint32_t channels : {1u, 2u, 3u, 8u, 16u}) {
    const size_t samples = 2500;
    auto stream = StreamOptions();
    stream.channels = channels;
    stream.sample_rate_hz = 44100;
    auto options = EnhanceOptions();
    options.stream = &stream;
    auto interleaved = TestNoise(channels * samples);
    std::vector<std::vector<float>> planes(channels, std::vector<float>(samples));
    for (size_t i = 0; i < interleaved.size(); ++i) {
      planes[i % channels][i / channels] = interleaved[i];
    }
    auto output = planes;
    std::vector<const float*> in;
    std::vector<float*> out;
    std::vector<float*> in_place;
    for (size_t c = 0; c < channels; ++c) {
      in.push_back(planes[c].data());
      out.push_back(output[c].data());
      in_place.push_back(planes[c].data());
    }
    deepfilter::Enhance(model_, in.data(), out.data(), samples, options);
    deepfilter::Enhance(model_, in.data(), in_place.data(), samples, options);
    EXPECT_EQ(planes, output);
    deepfilter::EnhanceInterleaved(model_, interleaved.data(), interleaved.data(), samples,
                                   options);
    for (size_t i = 0; i < interleaved.size(); ++i) {
      ASSERT_EQ(interleaved[i], output[i % channels][i / channels]);
    }
  }
}

struct Progress {
  std::vector<std::pair<uint64_t, uint64_t>> calls;
  size_t cancel_at = ~size_t{0};
  static int Call(void* data, uint64_t done, uint64_t total) {
    auto* progress = static_cast<Progress*>(data);
    progress->calls.emplace_back(done, total);
    return progress->calls.size() > progress->cancel_at ? 1 : 0;
  }
};

TEST_F(EnhanceTest, ProgressGoesFromStartToEnd) {
  const auto sound = TestNoise(100001);
  std::vector<float> output(sound.size());
  Progress progress;
  auto options = EnhanceOptions();
  options.progress = &Progress::Call;
  options.progress_data = &progress;
  deepfilter::EnhanceInterleaved(model_, sound.data(), output.data(), sound.size(), options);
  ASSERT_GE(progress.calls.size(), 3u);
  EXPECT_TRUE(std::is_sorted(progress.calls.begin(), progress.calls.end()));
  for (const auto& call : progress.calls) EXPECT_EQ(call.second, sound.size());
  EXPECT_EQ(progress.calls.back().first, sound.size());
}

TEST_F(EnhanceTest, ProgressCanCancel) {
  const auto sound = TestNoise(100001);
  const auto whole = Enhanced(model_, sound, StreamOptions());
  std::vector<float> output(sound.size(), 7.0f);
  Progress progress;
  progress.cancel_at = 1;
  auto options = EnhanceOptions();
  options.progress = &Progress::Call;
  options.progress_data = &progress;
  dfn_error* error = nullptr;
  EXPECT_EQ(dfn_enhance_interleaved(model_.get(), &options, sound.data(), output.data(),
                                    sound.size(), &error),
            DFN_ERROR_CANCELLED);
  EXPECT_THAT(dfn_error_message(error), HasSubstr("cancelled after"));
  EXPECT_THAT(dfn_error_message(error), HasSubstr("of 100001 samples"));
  dfn_error_free(error);
  ASSERT_EQ(progress.calls.size(), 2u);
  const auto done = static_cast<std::ptrdiff_t>(progress.calls.back().first);
  ASSERT_GT(done, 0);
  EXPECT_TRUE(std::equal(output.begin(), output.begin() + done, whole.begin()));
  EXPECT_TRUE(std::all_of(output.begin() + done, output.end(), [](float v) { return v == 7.0f; }));
}

TEST_F(EnhanceTest, EachMisuseIsNamed) {
  float sample = 0.0f;
  const float* in = &sample;
  float* out = &sample;
  const float* no_plane = nullptr;
  const auto refused = [&](dfn_result expected, const char* sentence, const auto& call) {
    dfn_error* error = nullptr;
    EXPECT_EQ(call(&error), expected) << sentence;
    EXPECT_EQ(dfn_error_result(error), expected);
    EXPECT_THAT(dfn_error_message(error), HasSubstr(sentence));
    dfn_error_free(error);
  };
  const auto* model = model_.get();
  refused(DFN_ERROR_INVALID_ARGUMENT, "model",
          [&](dfn_error** error) { return dfn_enhance(nullptr, nullptr, &in, &out, 1, error); });
  refused(DFN_ERROR_INVALID_ARGUMENT, "input",
          [&](dfn_error** error) { return dfn_enhance(model, nullptr, nullptr, &out, 1, error); });
  refused(DFN_ERROR_INVALID_ARGUMENT, "input", [&](dfn_error** error) {
    return dfn_enhance(model, nullptr, &no_plane, &out, 1, error);
  });
  refused(DFN_ERROR_INVALID_ARGUMENT, "output",
          [&](dfn_error** error) { return dfn_enhance(model, nullptr, &in, nullptr, 1, error); });
  refused(DFN_ERROR_INVALID_ARGUMENT, "input", [&](dfn_error** error) {
    return dfn_enhance_interleaved(model, nullptr, nullptr, out, 1, error);
  });
  refused(DFN_ERROR_INVALID_ARGUMENT, "output", [&](dfn_error** error) {
    return dfn_enhance_interleaved(model, nullptr, in, nullptr, 1, error);
  });
  auto stream = StreamOptions();
  auto options = EnhanceOptions();
  options.stream = &stream;
  const auto call = [&](dfn_error** error) {
    return dfn_enhance(model, &options, &in, &out, 1, error);
  };
  stream.sample_rate_hz = 7999;
  refused(DFN_ERROR_INVALID_ARGUMENT, "sample_rate_hz", call);
  // Options are checked even if there is no sound.
  refused(DFN_ERROR_INVALID_ARGUMENT, "sample_rate_hz", [&](dfn_error** error) {
    return dfn_enhance(model, &options, nullptr, nullptr, 0, error);
  });
  stream = StreamOptions();
  stream.channels = 17;
  refused(DFN_ERROR_INVALID_ARGUMENT, "channels", call);
  stream = StreamOptions();
  stream.channel_mode = DFN_CHANNELS_LINKED_MEAN;
  refused(DFN_ERROR_INVALID_ARGUMENT, "libdf", call);
  stream = StreamOptions();
  options.unpadded = 1;
  stream = StreamOptions();
  stream.sample_rate_hz = 44100;
  refused(DFN_ERROR_INVALID_ARGUMENT, "without padding", call);
  stream = StreamOptions();
  stream.profile = DFN_PROFILE_LIBDF;
  refused(DFN_ERROR_INVALID_ARGUMENT, "without padding", call);
  options.size = 1;
  refused(DFN_ERROR_INVALID_ARGUMENT, "dfn_enhance_options", call);
}

TEST_F(EnhanceTest, UnpaddedIsLateAndDiffersWhereTheEndIsHeard) {
  dfn_enhance_options options = EnhanceOptions();
  constexpr size_t kHop = 480;
  constexpr size_t kHops = 40;
  // Official look-ahead: at most four hops.
  constexpr size_t kHeardAhead = 4;
  std::vector<float> input = TestNoise(kHops * kHop);
  std::vector<float> padded(input.size());
  std::vector<float> unpadded(input.size());
  ASSERT_EQ(dfn_enhance_interleaved(model_.get(), &options, input.data(), padded.data(),
                                    input.size(), nullptr),
            DFN_OK);
  options.unpadded = 1;
  ASSERT_EQ(dfn_enhance_interleaved(model_.get(), &options, input.data(), unpadded.data(),
                                    input.size(), nullptr),
            DFN_OK);
  const size_t same = (kHops - kHeardAhead - 1) * kHop;
  EXPECT_TRUE(std::equal(padded.begin(), padded.begin() + static_cast<std::ptrdiff_t>(same),
                         unpadded.begin() + kHop));
  // The first half of the first window comes before the sound.
  EXPECT_TRUE(std::any_of(unpadded.begin(), unpadded.begin() + kHop,
                          [](float sample) { return sample != 0.0f; }));
  EXPECT_FALSE(std::equal(unpadded.begin() + kHop, unpadded.end(), padded.begin()));
}

TEST_F(EnhanceTest, OptionsOfANewerHeaderAreRefused) {
  struct Newer {
    dfn_enhance_options known;
    uint64_t unknown;
  } newer;
  dfn_enhance_options_init(&newer.known, sizeof(newer));
  EXPECT_EQ(newer.known.size, sizeof(newer));
  EXPECT_EQ(newer.known.stream, nullptr);
  EXPECT_EQ(newer.known.progress, nullptr);
  float sample = 0.0f;
  EXPECT_EQ(dfn_enhance_interleaved(model_.get(), &newer.known, &sample, &sample, 1, nullptr),
            DFN_OK);
  newer.unknown = 1;
  EXPECT_EQ(dfn_enhance_interleaved(model_.get(), &newer.known, &sample, &sample, 1, nullptr),
            DFN_ERROR_UNSUPPORTED);
}

#ifdef DFN_PROGRAM
// `deepfilter enhance` reads and writes raw samples of 32-bit floats, which lose nothing.
TEST(EnhanceProgramTest, SamplesAreThoseOfTheProgram) {
  const std::string folder = DFN_SOURCE_DIR "/tests/data/tiny/dfn3";
  const Model model = Model::Open(folder);
  const auto path = std::filesystem::path(testing::TempDir()) / "enhance_test.f32";
  const auto bytes = [](auto& samples) { return reinterpret_cast<char*>(samples.data()); };
  for (const bool libdf : {false, true}) {
    auto sound = TestNoise(2 * 50001);
    const auto size = static_cast<std::streamsize>(sound.size() * sizeof(float));
    std::ofstream(path, std::ios::binary).write(bytes(sound), size);
    ASSERT_EQ(
        RunProgram(DFN_PROGRAM,
                   {"enhance", "-", "-o", "-", "--raw-format", "f32", "--rate", "48000",
                    "--channels", "2", "-m", folder, "--profile", libdf ? "libdf" : "reference"},
                   {.input = path.string(), .output = path.string() + ".out"}),
        0);
    std::vector<float> program(sound.size());
    std::ifstream file(path.string() + ".out", std::ios::binary);
    ASSERT_TRUE(file.read(bytes(program), size));
    EXPECT_EQ(file.peek(), std::ifstream::traits_type::eof());
    auto options = StreamOptions();
    options.channels = 2;
    options.profile = libdf ? DFN_PROFILE_LIBDF : DFN_PROFILE_REFERENCE;
    // The program's default with this profile: all channels have the largest gain.
    if (libdf) options.channel_mode = DFN_CHANNELS_LINKED;
    EXPECT_EQ(Enhanced(model, sound, options), program);
  }
}
#endif

}  // namespace
}  // namespace dfn::test
