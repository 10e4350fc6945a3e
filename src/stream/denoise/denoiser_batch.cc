#include "stream/denoise/denoiser_batch.h"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

#include "base/flush_to_zero.h"

namespace dfn {
namespace {

constexpr size_t kMaxRows = 4096;

}  // namespace

Result<std::unique_ptr<DenoiserBatch>> DenoiserBatch::Create(std::shared_ptr<const Network> network,
                                                             size_t max_rows) {
  if (network == nullptr) return Error{ErrorCode::kInvalidArgument, "no network"};
  if (max_rows == 0 || max_rows > kMaxRows) {
    return Error{ErrorCode::kInvalidArgument, "max_rows is " + std::to_string(max_rows) +
                                                  ", expected 1 to " + std::to_string(kMaxRows)};
  }
  return std::unique_ptr<DenoiserBatch>(new DenoiserBatch(std::move(network), max_rows));
}

DenoiserBatch::DenoiserBatch(std::shared_ptr<const Network> network, size_t max_rows)
    : network_(std::move(network)),
      config_(network_->config()),
      workspace_(network_->NewWorkspace(max_rows)),
      feat_erb_(max_rows * config_.erb_bands),
      feat_spec_(max_rows * config_.df_bins * 2),
      lsnr_db_(max_rows),
      gains_(max_rows * config_.erb_bands),
      coefs_(max_rows * config_.coef_floats()) {
  hops_.reserve(max_rows);
  streams_.reserve(max_rows);
  rows_.reserve(max_rows);
}

void DenoiserBatch::Process(std::span<const BatchHop> hops) noexcept {
  const FlushToZero flush;
  hops_.clear();
  for (const BatchHop& hop : hops) {
    hop.denoiser->BeginHop(hop.input, hop.output, hop.lsnr_db, hop.frames);
    hops_.push_back({hop.denoiser, &hop.denoiser->HopChunk(), 0});
  }
  for (const ChunkWork& entry : kChunkWork) {
    switch (entry.work) {
      case Work::kEncode:
        Encode();
        break;
      case Work::kDecodeErb:
        DecodeErb();
        break;
      case Work::kDecodeDf:
        DecodeDf();
        break;
      default:
        for (const HopInWork& hop : hops_) hop.denoiser->Run(entry.work, 0, *hop.chunk);
    }
  }
}

void DenoiserBatch::Encode() noexcept {
  streams_.clear();
  size_t rows = 0;
  for (HopInWork& hop : hops_) {
    hop.first_row = rows;
    if (hop.chunk->rows() == 0) continue;
    const size_t count = hop.chunk->rows() * hop.chunk->streams.size();
    assert(rows + count <= workspace_->max_rows());
    std::copy_n(hop.chunk->feat_erb.data(), count * config_.erb_bands,
                feat_erb_.data() + rows * config_.erb_bands);
    std::copy_n(hop.chunk->feat_spec.data(), count * config_.df_bins * 2,
                feat_spec_.data() + rows * config_.df_bins * 2);
    streams_.insert(streams_.end(), hop.chunk->streams.begin(), hop.chunk->streams.end());
    rows += count;
  }
  if (rows == 0) return;
  network_->Encode(streams_, feat_erb_.data(), feat_spec_.data(), lsnr_db_.data(), *workspace_);
  for (const HopInWork& hop : hops_) {
    std::copy_n(lsnr_db_.data() + hop.first_row, hop.chunk->rows() * hop.chunk->streams.size(),
                hop.chunk->lsnr_db.data());
  }
}

void DenoiserBatch::DecodeErb() noexcept {
  SelectRows(&Chunk::erb_rows);
  if (!rows_.empty()) network_->DecodeErb(streams_, rows_, gains_.data(), *workspace_);
  GiveBack(gains_.data(), config_.erb_bands, &Chunk::erb_rows, &Chunk::gains);
}

void DenoiserBatch::DecodeDf() noexcept {
  SelectRows(&Chunk::df_rows);
  if (!rows_.empty()) network_->DecodeDf(streams_, rows_, coefs_.data(), *workspace_);
  GiveBack(coefs_.data(), config_.coef_floats(), &Chunk::df_rows, &Chunk::coefs);
}

void DenoiserBatch::SelectRows(std::vector<uint32_t> Chunk::*chosen) noexcept {
  rows_.clear();
  for (const HopInWork& hop : hops_) {
    for (uint32_t row : hop.chunk->*chosen) {
      rows_.push_back(static_cast<uint32_t>(hop.first_row + row));
    }
  }
}

void DenoiserBatch::GiveBack(const float* rows, size_t width, std::vector<uint32_t> Chunk::*chosen,
                             AlignedBuffer<float> Chunk::*to) const noexcept {
  for (const HopInWork& hop : hops_) {
    const size_t floats = (hop.chunk->*chosen).size() * width;
    std::copy_n(rows, floats, (hop.chunk->*to).data());
    rows += floats;
  }
}

}  // namespace dfn
