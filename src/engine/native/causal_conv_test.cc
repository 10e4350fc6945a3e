#include "engine/native/causal_conv.h"

#include <gtest/gtest.h>

#include "engine/testing/random_model.h"
#include "kernels/testing/compare.h"

namespace dfn {
namespace {

constexpr size_t kBins = 6;
constexpr size_t kChannels = 4;
constexpr size_t kFrame = kBins * kChannels;
constexpr size_t kRows = 9;

class CausalConvTest : public ::testing::TestWithParam<size_t> {
 protected:
  CausalConvTest() {
    const ConvLayer layer =
        RandomConvLayer(kChannels, kChannels, {.t = GetParam(), .f = 3}, 1, false, GetParam());
    if (GetParam() > 1) layout_.Add("conv", {GetParam() - 1, kBins, kChannels});
    conv_.emplace(PackedConv(layer, kBins, Activation::kRelu), layout_, "conv");
    scratch_.Fit(conv_->packed().scratch_floats(), GetParam());
  }

  std::vector<float> Run(size_t cut) {
    AlignedBuffer<float> state(layout_.size());
    std::vector<float> output(kRows * kFrame);
    for (size_t begin = 0; begin < kRows; begin += cut) {
      const size_t rows = std::min(cut, kRows - begin);
      const RowView inputs{x_.data() + begin * kFrame, kFrame};
      for (size_t i = 0; i < rows; ++i) {
        conv_->Run(state.data(), inputs, i, output.data() + (begin + i) * kFrame, scratch_);
      }
      conv_->Advance(state.data(), inputs, rows);
    }
    return output;
  }

  StateLayout layout_;
  std::optional<CausalConv> conv_;
  ConvScratch scratch_;
  std::vector<float> x_ = RandomFloats(5).Vector(kRows * kFrame);
};

TEST_P(CausalConvTest, HistoryJoinsAnyCut) {
  const std::vector<float> whole = Run(kRows);
  for (size_t cut : {1u, 2u, 3u, 4u, 8u}) EXPECT_EQ(Run(cut), whole) << cut;
}

TEST_P(CausalConvTest, IndexedRowsAreTakenInTheirOrder) {
  std::vector<float> picked;
  const uint32_t index[] = {1, 2, 5, 8};
  for (uint32_t row : index) {
    picked.insert(picked.end(), x_.begin() + row * kFrame, x_.begin() + (row + 1) * kFrame);
  }
  std::vector<float> outputs[2];
  for (size_t way : {0u, 1u}) {
    const RowView inputs =
        way == 0 ? RowView{x_.data(), kFrame, index} : RowView{picked.data(), kFrame};
    AlignedBuffer<float> state(layout_.size());
    outputs[way].resize(std::size(index) * kFrame);
    for (size_t i = 0; i < std::size(index); ++i) {
      conv_->Run(state.data(), inputs, i, outputs[way].data() + i * kFrame, scratch_);
    }
    conv_->Advance(state.data(), inputs, std::size(index));
    outputs[way].insert(outputs[way].end(), state.data(), state.data() + state.size());
  }
  EXPECT_EQ(outputs[0], outputs[1]);
}

INSTANTIATE_TEST_SUITE_P(KernelT, CausalConvTest, ::testing::Values(1, 2, 3, 5));

}  // namespace
}  // namespace dfn
