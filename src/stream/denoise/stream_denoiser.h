// The denoiser around any network: cuts calls into chunks, and does each step of a chunk.
#ifndef DEEPFILTER_STREAM_DENOISE_STREAM_DENOISER_H_
#define DEEPFILTER_STREAM_DENOISE_STREAM_DENOISER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/float_count.h"
#include "base/result.h"
#include "stream/denoise/chunk.h"
#include "stream/denoise/gating.h"
#include "stream/denoise/live_denoiser.h"
#include "stream/denoise/pipeline.h"
#include "stream/denoise/signal_path.h"
#include "stream/denoise/silence.h"

namespace dfn {

// Several threads may each be in one step, of one chunk or of several. What a step writes is its
// own:
//   kEncode: analysis memory, norms, frame count, the encoder's state; its slot
//   kErb, kDf: that decoder's state; gains, coefs of the slot
//   kSynthesize: everything else of the signal state; the slot's tracks
// A hop in pieces is a chunk of one frame, taken through the same steps by the caller alone.
class StreamDenoiser final : public LiveDenoiser, private ChunkWorker {
 public:
  // Options are checked and fit the network. Errors: those of SignalPath and Pipeline.
  static Result<std::unique_ptr<LiveDenoiser>> Create(std::shared_ptr<const Network> network,
                                                      const DenoiserOptions& options);

  size_t channels() const noexcept override { return options_.channels; }
  size_t hop_size() const noexcept override { return config_.hop_size; }
  size_t sample_rate_hz() const noexcept override { return config_.sample_rate_hz; }
  size_t delay_samples() const noexcept override {
    return made_to_pass_ && passes_through_ ? 0 : config_.delay_samples();
  }
  size_t state_size() const noexcept override { return states_.size() + kCounts; }
  uint64_t skipped_frames() const noexcept override { return skipped_frames_; }

  void Process(const float* const* input, float* const* output, size_t frames,
               float* lsnr_db) noexcept override;
  void Flush(float* const* output, size_t frames, float* lsnr_db) noexcept override;
  void Reset() noexcept override;

  void SetControls(const DenoiserControls& controls) noexcept override;
  std::span<const double> piece_shares() const noexcept override { return piece_shares_; }
  void BeginHop(const float* const* input, float* const* output, float* lsnr_db) noexcept override;
  void RunPiece(size_t piece) noexcept override;
  float ProcessSpectrum(const float* spectrum, float* gains, float* coefs,
                        Stage& stage) noexcept override;
  void SaveState(float* state) const noexcept override;
  bool RestoreState(const float* state) noexcept override;

  // A hop for who takes several streams through the network at once: AnalyzeHop of each, Encode on
  // their slots' `streams` and features, GateHop with the `lsnr_db` of the slot's rows, the
  // decoders on its `erb_rows` and `df_rows`, FinishHop with their `gains` and `coefs`. All
  // real-time safe.
  ChunkSlot& AnalyzeHop(const float* const* input, float* const* output, float* lsnr_db) noexcept;
  void GateHop() noexcept;
  void FinishHop() noexcept;

 private:
  // A call of Process in hand.
  struct Call {
    const float* const* input;
    float* const* output;
    size_t frames;
    float* lsnr_db;
    uint64_t first_chunk;
  };

  // Floats of a saved state behind those of the layouts: silent frames in a row, and frames left
  // out, 16 bits a float from the lowest on.
  using SkippedCount = FloatCount<4, 16>;
  static constexpr size_t kCounts = 1 + SkippedCount::kFloats;

  StreamDenoiser(std::shared_ptr<const Network> network, const DenoiserOptions& options,
                 const SignalRules& rules, std::vector<SignalPath> paths);

  void RunStep(ChunkStep step, uint64_t chunk) noexcept override;
  ChunkSlot& SlotOf(uint64_t chunk) noexcept { return slots_[chunk % slots_.size()]; }
  // Of the hop in hand. No chunk is in work beside it.
  ChunkSlot& HopSlot() noexcept { return SlotOf(call_.first_chunk); }
  const float* Hop(const ChunkSlot& slot, size_t channel, size_t frame) const noexcept;
  float* OutputHop(const ChunkSlot& slot, size_t channel, size_t frame) const noexcept;

  void MeasurePieces();
  void PassThrough(ChunkSlot& slot) noexcept;
  void TakePart(size_t first, ChunkSlot& slot) const noexcept;
  void BeginChunk(uint64_t chunk) noexcept;
  bool LeavesOut(const ChunkSlot& slot, size_t frame) noexcept;
  size_t StartUpSteps(size_t frames) noexcept;
  void Encode(ChunkSlot& slot) noexcept;
  void Analyze(ChunkSlot& slot) noexcept;
  void Gate(ChunkSlot& slot) const noexcept;
  void SelectRows(ChunkSlot& slot) const noexcept;
  void ReportLsnr(const ChunkSlot& slot) const noexcept;
  void DecodeErb(ChunkSlot& slot) const noexcept;
  void LinkGains(ChunkSlot& slot) const noexcept;
  void DecodeDf(ChunkSlot& slot) const noexcept;
  void Synthesize(ChunkSlot& slot) noexcept;

  std::shared_ptr<const Network> network_;
  const Config& config_;  // the network's
  DenoiserOptions options_;
  GatingRule gating_;
  ReduceMask link_;
  bool masks_;
  bool passes_through_;
  bool made_to_pass_;
  // One for analysis and one for synthesis where they may run at once.
  std::vector<SignalPath> paths_;
  StateLayout signal_layout_;
  AlignedBuffer<float> states_;    // [channels, network state | signal state]
  AlignedBuffer<float> zero_hop_;  // [hop]
  SilenceCounter silence_;
  uint64_t skipped_frames_ = 0;
  std::vector<double> piece_shares_;

  Call call_{};
  std::vector<ChunkSlot> slots_;
  // Declared last: its threads end before anything that they work on goes.
  std::unique_ptr<Pipeline> pipeline_;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_STREAM_DENOISER_H_
