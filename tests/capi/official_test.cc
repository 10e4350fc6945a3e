// Compares the official models through the C API with the official packages' samples.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "capi/small_model.h"
#include "common/official_vectors.h"
#include "common/real_model.h"

namespace dfn::test {
namespace {

// Float rounding alone separates them; see tests/reference.
constexpr double kLeastSnrDb = 100.0;

// The whole sound, delay removed, end flushed.
std::vector<float> Enhance(deepfilter::Stream& stream, const std::vector<float>& input,
                           size_t block) {
  std::vector<float> output = Play(stream, input, block);
  std::vector<float> tail(stream.delay_samples());
  for (size_t i = 0; i < tail.size(); i += block) {
    float* plane = &tail[i];
    EXPECT_EQ(stream.Flush(&plane, std::min(block, tail.size() - i)), DFN_OK);
  }
  output.insert(output.end(), tail.begin(), tail.end());
  return {output.end() - static_cast<std::ptrdiff_t>(input.size()), output.end()};
}

class OfficialTest : public testing::TestWithParam<const char*> {};

TEST_P(OfficialTest, ASoundInAnyBlocks) {
  const std::string name = GetParam();
  DFN_REAL_MODEL_OR_SKIP(path, name);
  const auto model = deepfilter::Model::Open(path->string());
  EXPECT_EQ(model.name(), name);
  const auto input = OfficialInput();
  const auto expected = LoadVector<float>(name + "/wav");
  std::vector<float> first;
  for (const size_t block : {size_t{480}, size_t{64}, size_t{1000}, size_t{1 << 20}}) {
    for (const dfn_work_mode mode : {DFN_WORK_DIRECT, DFN_WORK_SPREAD}) {
      auto options = deepfilter::StreamOptions();
      options.work_mode = mode;
      options.level = DFN_LEVEL_KEEP;
      auto stream = deepfilter::Stream::Create(model, options);
      const auto found = Enhance(stream, input, block);
      EXPECT_GE(SnrDb(expected, found), kLeastSnrDb);
      if (first.empty()) first = found;
      EXPECT_EQ(found, first) << block;
    }
  }
  RecordProperty("snr_db", std::to_string(SnrDb(expected, first)));
}

INSTANTIATE_TEST_SUITE_P(Models, OfficialTest,
                         testing::Values("dfn2", "dfn2_ll", "dfn3", "dfn3_ll"),
                         [](const auto& param) { return std::string(param.param); });

}  // namespace
}  // namespace dfn::test
