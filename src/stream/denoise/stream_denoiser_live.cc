// StreamDenoiser for hosts: options that change, and a hop in pieces.
#include <algorithm>
#include <numeric>

#include "base/flush_to_zero.h"
#include "stream/denoise/rules.h"
#include "stream/denoise/stream_denoiser.h"

namespace dfn {
namespace {

// What analysis and synthesis of a frame take, in multiply-adds of the network for each sample of
// the transform, as measured.
constexpr double kAnalysisMacs = 45.0;
constexpr double kSynthesisMacs = 65.0;

}  // namespace

void StreamDenoiser::SetControls(const DenoiserControls& controls) noexcept {
  Take(controls, options_);
  gating_ = GatingOf(config_, options_);
  passes_through_ = PassesThrough(options_);
  made_to_pass_ = made_to_pass_ && passes_through_;
  const SignalRules rules = RulesOf(config_, options_);
  for (SignalPath& path : paths_) path.SetRules(rules);
}

void StreamDenoiser::MeasurePieces() {
  const auto size = static_cast<double>(config_.fft_size);
  piece_shares_ = {kAnalysisMacs * size};
  for (NetworkPart part :
       {NetworkPart::kEncoder, NetworkPart::kErbDecoder, NetworkPart::kDfDecoder}) {
    const std::span<const double> macs = network_->piece_macs(part);
    piece_shares_.insert(piece_shares_.end(), macs.begin(), macs.end());
  }
  piece_shares_.push_back(kSynthesisMacs * size);
  const double sum = std::accumulate(piece_shares_.begin(), piece_shares_.end(), 0.0);
  for (double& share : piece_shares_) share /= sum;
}

void StreamDenoiser::BeginHop(const float* const* input, float* const* output,
                              float* lsnr_db) noexcept {
  call_ = {.input = input,
           .output = output,
           .frames = 1,
           .lsnr_db = lsnr_db,
           .first_chunk = pipeline_->chunks()};
}

void StreamDenoiser::RunPiece(size_t piece) noexcept {
  const FlushToZero flush;
  ChunkSlot& slot = HopSlot();
  if (piece == 0) {
    AnalyzeHop(call_.input, call_.output, call_.lsnr_db);
    return;
  }
  --piece;
  const size_t encoder = network_->piece_macs(NetworkPart::kEncoder).size();
  if (piece < encoder) {
    if (slot.rows() > 0) {
      network_->EncodePiece(piece, slot.streams, slot.feat_erb.data(), slot.feat_spec.data(),
                            slot.lsnr_db.data(), *slot.workspace);
    }
    if (piece + 1 == encoder) GateHop();
    return;
  }
  piece -= encoder;
  const size_t erb = network_->piece_macs(NetworkPart::kErbDecoder).size();
  if (piece < erb) {
    if (slot.erb_rows.empty()) return;
    network_->DecodeErbPiece(piece, slot.streams, slot.erb_rows, slot.gains.data(),
                             *slot.workspace);
    return;
  }
  piece -= erb;
  if (piece < network_->piece_macs(NetworkPart::kDfDecoder).size()) {
    if (slot.df_rows.empty()) return;
    network_->DecodeDfPiece(piece, slot.streams, slot.df_rows, slot.coefs.data(), *slot.workspace);
    return;
  }
  FinishHop();
}

ChunkSlot& StreamDenoiser::AnalyzeHop(const float* const* input, float* const* output,
                                      float* lsnr_db) noexcept {
  const FlushToZero flush;
  BeginHop(input, output, lsnr_db);
  ChunkSlot& slot = HopSlot();
  if (passes_through_) {
    PassThrough(slot);
    slot.live.clear();
    slot.start_up = 0;
    slot.erb_rows.clear();
    slot.df_rows.clear();
  } else {
    BeginChunk(call_.first_chunk);
    Analyze(slot);
  }
  return slot;
}

void StreamDenoiser::GateHop() noexcept {
  if (!passes_through_) Gate(HopSlot());
}

void StreamDenoiser::FinishHop() noexcept {
  if (passes_through_) return;
  const FlushToZero flush;
  ChunkSlot& slot = HopSlot();
  LinkGains(slot);
  Synthesize(slot);
}

// In the slot of a hop, whose rows are made to be this one.
float StreamDenoiser::ProcessSpectrum(const float* spectrum, float* gains, float* coefs,
                                      Stage& stage) noexcept {
  const FlushToZero flush;
  ChunkSlot& slot = SlotOf(pipeline_->chunks());
  slot.live.assign(1, 0);
  slot.start_up = StartUpSteps(1);
  slot.lsnr_db_out = nullptr;
  paths_.front().AnalyzeSpectrum(spectrum, slot.channels.front(), slot.feat_erb.data(),
                                 slot.feat_spec.data());
  stage = Stage::kNotProduced;
  if (slot.rows() == 0) return config_.lsnr_min_db;
  slot.streams.front().frames = 1;
  network_->Encode(slot.streams, slot.feat_erb.data(), slot.feat_spec.data(), slot.lsnr_db.data(),
                   *slot.workspace);
  Gate(slot);
  stage = slot.stages.front();
  if (!slot.erb_rows.empty()) {
    network_->DecodeErb(slot.streams, slot.erb_rows, gains, *slot.workspace);
  }
  if (!slot.df_rows.empty()) {
    network_->DecodeDf(slot.streams, slot.df_rows, coefs, *slot.workspace);
  }
  return slot.lsnr_db[0];
}

}  // namespace dfn
