// Runs many streams of one network in one call.
#ifndef DEEPFILTER_STREAM_DENOISE_DENOISER_BATCH_H_
#define DEEPFILTER_STREAM_DENOISE_DENOISER_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/realtime.h"
#include "base/result.h"
#include "engine/network.h"
#include "stream/denoise/live_denoiser.h"

namespace dfn {

// A hop of one stream, or a few, with the arguments of Process (input null: Flush).
struct BatchHop {
  LiveDenoiser* denoiser;  // over the batch's network, threads 1; at most once in a call
  const float* const* input;
  float* const* output;
  float* lsnr_db;     // [frames] or null
  size_t frames = 1;  // as in LiveDenoiser::BeginHop
};

// Takes hops of any streams through the network together. Each result has the same bits as alone.
// The network's rows of a call are those of all hops, stream after stream, channel after channel,
// oldest frame first. Each stream's rows are copied from its own chunk and back, which costs next to
// nothing beside the network. A batch does one call at a time.
class DenoiserBatch {
 public:
  // Errors: kInvalidArgument (max_rows 0 or above 4096).
  static Result<std::unique_ptr<DenoiserBatch>> Create(std::shared_ptr<const Network> network,
                                                       size_t max_rows);

  // The frames of all channels of `hops` are at most max_rows in all. Real-time safe.
  void Process(std::span<const BatchHop> hops) noexcept DFN_REALTIME;

 private:
  struct HopInWork {
    LiveDenoiser* denoiser;
    Chunk* chunk;
    size_t first_row;  // of its rows in the call
  };

  DenoiserBatch(std::shared_ptr<const Network> network, size_t max_rows);
  void Encode() noexcept DFN_REALTIME;
  void DecodeErb() noexcept DFN_REALTIME;
  void DecodeDf() noexcept DFN_REALTIME;
  void SelectRows(std::vector<uint32_t> Chunk::*chosen) noexcept DFN_REALTIME;
  // Copies rows [chosen, width] back to the hops that chose them.
  void GiveBack(const float* rows, size_t width, std::vector<uint32_t> Chunk::*chosen,
                AlignedBuffer<float> Chunk::*to) const noexcept DFN_REALTIME;

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

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_DENOISER_BATCH_H_
