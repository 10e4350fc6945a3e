// Tests opening models through the C API, and the errors.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <utility>

#include "base/testing/environment.h"
#include "base/testing/scratch_folder.h"
#include "capi/small_model.h"
#include "capi/tar_gz.h"

namespace dfn::test {
namespace {

using deepfilter::Model;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// The result and the sentence of a failed call.
struct Failure {
  dfn_result result;
  std::string sentence;
};

// Runs `open(model, error)` and takes everything back.
template <class Open>
Failure Try(const Open& open) {
  // A failure sets the pointer to null, whatever its value was.
  int other = 0;
  auto* model = reinterpret_cast<dfn_model*>(&other);
  dfn_error* error = nullptr;
  const dfn_result result = open(&model, &error);
  Failure failure{result, dfn_error_message(error)};
  EXPECT_EQ(dfn_error_result(error), result);
  EXPECT_EQ(error == nullptr, result == DFN_OK);
  EXPECT_EQ(model == nullptr, result != DFN_OK);
  if (result == DFN_OK) dfn_model_free(model);
  dfn_error_free(error);
  return failure;
}

Failure OpenPath(const std::string& path, const dfn_model_options* options = nullptr) {
  return Try([&](dfn_model** model, dfn_error** error) {
    return dfn_model_open(path.c_str(), options, model, error);
  });
}

Failure OpenBytes(const std::vector<uint8_t>& bytes, const dfn_model_options* options = nullptr) {
  return Try([&](dfn_model** model, dfn_error** error) {
    return dfn_model_open_memory(bytes.data(), bytes.size(), options, model, error);
  });
}

Failure OpenFiles(const std::vector<dfn_file>& files, const dfn_model_options* options = nullptr) {
  return Try([&](dfn_model** model, dfn_error** error) {
    return dfn_model_open_files(files.data(), files.size(), options, model, error);
  });
}

class ModelTest : public testing::Test {
 protected:
  std::string Write(const std::string& name, const std::vector<uint8_t>& bytes) {
    const auto path = folder_ / name;
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    return path.string();
  }

