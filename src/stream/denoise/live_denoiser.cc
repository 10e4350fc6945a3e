// The ways to drive a denoiser: whole calls, hops in pieces and spectra, all through kChunkWork.
#include "stream/denoise/live_denoiser.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/flush_to_zero.h"

namespace dfn {

LiveDenoiser::LiveDenoiser(std::shared_ptr<const Network> network, const DenoiserOptions& options,
                           const Rules& rules, std::vector<SignalPath> paths)
    : network_(std::move(network)),
      config_(network_->config()),
      options_(options),
      rules_(rules),
      made_to_pass_(rules.passes_through),
      paths_(std::move(paths)),
      signal_layout_(SignalStateLayout(config_)),
      states_(options.channels * (network_->state_layout().size() + signal_layout_.size())),
      zero_hop_(config_.hop_size),
      silence_(config_),
      level_(config_, options.channels, LinksGains(options), options.level_gains_db),
      fill_(config_, options.channels, options.band_hz),
      hops_(options.channels),
      gains_db_(options.channels) {
  const size_t chunks = Pipeline::MaxChunks(options.threads);
  chunks_.reserve(chunks);
  for (size_t i = 0; i < chunks; ++i) {
    chunks_.emplace_back(*network_, signal_layout_, options.channels, options.max_frames_per_call,
                         states_.data());
  }
  ListPieces();
  Reset();
}

void LiveDenoiser::ListPieces() {
  const auto samples = static_cast<double>(config_.fft_size);
  for (const ChunkWork& entry : kChunkWork) {
    const double whole = entry.macs_per_sample * samples;
    const std::span<const double> macs =
        entry.part ? network_->piece_macs(*entry.part) : std::span(&whole, 1);
    for (size_t piece = 0; piece < macs.size(); ++piece) {
      pieces_.push_back({entry.work, entry.step, piece});
      piece_shares_.push_back(macs[piece]);
    }
  }
  const double sum = std::accumulate(piece_shares_.begin(), piece_shares_.end(), 0.0);
  for (double& share : piece_shares_) share /= sum;
}

void LiveDenoiser::Reset() noexcept {
  for (const StreamRows& stream : chunks_.front().streams) {
    network_->state_layout().Reset(stream.state);
    signal_layout_.Reset(stream.state + network_->state_layout().size());
  }
  silence_.Reset();
  mute_.Reset();
  skipped_frames_ = 0;
  level_.Reset();
  fill_.Reset();
  std::fill(gains_db_.begin(), gains_db_.end(), 0.0f);
  start_share_ = 1.0f;
}

void LiveDenoiser::SetControls(const DenoiserControls& controls) noexcept {
  if (controls == options_.controls) return;
  options_.controls = controls;
  rules_ = RulesOf(config_, options_);
  made_to_pass_ = made_to_pass_ && rules_.passes_through;
  for (SignalPath& path : paths_) path.SetRules(rules_.signal);
}

void LiveDenoiser::Flush(float* const* output, size_t frames, float* lsnr_db) noexcept {
  Process(nullptr, output, frames, lsnr_db);
}

// In a floating-point mode that is the same on every thread.
void LiveDenoiser::RunStep(ChunkStep step, uint64_t number) noexcept {
  const FlushToZero flush;
  Chunk& chunk = ChunkOf(number);
  if (step == ChunkStep::kEncode) {
    const auto before = static_cast<size_t>(number - call_.first_chunk);
    BeginChunk(call_.first + before * options_.max_frames_per_call, chunk);
  }
  for (const Piece& piece : pieces_) {
    if (piece.step == step) Run(piece.work, piece.network_piece, chunk);
  }
}

void LiveDenoiser::RunPiece(size_t piece) noexcept {
  const FlushToZero flush;
  Run(pieces_[piece].work, pieces_[piece].network_piece, HopChunk());
}

void LiveDenoiser::Run(Work work, size_t network_piece, Chunk& chunk) noexcept {
  switch (work) {
    case Work::kAnalyze:
      chunk.passes_through ? PassThrough(chunk) : Analyze(chunk);
      return;
    case Work::kEncode:
      if (chunk.rows() == 0) return;
      network_->EncodePiece(network_piece, chunk.streams, chunk.feat_erb.data(),
                            chunk.feat_spec.data(), chunk.lsnr_db.data(), *chunk.workspace);
      return;
    case Work::kGate:
      if (chunk.passes_through) return;
      Gate(chunk);
      CountDone(chunk);
      return;
    case Work::kDecodeErb:
      if (chunk.erb_rows.empty()) return;
      network_->DecodeErbPiece(network_piece, chunk.streams, chunk.erb_rows, chunk.gains.data(),
                               *chunk.workspace);
      return;
    case Work::kLinkGains:
      LinkGains(chunk);
      return;
    case Work::kDecodeDf:
      if (chunk.df_rows.empty()) return;
      network_->DecodeDfPiece(network_piece, chunk.streams, chunk.df_rows, chunk.coefs.data(),
                              *chunk.workspace);
      return;
    case Work::kSynthesize:
      if (!chunk.passes_through) Synthesize(chunk);
      return;
  }
}

// Uses a hop's chunk, with this spectrum as its only row.
float LiveDenoiser::ProcessSpectrum(const float* spectrum, float* gains, float* coefs,
                                    Stage& stage) noexcept {
  const FlushToZero flush;
  Chunk& chunk = ChunkOf(pipeline_->chunks());
  chunk.live.assign(1, 0);
  chunk.start_up = StartUpSteps(1);
  chunk.lsnr_db_out = nullptr;
  paths_.front().AnalyzeSpectrum(spectrum, chunk.channels.front(), chunk.feat_erb.data(),
                                 chunk.feat_spec.data());
  AgeNorms(1);
  stage = Stage::kNotProduced;
  if (chunk.rows() == 0) return config_.lsnr_min_db;
  chunk.streams.front().frames = 1;
  network_->Encode(chunk.streams, chunk.feat_erb.data(), chunk.feat_spec.data(),
                   chunk.lsnr_db.data(), *chunk.workspace);
  Gate(chunk);
  stage = chunk.stages.front();
  if (!chunk.erb_rows.empty()) {
    network_->DecodeErb(chunk.streams, chunk.erb_rows, gains, *chunk.workspace);
  }
  if (!chunk.df_rows.empty()) {
    network_->DecodeDf(chunk.streams, chunk.df_rows, coefs, *chunk.workspace);
  }
  return chunk.lsnr_db[0];
}

}  // namespace dfn
