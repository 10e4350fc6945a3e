#include "stream/denoise/denoiser_batch.h"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/flush_to_zero.h"
#include "stream/denoise/stream_denoiser.h"

namespace dfn {
namespace {

constexpr size_t kMaxRows = 4096;

// The network's rows of a call: those of all hops, hop after hop, a channel after the other. Each
// hop's share is copied from its own slot and back, which is next to nothing beside a row's way
// through the network.
class HopBatch final : public DenoiserBatch {
 public:
  HopBatch(std::shared_ptr<const Network> network, size_t max_rows)
      : network_(std::move(network)),
        config_(network_->config()),
        workspace_(network_->NewWorkspace(max_rows)),
        feat_erb_(max_rows * config_.erb_bands),
        feat_spec_(max_rows * config_.df_bins * 2),
        lsnr_db_(max_rows),
        gains_(max_rows * config_.erb_bands),
        coefs_(max_rows * config_.df_bins * config_.df_order * 2) {
    hops_.reserve(max_rows);
    streams_.reserve(max_rows);
    rows_.reserve(max_rows);
  }

  void Process(std::span<const BatchHop> hops) noexcept override;

 private:
  struct HopInWork {
    StreamDenoiser* denoiser;
    ChunkSlot* slot;
    size_t first_row;
  };

  size_t Analyze(std::span<const BatchHop> hops) noexcept;
  void SelectRows(std::vector<uint32_t> ChunkSlot::*chosen) noexcept;
  // Rows [chosen, width] back to the hops that chose them.
  void GiveBack(const float* rows, size_t width, std::vector<uint32_t> ChunkSlot::*chosen,
                AlignedBuffer<float> ChunkSlot::*to) const noexcept;

  std::shared_ptr<const Network> network_;
  const Config& config_;  // the network's
  std::unique_ptr<NetworkWorkspace> workspace_;
  std::vector<HopInWork> hops_;
  std::vector<StreamRows> streams_;
  AlignedBuffer<float> feat_erb_;
  AlignedBuffer<float> feat_spec_;
  AlignedBuffer<float> lsnr_db_;
  std::vector<uint32_t> rows_;  // that a decoder runs on
  AlignedBuffer<float> gains_;
  AlignedBuffer<float> coefs_;
};

// All that comes before the network; how many rows it gets.
size_t HopBatch::Analyze(std::span<const BatchHop> hops) noexcept {
  hops_.clear();
  streams_.clear();
  size_t rows = 0;
  for (const BatchHop& hop : hops) {
    // LiveDenoiser::Create makes no other kind.
    auto* denoiser = static_cast<StreamDenoiser*>(hop.denoiser);
    ChunkSlot& slot = denoiser->AnalyzeHop(hop.input, hop.output, hop.lsnr_db);
    hops_.push_back({denoiser, &slot, rows});
    if (slot.rows() == 0) continue;
    const size_t channels = slot.streams.size();
    assert(rows + channels <= workspace_->max_rows());
    std::copy_n(slot.feat_erb.data(), channels * config_.erb_bands,
                feat_erb_.data() + rows * config_.erb_bands);
    std::copy_n(slot.feat_spec.data(), channels * config_.df_bins * 2,
                feat_spec_.data() + rows * config_.df_bins * 2);
    streams_.insert(streams_.end(), slot.streams.begin(), slot.streams.end());
    rows += channels;
  }
  return rows;
}

void HopBatch::SelectRows(std::vector<uint32_t> ChunkSlot::*chosen) noexcept {
  rows_.clear();
  for (const HopInWork& hop : hops_) {
    for (uint32_t row : hop.slot->*chosen) {
      rows_.push_back(static_cast<uint32_t>(hop.first_row + row));
    }
  }
}

void HopBatch::GiveBack(const float* rows, size_t width, std::vector<uint32_t> ChunkSlot::*chosen,
                        AlignedBuffer<float> ChunkSlot::*to) const noexcept {
  for (const HopInWork& hop : hops_) {
    const size_t floats = (hop.slot->*chosen).size() * width;
    std::copy_n(rows, floats, (hop.slot->*to).data());
    rows += floats;
  }
}

void HopBatch::Process(std::span<const BatchHop> hops) noexcept {
  const FlushToZero flush;
  if (Analyze(hops) > 0) {
    network_->Encode(streams_, feat_erb_.data(), feat_spec_.data(), lsnr_db_.data(), *workspace_);
  }
  for (const HopInWork& hop : hops_) {
    const size_t rows = hop.slot->rows() * hop.slot->streams.size();
    std::copy_n(lsnr_db_.data() + hop.first_row, rows, hop.slot->lsnr_db.data());
    hop.denoiser->GateHop();
  }
  SelectRows(&ChunkSlot::erb_rows);
  if (!rows_.empty()) network_->DecodeErb(streams_, rows_, gains_.data(), *workspace_);
  GiveBack(gains_.data(), config_.erb_bands, &ChunkSlot::erb_rows, &ChunkSlot::gains);
  SelectRows(&ChunkSlot::df_rows);
  if (!rows_.empty()) network_->DecodeDf(streams_, rows_, coefs_.data(), *workspace_);
  GiveBack(coefs_.data(), config_.df_bins * config_.df_order * 2, &ChunkSlot::df_rows,
           &ChunkSlot::coefs);
  for (const HopInWork& hop : hops_) hop.denoiser->FinishHop();
}

}  // namespace

Result<std::unique_ptr<DenoiserBatch>> DenoiserBatch::Create(std::shared_ptr<const Network> network,
                                                             size_t max_rows) {
  if (network == nullptr) return Error{ErrorCode::kInvalidArgument, "no network"};
  if (max_rows == 0 || max_rows > kMaxRows) {
    return Error{ErrorCode::kInvalidArgument, "max_rows is " + std::to_string(max_rows) +
                                                  ", expected 1 to " + std::to_string(kMaxRows)};
  }
  return std::unique_ptr<DenoiserBatch>(new HopBatch(std::move(network), max_rows));
}

}  // namespace dfn
