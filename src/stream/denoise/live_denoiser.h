// The denoiser around any network. Beside what every Denoiser does, it spreads a hop over time,
// takes new controls while it runs, and saves and restores its state.
#ifndef DEEPFILTER_STREAM_DENOISE_LIVE_DENOISER_H_
#define DEEPFILTER_STREAM_DENOISE_LIVE_DENOISER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/float_count.h"
#include "base/realtime.h"
#include "base/result.h"
#include "engine/network.h"
#include "stream/denoise/band_fill.h"
#include "stream/denoise/chunk.h"
#include "stream/denoise/chunk_work.h"
#include "stream/denoise/denoiser.h"
#include "stream/denoise/gating.h"
#include "stream/denoise/level_conditioner.h"
#include "stream/denoise/mute_rule.h"
#include "stream/denoise/pipeline.h"
#include "stream/denoise/signal_path.h"
#include "stream/denoise/silence.h"

namespace dfn {

// A call is cut into chunks of up to max_frames_per_call frames, which the pipeline takes through
// the steps of kChunkWork. A hop in pieces is a chunk of one frame that the caller takes through
// the same work, alone.
//
// Several threads may each run one step, of one chunk or of several. Each step writes memory of its
// own:
//   kEncode: analysis memory, norms, frame count and the encoder's state; its chunk
//   kErb, kDf: that decoder's state; gains or coefs of the chunk
//   kSynthesize: all other signal state; the chunk's tracks
class LiveDenoiser final : public Denoiser, private ChunkWorker {
 public:
  // As Denoiser::Create.
  static Result<std::unique_ptr<LiveDenoiser>> Create(std::shared_ptr<const Network> network,
                                                      const DenoiserOptions& options);

  size_t channels() const noexcept DFN_REALTIME override { return options_.channels; }
  size_t hop_size() const noexcept DFN_REALTIME override { return config_.hop_size; }
  size_t sample_rate_hz() const noexcept DFN_REALTIME override { return config_.sample_rate_hz; }
  size_t delay_samples() const noexcept DFN_REALTIME override {
    return made_to_pass_ && rules_.passes_through ? 0 : config_.delay_samples();
  }
  size_t state_size() const noexcept DFN_REALTIME override {
    return states_.size() + kCounts + level_.state_size() + fill_.state_size();
  }
  uint64_t skipped_frames() const noexcept DFN_REALTIME override { return skipped_frames_; }

  void Process(const float* const* input, float* const* output, size_t frames,
               float* lsnr_db) noexcept DFN_REALTIME override;
  void Flush(float* const* output, size_t frames, float* lsnr_db) noexcept DFN_REALTIME override;
  void Reset() noexcept DFN_REALTIME override;

  // Sets the controls from the next frame on. Where frames overlap, their windows fade from one
  // setting to the other. `controls` pass CheckControls. Not within a hop in pieces. Real-time
  // safe.
  void SetControls(const DenoiserControls& controls) noexcept DFN_REALTIME;

  // One hop, or a few, in pieces: BeginHop, then RunPiece of 0 .. piece_shares().size() - 1 in order, gives
  // the bits of Process (input null: Flush) on `frames`, on the calling thread alone. The memory
  // behind the pointers must stay valid until the last piece; any piece may write `output`. Nothing
  // else of this object may be called in between. Real-time safe.
  //   frames: 1 .. max_frames_per_call; more than 1 only while the level is not followed, and not
  //     if WaitsWithin
  //   piece_shares: about each piece's share of the work; they add up to 1 and are constant
  std::span<const double> piece_shares() const noexcept DFN_REALTIME { return piece_shares_; }
  void BeginHop(const float* const* input, float* const* output, float* lsnr_db,
                size_t frames = 1) noexcept DFN_REALTIME;
  void RunPiece(size_t piece) noexcept DFN_REALTIME;

  // Whether one of these hops (input null: past the end) waits for what is done to those before it
  // (mute_rule.h), so that they cannot be one hop in pieces. Real-time safe.
  bool WaitsWithin(const float* const* input, size_t frames) const noexcept DFN_REALTIME;

  float level_gain_db(size_t channel) const noexcept DFN_REALTIME override {
    return gains_db_[channel];
  }

  // Runs the network alone, for callers that have spectra instead of samples: one step on a frame's
  // spectrum, under the norms, states and gating of this stream, which has one channel. Samples and
  // delayed frames stay untouched, and the level is not followed. Not within a hop in pieces.
  // Real-time safe. Returns the local SNR in dB.
  //   spectrum: [F, 2]; NaN and numbers beyond +-1e10 count as 0
  //   gains [E]: out, written if stage >= kGains; coefs [D, O, 2]: out, written if stage is kFilter
  //   stage: out; kNotProduced in the start-up of kReference, where the network takes no step
  float ProcessSpectrum(const float* spectrum, float* gains, float* coefs,
                        Stage& stage) noexcept DFN_REALTIME;

  // Writes all that the stream remembers except its controls to state [state_size()]. A denoiser of
  // the same model and options continues from it bit for bit. Not within a hop in pieces. Real-time
  // safe.
  void SaveState(float* state) const noexcept DFN_REALTIME;
  // Returns false, and changes nothing, if `state` is not a state of such a stream: a number is not
  // finite or out of reach, or a count or stage is out of range. Not within a hop in pieces.
  // Real-time safe.
  [[nodiscard]] bool RestoreState(const float* state) noexcept DFN_REALTIME;

