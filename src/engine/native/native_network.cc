#include "engine/native/native_network.h"

#include <cstddef>
#include <optional>
#include <span>
#include <utility>

#include "base/memory_room.h"
#include "engine/native/df_decoder.h"
#include "engine/native/encoder.h"
#include "engine/native/erb_decoder.h"
#include "engine/native/layer_packer.h"
#include "engine/native/workspace.h"
#include "kernels/targets.h"

namespace dfn {
namespace {

class NativeNetwork final : public Network {
 public:
  // `pack` puts weights into `room`, a room of `weights`.
  NativeNetwork(const LayerPacker& pack, MemoryBlock weights, MemoryRoom& room)
      : weights_(std::move(weights)),
        config_(pack.config()),
        layout_(pack.layout()),
        encoder_(pack),
        erb_decoder_(pack) {
    if (!config_.mask_only) df_decoder_.emplace(pack);
    // What does not fit stays where it is.
    VisitWeights([&]<class T>(AlignedBuffer<T>& buffer) {
      if (!buffer.owns_memory()) return;
      if (void* memory = room.Take<T>(buffer.size())) buffer.MoveTo(memory);
    });
  }

  const Config& config() const noexcept override { return config_; }
  const StateLayout& state_layout() const noexcept override { return layout_; }
  bool parts_run_side_by_side() const noexcept override { return true; }

  std::unique_ptr<NetworkWorkspace> NewWorkspace(size_t max_rows) const override {
    auto workspace = std::make_unique<Workspace>(max_rows);
    encoder_.Fit(max_rows, *workspace);
    erb_decoder_.Fit(max_rows, *workspace);
    if (df_decoder_) df_decoder_->Fit(max_rows, *workspace);
    return workspace;
  }

  std::span<const double> piece_macs(NetworkPart part) const noexcept override {
    switch (part) {
      case NetworkPart::kEncoder:
        return encoder_.piece_macs();
      case NetworkPart::kErbDecoder:
        return erb_decoder_.piece_macs();
      case NetworkPart::kDfDecoder:
        return df_decoder_ ? df_decoder_->piece_macs() : std::span<const double>(kNoWork);
    }
    return {};
  }

  void Encode(std::span<const StreamRows> streams, const float* feat_erb, const float* feat_spec,
              float* lsnr_db, NetworkWorkspace& workspace) const noexcept override {
    for (size_t piece = 0; piece < encoder_.piece_macs().size(); ++piece) {
      EncodePiece(piece, streams, feat_erb, feat_spec, lsnr_db, workspace);
    }
  }

  void DecodeErb(std::span<const StreamRows> streams, std::span<const uint32_t> rows, float* gains,
                 NetworkWorkspace& workspace) const noexcept override {
    for (size_t piece = 0; piece < erb_decoder_.piece_macs().size(); ++piece) {
      DecodeErbPiece(piece, streams, rows, gains, workspace);
    }
  }

  void DecodeDf(std::span<const StreamRows> streams, std::span<const uint32_t> rows, float* coefs,
                NetworkWorkspace& workspace) const noexcept override {
    for (size_t piece = 0; piece < piece_macs(NetworkPart::kDfDecoder).size(); ++piece) {
      DecodeDfPiece(piece, streams, rows, coefs, workspace);
    }
  }

  void EncodePiece(size_t piece, std::span<const StreamRows> streams, const float* feat_erb,
                   const float* feat_spec, float* lsnr_db,
                   NetworkWorkspace& workspace) const noexcept override {
    encoder_.RunPiece(piece, streams, feat_erb, feat_spec, lsnr_db,
                      static_cast<Workspace&>(workspace));
  }

  void DecodeErbPiece(size_t piece, std::span<const StreamRows> streams,
                      std::span<const uint32_t> rows, float* gains,
                      NetworkWorkspace& workspace) const noexcept override {
    if (rows.empty()) return;
    erb_decoder_.RunPiece(piece, streams, {rows.data(), rows.size()}, gains,
                          static_cast<Workspace&>(workspace));
  }

  void DecodeDfPiece(size_t piece, std::span<const StreamRows> streams,
                     std::span<const uint32_t> rows, float* coefs,
                     NetworkWorkspace& workspace) const noexcept override {
    if (rows.empty() || !df_decoder_) return;
    df_decoder_->RunPiece(piece, streams, {rows.data(), rows.size()}, coefs,
                          static_cast<Workspace&>(workspace));
  }

 private:
  // A part has one piece at least, also where there is nothing to do.
  static constexpr double kNoWork[] = {0.0};

  // Visits the weights' buffers in the order in which a frame uses them.
  template <class Visit>
  void VisitWeights(Visit visit) {
    encoder_.VisitWeights(visit);
    erb_decoder_.VisitWeights(visit);
    if (df_decoder_) df_decoder_->VisitWeights(visit);
  }

  MemoryBlock weights_;
  Config config_;
  StateLayout layout_;
  Encoder encoder_;
  ErbDecoder erb_decoder_;
  std::optional<DfDecoder> df_decoder_;  // empty: the config leaves the deep filter out
};

}  // namespace

std::unique_ptr<Network> NewNativeNetwork(const Model& model, const NativeOptions& options) {
  ChooseKernelTarget();
  LayerPacker pack(model, options.precision);
  const size_t bytes = pack.RoomBytes();
  MemoryBlock block(bytes, options.memory);
  MemoryRoom room(block.data(), bytes);
  pack.UseRoom(&room);
  return std::make_unique<NativeNetwork>(pack, std::move(block), room);
}

}  // namespace dfn
