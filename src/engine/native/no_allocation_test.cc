// Checks that Encode and the decoders allocate nothing, with an operator new that counts, which
// replaces the whole test program's.
#include <gtest/gtest.h>

#include "engine/native/native_network.h"
#include "engine/testing/random_model.h"
#include "kernels/testing/compare.h"
#include "stream/testing/allocations.h"

namespace dfn {
namespace {

class NoAllocationTest : public ::testing::TestWithParam<NamedNetwork> {};

TEST_P(NoAllocationTest, EncodeAndDecode) {
  constexpr size_t kFrames = 4;
  const Config& c = GetParam().config;
  const auto network = NewNativeNetwork(RandomModel(c, 1), {.precision = GetParam().precision});
  const auto workspace = network->NewWorkspace(2 * kFrames);
  AlignedBuffer<float> states[2];
  StreamRows streams[2];
  for (size_t i = 0; i < 2; ++i) {
    states[i] = AlignedBuffer<float>(network->state_layout().size());
    streams[i] = {states[i].data(), kFrames};
  }
  const std::vector<float> feat_erb = RandomFloats(1).Vector(2 * kFrames * c.erb_bands);
  const std::vector<float> feat_spec = RandomFloats(2).Vector(2 * kFrames * c.df_bins * 2);
  std::vector<float> lsnr(2 * kFrames);
  std::vector<float> gains(2 * kFrames * c.erb_bands);
  std::vector<float> coefs(2 * kFrames * c.df_bins * c.df_order * 2);
  const uint32_t rows[] = {0, 2, 3, 5};

  const size_t before = Allocations();
  ASSERT_GT(before, 0u) << "operator new is not the counting one";
  network->Encode(streams, feat_erb.data(), feat_spec.data(), lsnr.data(), *workspace);
  network->DecodeErb(streams, rows, gains.data(), *workspace);
  network->DecodeDf(streams, rows, coefs.data(), *workspace);
  EXPECT_EQ(Allocations(), before);
}

INSTANTIATE_TEST_SUITE_P(Networks, NoAllocationTest, ::testing::ValuesIn(SmallNetworks()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace dfn