  const ScratchFolder scratch_;
  const std::filesystem::path folder_ = scratch_.path();
};

TEST(Version, IsThatOfTheHeader) {
  EXPECT_EQ(dfn_version(), std::to_string(DFN_VERSION_MAJOR) + "." +
                               std::to_string(DFN_VERSION_MINOR) + "." +
                               std::to_string(DFN_VERSION_PATCH));
  EXPECT_STREQ(dfn_version(), DFN_PROJECT_VERSION);
  EXPECT_STRNE(dfn_simd_target(), "");
}

TEST_F(ModelTest, AWrongInstructionSetIsRefusedWhicheverWayItIsOpened) {
  const auto files = SmallModelFiles();
  const auto views = FilesOf(files);
  const auto archive = TarGz(files);
  const ScopedVariable simd("DEEPFILTER_SIMD", "AVX99");
  dfn_model* models[3] = {};
  dfn_error* errors[3] = {};
  EXPECT_EQ(dfn_model_open(DFN_SOURCE_DIR "/tests/data/tiny/dfn3", nullptr, &models[0], &errors[0]),
            DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(dfn_model_open_memory(archive.data(), archive.size(), nullptr, &models[1], &errors[1]),
            DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(dfn_model_open_files(views.data(), views.size(), nullptr, &models[2], &errors[2]),
            DFN_ERROR_INVALID_ARGUMENT);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(models[i], nullptr);
    EXPECT_THAT(dfn_error_message(errors[i]), HasSubstr("DEEPFILTER_SIMD is \"AVX99\""));
    dfn_error_free(errors[i]);
  }
}

TEST_F(ModelTest, TheSameFromAFolderAnArchiveAndMemory) {
  const auto files = SmallModelFiles();
  for (const NamedBytes& file : files) Write(file.name, file.bytes);
  const auto archive = TarGz(files);
  const std::string archive_path = Write("model.tar.gz", archive);

  Model models[] = {Model::Open(folder_.string()), Model::Open(archive_path),
                    Model::OpenMemory(archive.data(), archive.size()),
                    Model::OpenFiles(FilesOf(files))};
  const auto noise = TestNoise(48000);
  std::vector<std::vector<float>> outputs;
  for (const Model& model : models) {
    EXPECT_STREQ(model.name(), "DeepFilterNet3");
    EXPECT_EQ(model.sample_rate_hz(), 48000u);
    EXPECT_EQ(model.hop_samples(), 480u);
    auto stream = deepfilter::Stream::Create(model);
    outputs.push_back(Play(stream, noise, 480));
    EXPECT_EQ(outputs.back(), outputs.front());
  }
}

TEST_F(ModelTest, EachFailureHasItsResultAndItsSentence) {
  const auto absent = OpenPath((folder_ / "absent").string());
  EXPECT_EQ(absent.result, DFN_ERROR_NOT_FOUND);
  EXPECT_THAT(absent.sentence, HasSubstr("absent"));

  const auto junk = OpenPath(Write("junk.tar.gz", {1, 2, 3}));
  EXPECT_EQ(junk.result, DFN_ERROR_CORRUPT);
  EXPECT_THAT(junk.sentence, HasSubstr("junk.tar.gz"));

  EXPECT_EQ(OpenPath(Write("one.onnx", {1, 2, 3})).result, DFN_ERROR_UNSUPPORTED);

  auto mixed = SmallModelFiles(1);
  auto other = SmallModelFiles(2);
  mixed.push_back(mixed.front());
  EXPECT_EQ(OpenFiles(FilesOf(mixed)).result, DFN_ERROR_MISMATCH);

  mixed = SmallModelFiles(1);
  for (NamedBytes& file : mixed) {
    if (file.name == "enc.onnx") file.bytes.resize(file.bytes.size() / 2);
  }
  const auto cut = OpenFiles(FilesOf(mixed));
  EXPECT_EQ(cut.result, DFN_ERROR_CORRUPT);
  EXPECT_THAT(cut.sentence, HasSubstr("enc.onnx"));
  for (const Failure& failure : {absent, junk, cut}) {
    EXPECT_THAT(failure.sentence, Not(testing::EndsWith(".")));
    EXPECT_THAT(failure.sentence, Not(HasSubstr("\n")));
  }
}

TEST(Model, FilesWithoutAModel) {
  EXPECT_EQ(OpenFiles({}).result, DFN_ERROR_INVALID_ARGUMENT);
  const std::vector<dfn_file> readme = {{"README", "hello", 5}};
  EXPECT_EQ(OpenFiles(readme).result, DFN_ERROR_NOT_FOUND);
  const std::vector<dfn_file> nameless = {{nullptr, "hello", 5}};
  EXPECT_EQ(OpenFiles(nameless).result, DFN_ERROR_INVALID_ARGUMENT);
  const std::vector<dfn_file> empty = {{"config.ini", nullptr, 0}};
  EXPECT_EQ(OpenFiles(empty).result, DFN_ERROR_NOT_FOUND);
  const std::vector<dfn_file> hollow = {{"config.ini", nullptr, 7}};
  EXPECT_EQ(OpenFiles(hollow).result, DFN_ERROR_INVALID_ARGUMENT);
}

TEST(Model, NoBytes) {
  EXPECT_EQ(OpenBytes({}).result, DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(OpenBytes({0x1f}).result, DFN_ERROR_CORRUPT);
}

TEST(Model, LimitsHold) {
  const auto files = SmallModelFiles();
  const auto archive = TarGz(files);
  auto options = deepfilter::ModelOptions();
  options.max_file_bytes = 20000;
  EXPECT_EQ(OpenBytes(archive, &options).result, DFN_ERROR_LIMIT);
  EXPECT_EQ(OpenFiles(FilesOf(files), &options).result, DFN_ERROR_LIMIT);
  options.max_file_bytes = 0;
  EXPECT_EQ(OpenBytes(archive, &options).result, DFN_ERROR_LIMIT);
}

TEST(Model, NullIsRefusedOrDoesNothing) {
  dfn_error* error = nullptr;
  EXPECT_EQ(dfn_model_open("", nullptr, nullptr, &error), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_STREQ(dfn_error_message(error), "model is null");
  dfn_error_free(error);
  EXPECT_EQ(dfn_model_open("", nullptr, nullptr, nullptr), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(dfn_error_result(nullptr), DFN_OK);
  EXPECT_STREQ(dfn_error_message(nullptr), "");
  dfn_error_free(nullptr);
  dfn_model_free(nullptr);
  dfn_model_options_init(nullptr, 100);
  EXPECT_STREQ(dfn_model_name(nullptr), "");
  EXPECT_EQ(dfn_model_sample_rate_hz(nullptr), 0u);
  EXPECT_EQ(dfn_model_hop_samples(nullptr), 0u);
  EXPECT_EQ(dfn_model_precision(nullptr), DFN_PRECISION_F32);
  EXPECT_EQ(dfn_model_delay_samples(nullptr, nullptr), 0u);
}

TEST(Model, WhoFreesWhatFirstIsTheSame) {
  auto model = std::make_unique<Model>(SmallModel());
  auto stream = deepfilter::Stream::Create(*model);
  auto batch = deepfilter::Batch::Create(*model, DFN_PRECISION_F32, 1);
  model.reset();
  auto noise = TestNoise(4800);
  float* plane = noise.data();
  const dfn_block block = {stream.get(), &plane, &plane, noise.size()};
  EXPECT_EQ(batch.Process(&block, 1), DFN_OK);
  EXPECT_NE(noise.back(), 0.0f);
}

struct Line {
  dfn_log_level level;
  std::string text;
};
void Keep(void* data, dfn_log_level level, const char* message) {
  static_cast<std::vector<Line>*>(data)->push_back({level, message});
}

TEST(Model, TellsWhatItOpens) {
  std::vector<Line> lines;
  auto options = deepfilter::ModelOptions();
  options.log = Keep;
  options.log_data = &lines;
  const auto files = SmallModelFiles();
  const auto model = Model::OpenFiles(FilesOf(files), options);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].level, DFN_LOG_INFO);
  EXPECT_THAT(lines[0].text, HasSubstr("DeepFilterNet3"));
  const auto stream = deepfilter::Stream::Create(model);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_THAT(lines[1].text, HasSubstr("delay " + std::to_string(stream.delay_samples())));
}

TEST(Model, ALogThatThrowsIsAnErrorLikeAnyOther) {
  auto options = deepfilter::ModelOptions();
  options.log = [](void*, dfn_log_level, const char*) { throw std::runtime_error("no log today"); };
  const auto files = SmallModelFiles();
  const auto failure = OpenFiles(FilesOf(files), &options);
  EXPECT_EQ(failure.result, DFN_ERROR_INTERNAL);
#if defined(DFN_LIBRARY_HAS_OWN_RUNTIME)
  // To a C++ runtime of its own, exceptions of another are strangers.
  EXPECT_EQ(failure.sentence, "something unknown was thrown");
#else
  EXPECT_EQ(failure.sentence, "no log today");
#endif
}

TEST(ModelOptions, OlderAndNewerCallers) {
  // Longer than this library knows.
  struct Newer {
    dfn_model_options known;
    size_t unknown;
  } newer;
  std::memset(&newer, 0xab, sizeof(newer));
  dfn_model_options_init(&newer.known, sizeof(newer));
  EXPECT_EQ(newer.known.size, sizeof(newer));
  EXPECT_EQ(newer.unknown, 0u);
  const auto files = SmallModelFiles();
  EXPECT_EQ(OpenFiles(FilesOf(files), &newer.known).result, DFN_OK);
  newer.unknown = 1;
  const auto failure = OpenFiles(FilesOf(files), &newer.known);
  EXPECT_EQ(failure.result, DFN_ERROR_UNSUPPORTED);
  EXPECT_THAT(failure.sentence, HasSubstr("dfn_model_options"));

  // Shorter: nothing is written behind.
  dfn_model_options older;
  std::memset(&older, 0xab, sizeof(older));
  dfn_model_options_init(&older, offsetof(dfn_model_options, max_file_bytes));
  EXPECT_EQ(older.size, offsetof(dfn_model_options, max_file_bytes));
  EXPECT_EQ(older.log, nullptr);
  EXPECT_EQ(reinterpret_cast<const unsigned char*>(&older.max_file_bytes)[0], 0xabu);
  dfn_model_options_init(&older, 0);
  EXPECT_EQ(older.size, offsetof(dfn_model_options, max_file_bytes));

  for (const size_t size : {size_t{0}, size_t{1}, sizeof(dfn_model_options) - 1}) {
    auto options = deepfilter::ModelOptions();
    options.size = size;
    const auto short_one = OpenFiles(FilesOf(files), &options);
    EXPECT_EQ(short_one.result, DFN_ERROR_INVALID_ARGUMENT);
    EXPECT_THAT(short_one.sentence, HasSubstr("dfn_model_options_init"));
  }
}

TEST(Model, ManyThreadsMakeStreamsOfOne) {
  const auto model = SmallModel();
  const auto noise = TestNoise(9600);
  auto first = deepfilter::Stream::Create(model);
  const auto expected = Play(first, noise, 480);
  std::vector<std::vector<float>> outputs(4);
  std::vector<std::thread> threads;
  for (auto& output : outputs) {
    threads.emplace_back([&] {
      auto options = deepfilter::StreamOptions();
      options.precision = DFN_PRECISION_F16;  // packed by whoever comes first
      deepfilter::Stream::Create(model, options);
      auto stream = deepfilter::Stream::Create(model);
      output = Play(stream, noise, 333);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& output : outputs) EXPECT_EQ(output, expected);
}

TEST(Error, CarriesResultAndSentenceInCpp) {
  try {
    Model::Open("/no/such/folder");
    FAIL() << "opened what is not there";
  } catch (const deepfilter::Error& error) {
    EXPECT_EQ(error.result(), DFN_ERROR_NOT_FOUND);
    EXPECT_THAT(error.what(), HasSubstr("/no/such/folder"));
  }
}

}  // namespace
}  // namespace dfn::test
