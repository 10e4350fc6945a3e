// A call in pieces gives the same bits as the whole call, whatever other calls the network runs
// between two pieces.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <vector>

#include "engine/native/native_network.h"
#include "engine/testing/network_runner.h"
#include "engine/testing/random_model.h"

namespace dfn {
namespace {

constexpr size_t kFrames = 17;
constexpr size_t kMaxRows = 3 * kFrames;

// Runs every step piece by piece, and before each piece a whole frame of another stream in another
// workspace.
class PieceByPiece final : public Network {
 public:
  explicit PieceByPiece(const Network& network)
      : network_(network), other_(network, 1000, 77), workspace_(network.NewWorkspace(1)) {}

  const Config& config() const noexcept override { return network_.config(); }
  const StateLayout& state_layout() const noexcept override { return network_.state_layout(); }
  std::unique_ptr<NetworkWorkspace> NewWorkspace(size_t max_rows) const override {
    return network_.NewWorkspace(max_rows);
  }
  void Encode(std::span<const StreamRows> streams, const float* feat_erb, const float* feat_spec,
              float* lsnr_db, NetworkWorkspace& workspace) const noexcept override {
    for (size_t piece = 0; piece < Count(NetworkPart::kEncoder); ++piece) {
      Disturb();
      network_.EncodePiece(piece, streams, feat_erb, feat_spec, lsnr_db, workspace);
    }
  }
  void DecodeErb(std::span<const StreamRows> streams, std::span<const uint32_t> rows, float* gains,
                 NetworkWorkspace& workspace) const noexcept override {
    for (size_t piece = 0; piece < Count(NetworkPart::kErbDecoder); ++piece) {
      Disturb();
      network_.DecodeErbPiece(piece, streams, rows, gains, workspace);
    }
  }
  void DecodeDf(std::span<const StreamRows> streams, std::span<const uint32_t> rows, float* coefs,
                NetworkWorkspace& workspace) const noexcept override {
    for (size_t piece = 0; piece < Count(NetworkPart::kDfDecoder); ++piece) {
      Disturb();
      network_.DecodeDfPiece(piece, streams, rows, coefs, workspace);
    }
  }

 private:
  size_t Count(NetworkPart part) const { return network_.piece_macs(part).size(); }
  void Disturb() const { RunCall(network_, *workspace_, {&other_}, {1}); }

  const Network& network_;
  mutable TestStream other_;
  std::unique_ptr<NetworkWorkspace> workspace_;
};

class PiecesTest : public ::testing::TestWithParam<NamedNetwork> {
 protected:
  PiecesTest()
      : network_(NewNativeNetwork(RandomModel(GetParam().config, 3),
                                  {.precision = GetParam().precision})) {}

  std::unique_ptr<Network> network_;
};

TEST_P(PiecesTest, GiveTheBitsOfTheWhole) {
  const auto workspace = network_->NewWorkspace(kMaxRows);
  const PieceByPiece in_pieces(*network_);
  for (const std::vector<size_t>& frames :
       {std::vector<size_t>{1}, {kFrames}, {1, 1, 1}, {3, 0, kFrames}}) {
    std::vector<TestStream> whole, pieces;
    std::vector<TestStream*> of_whole, of_pieces;
    for (size_t i = 0; i < frames.size(); ++i) {
      whole.emplace_back(*network_, 2 * frames[i], i);
      pieces.emplace_back(*network_, 2 * frames[i], i);
    }
    for (TestStream& stream : whole) of_whole.push_back(&stream);
    for (TestStream& stream : pieces) of_pieces.push_back(&stream);
    for (size_t call = 0; call < 2; ++call) {
      RunCall(*network_, *workspace, of_whole, frames);
      RunCall(in_pieces, *workspace, of_pieces, frames);
    }
    for (size_t i = 0; i < frames.size(); ++i) {
      EXPECT_TRUE(pieces[i].SameOutputs(whole[i]))
          << frames.size() << " streams, stream " << i << " of " << frames[i] << " frames";
    }
  }
}

TEST_P(PiecesTest, NoneHasMoreThanALayersShare) {
  for (NetworkPart part :
       {NetworkPart::kEncoder, NetworkPart::kErbDecoder, NetworkPart::kDfDecoder}) {
    const std::span<const double> macs = network_->piece_macs(part);
    if (part == NetworkPart::kDfDecoder && network_->config().mask_only) {
      ASSERT_EQ(macs.size(), 1u);
      EXPECT_EQ(macs[0], 0.0);
      continue;
    }
    EXPECT_GE(macs.size(), 5u);
    for (double piece : macs) {
      EXPECT_GE(piece, 0.0);
      EXPECT_LT(piece, std::accumulate(macs.begin(), macs.end(), 0.0));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, PiecesTest, ::testing::ValuesIn(SmallNetworks()),
                         [](const auto& test) { return test.param.name; });

// The official DeepFilterNet3 has 3.0 million multiply-adds a frame as it is packed, and no piece
// much more than a tenth of them.
TEST(PieceMacsTest, AreThoseOfTheLayers) {
  Config config;
  config.conv_lookahead_frames = config.df_lookahead_frames = 2;
  config.conv_channels = 64;
  config.erb_gru_layers = config.df_gru_layers = 2;
  config.linear_groups = 16;
  config.enc_linear_groups = 32;
  config.df_skip = Skip::kGroupedLinear;
  config.df_pathway_kernel_t = 5;
  const auto network = NewNativeNetwork(RandomModel(config, 1));
  std::vector<double> macs;
  for (NetworkPart part :
       {NetworkPart::kEncoder, NetworkPart::kErbDecoder, NetworkPart::kDfDecoder}) {
    const std::span<const double> pieces = network->piece_macs(part);
    macs.insert(macs.end(), pieces.begin(), pieces.end());
  }
  // There are two pieces, input product and recurrence, for each of five GRU layers.
  EXPECT_EQ(std::count(macs.begin(), macs.end(), 3.0 * 256 * 256), 10);
  const double sum = std::accumulate(macs.begin(), macs.end(), 0.0);
  EXPECT_NEAR(sum, 3.0e6, 0.1e6);
  EXPECT_LT(*std::max_element(macs.begin(), macs.end()), 0.11 * sum);
}

}  // namespace
}  // namespace dfn
