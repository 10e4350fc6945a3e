#include "common/npy.h"

#include <gtest/gtest.h>

namespace dfn::test {
namespace {

TEST(NpyTest, ShapesOfNumpysHeaders) {
  EXPECT_EQ(ParseNpyShape("{'descr': '<f4', 'shape': (2, 3, 40), }"),
            (std::vector<size_t>{2, 3, 40}));
  EXPECT_EQ(ParseNpyShape("{'shape': (7,), }"), (std::vector<size_t>{7}));
  EXPECT_TRUE(ParseNpyShape("{'shape': (), }").empty());
}

TEST(NpyTest, ReadsWhatTheReferenceHolds) {
  const std::string data = DFN_SOURCE_DIR "/tests/reference/data/";
  const auto input = ReadNpy<int16_t>(data + "input.npy");
  ASSERT_TRUE(input.ok()) << input.error().message;
  EXPECT_EQ(input->shape, (std::vector<size_t>{48000}));
  const auto spec = ReadNpy<float>(data + "feat_spec.npy");
  ASSERT_TRUE(spec.ok()) << spec.error().message;
  EXPECT_EQ(spec->shape, (std::vector<size_t>{102, 96, 2}));
  EXPECT_EQ(ReadNpy<float>(data + "input.npy").error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(ReadNpy<float>(data + "none.npy").error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace dfn::test
