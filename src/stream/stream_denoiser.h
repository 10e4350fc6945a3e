// The denoiser around any network: cuts calls into chunks, and does each step of a chunk.
#ifndef DEEPFILTER_STREAM_STREAM_DENOISER_H_
#define DEEPFILTER_STREAM_STREAM_DENOISER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/result.h"
#include "stream/chunk_slot.h"
#include "stream/denoiser.h"
#include "stream/gating.h"
#include "stream/pipeline.h"
#include "stream/signal_path.h"
#include "stream/silence.h"

namespace dfn {

// Several threads may each be in one step, of one chunk or of several. What a step writes is its
// own:
//   kEncode: analysis memory, norms, frame count, the encoder's state; its slot
//   kErb, kDf: that decoder's state; gains, coefs of the slot
//   kSynthesize: everything else of the signal state; the slot's tracks
class StreamDenoiser final : public Denoiser, private ChunkWorker {
 public:
  // Options are checked and fit the network. Errors: those of SignalPath and Pipeline.
  static Result<std::unique_ptr<Denoiser>> Create(std::shared_ptr<const Network> network,
                                                  const DenoiserOptions& options);

  size_t channels() const noexcept override { return options_.channels; }
  size_t hop_size() const noexcept override { return config_.hop_size; }
  size_t sample_rate_hz() const noexcept override { return config_.sample_rate_hz; }
  size_t delay_samples() const noexcept override {
    return passes_through_ ? 0 : config_.delay_samples();
  }
  size_t state_size() const noexcept override { return states_.size(); }
  uint64_t skipped_frames() const noexcept override { return skipped_frames_; }

  void Process(const float* const* input, float* const* output, size_t frames,
               float* lsnr_db) noexcept override;
  void Flush(float* const* output, size_t frames, float* lsnr_db) noexcept override;
  void Reset() noexcept override;

 private:
  // A call of Process in hand.
  struct Call {
    const float* const* input;
    float* const* output;
    size_t frames;
    float* lsnr_db;
    uint64_t first_chunk;
  };

  StreamDenoiser(std::shared_ptr<const Network> network, const DenoiserOptions& options,
                 const SignalRules& rules, std::vector<SignalPath> paths);

  void RunStep(ChunkStep step, uint64_t chunk) noexcept override;
  ChunkSlot& SlotOf(uint64_t chunk) noexcept { return slots_[chunk % slots_.size()]; }
  const float* Hop(const ChunkSlot& slot, size_t channel, size_t frame) const noexcept;
  float* OutputHop(const ChunkSlot& slot, size_t channel, size_t frame) const noexcept;

  void PassThrough() noexcept;
  void TakePart(size_t first, ChunkSlot& slot) const noexcept;
  void BeginChunk(uint64_t chunk) noexcept;
  bool LeavesOut(const ChunkSlot& slot, size_t frame) noexcept;
  size_t StartUpSteps(size_t frames) noexcept;
  void Encode(ChunkSlot& slot) noexcept;
  void Analyze(ChunkSlot& slot) noexcept;
  void SelectRows(ChunkSlot& slot) const noexcept;
  void ReportLsnr(const ChunkSlot& slot) const noexcept;
  void DecodeErb(ChunkSlot& slot) const noexcept;
  void DecodeDf(ChunkSlot& slot) const noexcept;
  void Synthesize(ChunkSlot& slot) noexcept;

  std::shared_ptr<const Network> network_;
  const Config& config_;  // the network's
  DenoiserOptions options_;
  GatingRule gating_;
  bool masks_;
  bool passes_through_;
  // One for analysis and one for synthesis where they may run at once.
  std::vector<SignalPath> paths_;
  StateLayout signal_layout_;
  AlignedBuffer<float> states_;    // [channels, network state | signal state]
  AlignedBuffer<float> zero_hop_;  // [hop]
  SilenceCounter silence_;
  uint64_t skipped_frames_ = 0;

  Call call_{};
  std::vector<ChunkSlot> slots_;
  // Declared last: its threads end before anything that they work on goes.
  std::unique_ptr<Pipeline> pipeline_;
};

// Whose rules `options` follow, as the signal path takes them.
SignalRules RulesOf(const Config& config, const DenoiserOptions& options);

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_STREAM_DENOISER_H_
