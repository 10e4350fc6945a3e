// Packed model files through the C API: opened from disk and memory, run in their own precision, and
// written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <deepfilter/tools.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "base/testing/file_content.h"
#include "base/testing/scratch_folder.h"
#include "capi/small_model.h"
#include "common/model_folder.h"
#include "convert/packed/packed_model.h"

namespace dfn::test {
namespace {

namespace fs = std::filesystem;
using deepfilter::Model;
using deepfilter::Stream;
using testing::HasSubstr;

constexpr size_t kBlock = 480;

std::vector<float> Enhanced(const Model& model, dfn_precision precision) {
  auto options = deepfilter::StreamOptions();
  options.precision = precision;
  auto stream = Stream::Create(model, options);
  return Play(stream, TestNoise(40 * kBlock), kBlock);
}

class PackedTest : public testing::Test {
 protected:
  const ScratchFolder scratch_;
  const fs::path folder_ = scratch_.path();
  const ModelFolder files_{SmallModelWeights()};
  const std::string source_ = files_.path().string();
  const std::string file_ = (folder_ / "small.packed").string();
};

TEST_F(PackedTest, EveryWayToOpenGivesTheSamplesOfTheSource) {
  const Model source = Model::Open(source_);
  EXPECT_EQ(source.precision(), DFN_PRECISION_F32);
  for (const dfn_precision precision : {DFN_PRECISION_F32, DFN_PRECISION_F16, DFN_PRECISION_I8}) {
    auto options = deepfilter::PackOptions();
    options.precision = precision;
    options.overwrite = 1;
    deepfilter::Pack(source_, file_, options);
    const std::string bytes = FileContent(file_);
    const dfn_file whole = {"anything", bytes.data(), bytes.size()};
    const std::vector<float> expected = Enhanced(source, precision);
    const auto check = [&](const Model& model) {
      EXPECT_EQ(model.precision(), precision);
      EXPECT_STREQ(model.name(), source.name());
      // The default is the file's.
      auto stream = Stream::Create(model);
      EXPECT_EQ(Play(stream, TestNoise(40 * kBlock), kBlock), expected);
      EXPECT_EQ(Enhanced(model, DFN_PRECISION_MODEL), expected);
      EXPECT_EQ(Enhanced(model, precision), expected);
    };
    check(Model::Open(file_));
    check(Model::OpenMemory(bytes.data(), bytes.size()));
    check(Model::OpenFiles({whole}));
  }
}

// A file of rounded weights runs at f32 too, with what the rounding has left of them.
TEST_F(PackedTest, AnotherPrecisionIsRunIfAskedFor) {
  auto options = deepfilter::PackOptions();
  options.precision = DFN_PRECISION_I8;
  deepfilter::Pack(source_, file_, options);
  const Model model = Model::Open(file_);
  EXPECT_NE(Enhanced(model, DFN_PRECISION_F32), Enhanced(model, DFN_PRECISION_I8));
  EXPECT_NE(Enhanced(model, DFN_PRECISION_F32), Enhanced(Model::Open(source_), DFN_PRECISION_F32));
}

TEST_F(PackedTest, BatchesRunInTheFilesPrecision) {
  auto options = deepfilter::PackOptions();
  options.precision = DFN_PRECISION_F16;
  deepfilter::Pack(source_, file_, options);
  const Model model = Model::Open(file_);
  auto batch = deepfilter::Batch::Create(model, DFN_PRECISION_MODEL, 1);
  auto stream = Stream::Create(model);
  std::vector<float> samples = TestNoise(kBlock);
  float* plane = samples.data();
  const float* const input = plane;
  const dfn_block block = {stream.get(), &input, &plane, kBlock};
  EXPECT_EQ(batch.Process(&block, 1), DFN_OK);
  auto full = deepfilter::StreamOptions();
  full.precision = DFN_PRECISION_F32;
  auto other = Stream::Create(model, full);
  const dfn_block wrong = {other.get(), &input, &plane, kBlock};
  EXPECT_EQ(batch.Process(&wrong, 1), DFN_ERROR_MISMATCH);
}

TEST_F(PackedTest, ThePackedFileIsTheReports) {
  const std::string report = deepfilter::Pack(source_, file_);
  EXPECT_THAT(report, HasSubstr("\"precision\": \"f32\""));
  EXPECT_THAT(report, HasSubstr("\"file\": \"" + file_ + "\""));
  EXPECT_THAT(report, HasSubstr("\"bytes\": " + std::to_string(fs::file_size(file_))));
  EXPECT_THAT(deepfilter::Inspect(file_), HasSubstr("\"packed\": true"));
}

dfn_result Pack(const std::string& source, const char* target, const dfn_pack_options& options,
                std::string& sentence) {
  char* report = nullptr;
  dfn_error* error = nullptr;
  const dfn_result result = dfn_pack(source.c_str(), target, &options, &report, &error);
  sentence = dfn_error_message(error);
  dfn_error_free(error);
  dfn_text_free(report);
  return result;
}

TEST_F(PackedTest, WhatIsWrongIsNamedAndLeavesNothing) {
  std::string sentence;
  auto options = deepfilter::PackOptions();
  EXPECT_EQ(Pack(source_, nullptr, options, sentence), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_THAT(sentence, HasSubstr("target is null"));
  const int four = 4;
  std::memcpy(&options.precision, &four, sizeof(four));
  EXPECT_EQ(Pack(source_, file_.c_str(), options, sentence), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_THAT(sentence, HasSubstr("precision is 4"));
  options = deepfilter::PackOptions();
  EXPECT_EQ(Pack((folder_ / "none").string(), file_.c_str(), options, sentence),
            DFN_ERROR_NOT_FOUND);
  options.config = "none.ini";
  EXPECT_EQ(Pack(source_, file_.c_str(), options, sentence), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_FALSE(fs::exists(file_));

  options = deepfilter::PackOptions();
  options.precision = DFN_PRECISION_I8;
  ASSERT_EQ(Pack(source_, file_.c_str(), options, sentence), DFN_OK) << sentence;
  EXPECT_EQ(Pack(source_, file_.c_str(), options, sentence), DFN_ERROR_EXISTS);
  options.precision = DFN_PRECISION_F16;
  const std::string again = (folder_ / "again.packed").string();
  EXPECT_EQ(Pack(file_, again.c_str(), options, sentence), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_THAT(sentence, HasSubstr("pack f16 from the model that this file was made from"));
  EXPECT_FALSE(fs::exists(again));
}

TEST_F(PackedTest, EachStepCanBeTheLast) {
  auto options = deepfilter::PackOptions();
  uint64_t calls = 0;
  options.progress_data = &calls;
  options.progress = [](void* data, uint64_t done, uint64_t total) {
    return ++*static_cast<uint64_t*>(data) == 2 && done < total ? 1 : 0;
  };
  std::string sentence;
  EXPECT_EQ(Pack(source_, file_.c_str(), options, sentence), DFN_ERROR_CANCELLED);
  EXPECT_EQ(calls, 2u);
  EXPECT_FALSE(fs::exists(file_));
}

// Each byte of a damaged file in memory is enough for a sentence.
TEST_F(PackedTest, DamageIsAnError) {
  const std::vector<uint8_t> file = PackModel(SmallModelWeights(), Precision::kI8);
  const auto result_of = [](const std::vector<uint8_t>& bytes) {
    dfn_model* model = nullptr;
    dfn_error* error = nullptr;
    const dfn_result result =
        dfn_model_open_memory(bytes.data(), bytes.size(), nullptr, &model, &error);
    EXPECT_EQ(model == nullptr, result != DFN_OK);
    EXPECT_EQ(error == nullptr, result == DFN_OK);
    dfn_model_free(model);
    dfn_error_free(error);
    return result;
  };
  EXPECT_EQ(result_of(file), DFN_OK);
  for (size_t at = 1; at < file.size(); at += 997) {
    std::vector<uint8_t> damaged = file;
    damaged[at] ^= 0x10;
    EXPECT_NE(result_of(damaged), DFN_OK) << at;
    EXPECT_EQ(result_of({file.begin(), file.begin() + static_cast<ptrdiff_t>(at)}),
              DFN_ERROR_CORRUPT)
        << at;
  }
}

}  // namespace
}  // namespace dfn::test
