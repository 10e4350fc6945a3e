// The network's result does not depend on how the input is cut: any number of frames a call, any
// number of streams and any gating of the decoders give the same bits, on every instruction set and
// with weights of every precision.
#include <gtest/gtest.h>

#include "engine/native/native_network.h"
#include "engine/testing/network_runner.h"
#include "engine/testing/random_model.h"
#include "kernels/testing/compare.h"

namespace dfn {
namespace {

constexpr size_t kFrames = 31;
constexpr size_t kMaxRows = 5 * kFrames;

class CutTest : public ::testing::TestWithParam<NamedNetwork> {
 protected:
  CutTest()
      : network_(NewNativeNetwork(RandomModel(GetParam().config, 3),
                                  {.precision = GetParam().precision})),
        workspace_(network_->NewWorkspace(kMaxRows)) {}

  // Runs a stream alone, in calls of `cut` frames.
  TestStream Alone(size_t frames, uint64_t seed, size_t cut) {
    TestStream stream(*network_, frames, seed);
    while (stream.done < frames) {
      RunCall(*network_, *workspace_, {&stream}, {std::min(cut, frames - stream.done)});
    }
    return stream;
  }

  std::unique_ptr<Network> network_;
  std::unique_ptr<NetworkWorkspace> workspace_;
};

TEST_P(CutTest, AnyCutGivesTheSameBits) {
  ForEachKernelTarget([&] {
    const TestStream whole = Alone(kFrames, 7, kFrames);
    for (size_t cut : {1u, 2u, 7u}) {
      EXPECT_TRUE(Alone(kFrames, 7, cut).SameOutputs(whole)) << "calls of " << cut;
    }
  });
}

TEST_P(CutTest, FiveRaggedStreamsGiveTheBitsOfEachAlone) {
  constexpr size_t kStreams = 5;
  // The frames of each stream in each call; streams start, pause and end at different calls.
  const std::vector<std::vector<size_t>> calls = {
      {1, 0, 7, 3, 31}, {0, 5, 2, 3, 0}, {12, 1, 0, 3, 0}, {4, 0, 1, 3, 0}, {0, 0, 0, 0, 0}};
  ForEachKernelTarget([&] {
    std::vector<TestStream> streams;
    std::vector<TestStream*> pointers;
    for (size_t i = 0; i < kStreams; ++i) {
      size_t frames = 0;
      for (const auto& call : calls) frames += call[i];
      streams.emplace_back(*network_, frames, 20 + i);
    }
    for (TestStream& stream : streams) pointers.push_back(&stream);
    for (const auto& call : calls) RunCall(*network_, *workspace_, pointers, call);
    for (size_t i = 0; i < kStreams; ++i) {
      const size_t frames = streams[i].frames;
      EXPECT_TRUE(streams[i].SameOutputs(Alone(frames, 20 + i, frames))) << "stream " << i;
    }
  });
}

// A decoder that does not run keeps its state, and the encoder's state does not depend on the
// decoders.
TEST_P(CutTest, DecodersAdvanceBySelectedRowsOnly) {
  const StateLayout& layout = network_->state_layout();
  TestStream stream(*network_, kFrames, 9);
  RunCall(*network_, *workspace_, {&stream}, {kFrames});
  AlignedBuffer<float> state(layout.size());
  layout.Reset(state.data());
  const StreamRows rows{state.data(), kFrames};
  std::vector<float> lsnr(kFrames);
  network_->Encode({&rows, 1}, stream.feat_erb.data(), stream.feat_spec.data(), lsnr.data(),
                   *workspace_);
  network_->DecodeErb({&rows, 1}, {}, nullptr, *workspace_);
  network_->DecodeDf({&rows, 1}, {}, nullptr, *workspace_);
  EXPECT_EQ(lsnr, stream.lsnr_db);
  for (const StateEntry& entry : layout.entries()) {
    const bool encoder = entry.name.starts_with("enc.");
    const std::vector<float> expected(stream.state.data() + entry.offset,
                                      stream.state.data() + entry.offset + entry.size);
    const std::vector<float> found(state.data() + entry.offset,
                                   state.data() + entry.offset + entry.size);
    EXPECT_EQ(found, encoder ? expected : std::vector<float>(entry.size)) << entry.name;
    EXPECT_NE(expected, std::vector<float>(entry.size)) << entry.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, CutTest, ::testing::ValuesIn(SmallNetworks()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace dfn
