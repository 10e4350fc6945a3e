// The times at which the pieces of a spread hop run.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "stream/testing/host.h"

namespace dfn {
namespace {

// There are so many multiply-adds that the shares of analysis and synthesis are almost 0.
constexpr double kMacs[] = {4e9, 1e9, 2e9, 3e9};

// An identity network with four pieces in each part, which counts them.
class CountingNetwork final : public Network {
 public:
  const Config& config() const noexcept override { return inner_.config(); }
  const StateLayout& state_layout() const noexcept override { return inner_.state_layout(); }
  std::unique_ptr<NetworkWorkspace> NewWorkspace(size_t max_rows) const override {
    return inner_.NewWorkspace(max_rows);
  }
  void Encode(std::span<const StreamRows> streams, const float* feat_erb, const float* feat_spec,
              float* lsnr_db, NetworkWorkspace& workspace) const noexcept override {
    inner_.Encode(streams, feat_erb, feat_spec, lsnr_db, workspace);
  }
  void DecodeErb(std::span<const StreamRows> streams, std::span<const uint32_t> rows, float* gains,
                 NetworkWorkspace& workspace) const noexcept override {
    inner_.DecodeErb(streams, rows, gains, workspace);
  }
  void DecodeDf(std::span<const StreamRows> streams, std::span<const uint32_t> rows, float* coefs,
                NetworkWorkspace& workspace) const noexcept override {
    inner_.DecodeDf(streams, rows, coefs, workspace);
  }
  std::span<const double> piece_macs(NetworkPart) const noexcept override { return kMacs; }
  void EncodePiece(size_t piece, std::span<const StreamRows> streams, const float* feat_erb,
                   const float* feat_spec, float* lsnr_db,
                   NetworkWorkspace& workspace) const noexcept override {
    ++pieces;
    if (piece + 1 == std::size(kMacs)) Encode(streams, feat_erb, feat_spec, lsnr_db, workspace);
  }
  void DecodeErbPiece(size_t piece, std::span<const StreamRows> streams,
                      std::span<const uint32_t> rows, float* gains,
                      NetworkWorkspace& workspace) const noexcept override {
    ++pieces;
    if (piece + 1 == std::size(kMacs)) DecodeErb(streams, rows, gains, workspace);
  }
  void DecodeDfPiece(size_t piece, std::span<const StreamRows> streams,
                     std::span<const uint32_t> rows, float* coefs,
                     NetworkWorkspace& workspace) const noexcept override {
    ++pieces;
    if (piece + 1 == std::size(kMacs)) DecodeDf(streams, rows, coefs, workspace);
  }

  mutable size_t pieces = 0;

 private:
  FakeNetwork inner_{HostTestConfig(), FakeKind::kIdentity};
};

// The official sizes at three rates, in blocks of a tenth of a hop.
TEST(HostSpreadTest, WorkKeepsPaceWithTheSamples) {
  for (size_t host_hz : {16000u, 48000u, 192000u}) {
    const auto network = std::make_shared<CountingNetwork>();
    HostStreamOptions made;
    made.sample_rate_hz = host_hz;
    made.work_mode = WorkMode::kSpread;
    auto host = MakeHost(network, made);
    const size_t hop = host_hz / 100;
    const size_t block = hop / 10;
    // Processes up to the middle of the sound, where a hop is complete; at other rates that is
    // later by the samples that the input filter needs.
    const HostSignal input = Noise(1, 20 * hop);
    size_t at = 0;
    size_t hops = 0;
    while (hops < 6) {
      EnhancePart(*host, input, {1}, at, at + 1);
      ++at;
      hops += host->call_local_snrs_db().size();
    }
    // The previous hop has been output, and the new one is not yet begun.
    const size_t before = network->pieces;
    for (size_t tenth = 1; tenth <= 10; ++tenth) {
      const size_t already = network->pieces;
      EnhancePart(*host, input, {block}, at, at + block);
      at += block;
      // A tenth of the hop is worth 3e9: the two small pieces at most, and one that was waited for.
      EXPECT_LE(network->pieces - already, 3u) << tenth;
    }
    EXPECT_EQ(network->pieces - before, 3 * std::size(kMacs));
    // A block that spans hops processes them completely.
    EnhancePart(*host, input, {5 * hop}, at, at + 5 * hop);
    EXPECT_EQ(network->pieces - before, 6 * 3 * std::size(kMacs));
  }
}

TEST(HostSpreadTest, SavingFinishesTheHopInHand) {
  const auto network = std::make_shared<CountingNetwork>();
  HostStreamOptions made;
  made.work_mode = WorkMode::kSpread;
  auto host = MakeHost(network, made);
  const HostSignal input = Noise(1, 6 * 480);
  EnhancePart(*host, input, {480}, 0, 5 * 480);
  const size_t before = network->pieces;
  std::vector<float> state(host->state_size());
  host->SaveState(state.data());
  EXPECT_EQ(network->pieces - before, 3 * std::size(kMacs));
  EnhancePart(*host, input, {479}, 5 * 480, 6 * 480 - 1);
  EXPECT_EQ(network->pieces - before, 3 * std::size(kMacs));
}

}  // namespace
}  // namespace dfn