 private:
  friend class DenoiserBatch;  // takes the hops of several denoisers through kChunkWork together

  // The frames being processed, of one call and all heard at the same gains.
  struct Call {
    const float* const* input;
    float* const* output;
    float* lsnr_db;
    size_t first;  // frame of the call
    size_t end;
    uint64_t first_chunk;
  };

  // The settings of a denoiser's parts that follow from the options.
  struct Rules {
    SignalRules signal;
    GatingRule gating;
    ReduceMask link;      // how the channels share their gains
    bool mutes;           // whether the mute rule can apply
    bool passes_through;  // the output is the input, undelayed
  };
  static Rules RulesOf(const Config& config, const DenoiserOptions& options) noexcept DFN_REALTIME;

  // An entry of kChunkWork, or one of the network's pieces of it.
  struct Piece {
    Work work;
    ChunkStep step;
    size_t network_piece;
  };

  // A saved state has counts behind the floats of the layouts: silent frames in a row, the mute
  // rule's, skipped frames, and start_share_. Last are the states of the level conditioner and of the
  // band's fill.
  using SkippedCount = FloatCount<4, 16>;
  static constexpr size_t kCounts = 3 + SkippedCount::kFloats;

  LiveDenoiser(std::shared_ptr<const Network> network, const DenoiserOptions& options,
               const Rules& rules, std::vector<SignalPath> paths);
  void ListPieces();

  void RunStep(ChunkStep step, uint64_t number) noexcept DFN_REALTIME override;
  void Run(Work work, size_t network_piece, Chunk& chunk) noexcept DFN_REALTIME;
  Chunk& ChunkOf(uint64_t number) noexcept DFN_REALTIME { return chunks_[number % chunks_.size()]; }
  // The chunk of hops in pieces. No other chunk is in work beside it.
  Chunk& HopChunk() noexcept DFN_REALTIME { return ChunkOf(call_.first_chunk); }

  // live_denoiser_level.cc
  bool Hear(size_t frame) noexcept DFN_REALTIME;
  void TakeGains() noexcept DFN_REALTIME;
  void RunFrames(size_t end) noexcept DFN_REALTIME;
  void AgeNorms(size_t frames) noexcept DFN_REALTIME;

  // live_denoiser_mute.cc
  template <class Gain>
  bool IsQuiet(const float* const* input, size_t frame,
               const Gain& gain_db) const noexcept DFN_REALTIME;
  bool Waits(const float* const* input, size_t frame) const noexcept DFN_REALTIME;
  bool MutesFrame(const Chunk& chunk, size_t frame) noexcept DFN_REALTIME;
  void CountDone(const Chunk& chunk) noexcept DFN_REALTIME;

  // live_denoiser_chunk.cc
  const float* Hop(const Chunk& chunk, size_t channel, size_t frame) const noexcept DFN_REALTIME;
  float* OutputHop(const Chunk& chunk, size_t channel, size_t frame) const noexcept DFN_REALTIME;
  void BeginChunk(size_t first, Chunk& chunk) const noexcept DFN_REALTIME;
  void PassThrough(Chunk& chunk) noexcept DFN_REALTIME;
  void Mute(const Chunk& chunk, size_t frame) const noexcept DFN_REALTIME;
  void SelectFrames(Chunk& chunk) noexcept DFN_REALTIME;
  bool SkipsFrame(const Chunk& chunk, size_t frame) noexcept DFN_REALTIME;
  size_t StartUpSteps(size_t frames) noexcept DFN_REALTIME;
  void Analyze(Chunk& chunk) noexcept DFN_REALTIME;
  void Gate(Chunk& chunk) const noexcept DFN_REALTIME;
  void SelectRows(Chunk& chunk) const noexcept DFN_REALTIME;
  void ReportLsnr(const Chunk& chunk) const noexcept DFN_REALTIME;
  void LinkGains(Chunk& chunk) const noexcept DFN_REALTIME;
  void Synthesize(Chunk& chunk) noexcept DFN_REALTIME;

  std::shared_ptr<const Network> network_;
  const Config& config_;  // the network's
  DenoiserOptions options_;
  Rules rules_;
  bool made_to_pass_;  // the input has passed undelayed since the start
  // One for analysis and one for synthesis where they may run at once.
  std::vector<SignalPath> paths_;
  StateLayout signal_layout_;
  AlignedBuffer<float> states_;    // [channels, network state | signal state]
  AlignedBuffer<float> zero_hop_;  // [hop]
  SilenceCounter silence_;
  MuteRule mute_;
  uint64_t skipped_frames_ = 0;
  LevelConditioner level_;
  BandFill fill_;
  std::vector<const float*> hops_;  // [channels], that the level conditioner hears
  std::vector<float> gains_db_;     // [channels], at which the network hears the frames in work
  float start_share_ = 1.0f;        // of the norms' start values in the norms: alpha^frames
  std::vector<Piece> pieces_;       // all of kChunkWork, in its order
  std::vector<double> piece_shares_;

  Call call_{};
  std::vector<Chunk> chunks_;
  // Declared last, so that its threads end before the memory that they work on is freed.
  std::unique_ptr<Pipeline> pipeline_;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_LIVE_DENOISER_H_
