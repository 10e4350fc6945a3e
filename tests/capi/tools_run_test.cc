// Tests dfn_export's option `verify` under ONNX Runtime, which the environment of the interop tests
// holds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <deepfilter/tools.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "base/testing/scratch_folder.h"
#include "capi/small_model.h"
#include "common/model_folder.h"

namespace dfn::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class VerifyTest : public testing::Test {
 protected:
  void SetUp() override {
    options_.verify = 1;
    options_.overwrite = 1;
  }

  const ScratchFolder scratch_;
  const ModelFolder files_{SmallModelWeights()};
  const fs::path model_ = files_.path();
  const std::string out_ = (scratch_.path() / "out").string();
  dfn_export_options options_ = deepfilter::ExportOptions();
};

TEST_F(VerifyTest, FilesOfEachLayoutGiveTheModelsOutput) {
  for (const dfn_layout layout :
       {DFN_LAYOUT_NETWORKS, DFN_LAYOUT_COMBINED, DFN_LAYOUT_STREAMING, DFN_LAYOUT_AUDIO}) {
    options_.layout = layout;
    const std::string report = deepfilter::Export(model_.string(), out_, options_);
    EXPECT_THAT(report, HasSubstr("\"passed\": true")) << layout;
    EXPECT_THAT(report, HasSubstr("\"runtime\": \"ONNX Runtime ")) << layout;
  }
}

TEST_F(VerifyTest, ComparesWithTheCallersSound) {
  const std::vector<float> sound = TestNoise(480 * 20);
  options_.verify_input = sound.data();
  options_.verify_samples = sound.size();
  EXPECT_THAT(deepfilter::Export(model_.string(), out_, options_), HasSubstr("\"passed\": true"));
  options_.verify_samples = 10;
  EXPECT_THROW(deepfilter::Export(model_.string(), out_, options_), deepfilter::Error);
}

struct Calls {
  std::vector<uint64_t> done;
  uint64_t stop_at;
};

int Note(void* data, uint64_t done, uint64_t) {
  auto& calls = *static_cast<Calls*>(data);
  calls.done.push_back(done);
  return done >= calls.stop_at ? 1 : 0;
}

TEST_F(VerifyTest, CanBeEndedWhileFilesAreCompared) {
  Calls calls{.done = {}, .stop_at = UINT64_MAX};
  options_.progress = Note;
  options_.progress_data = &calls;
  deepfilter::Export(model_.string(), out_, options_);
  ASSERT_GT(calls.done.size(), 50u);  // frames count too
  EXPECT_TRUE(std::is_sorted(calls.done.begin(), calls.done.end()));
  const uint64_t total = calls.done.back();
  calls = {.done = {}, .stop_at = total / 2};
  EXPECT_EQ(dfn_export(model_.c_str(), out_.c_str(), &options_, nullptr, nullptr),
            DFN_ERROR_CANCELLED);
  EXPECT_LT(calls.done.back(), total);
  EXPECT_TRUE(fs::exists(fs::path(out_) / "enc.onnx"));
}

}  // namespace
}  // namespace dfn::test
