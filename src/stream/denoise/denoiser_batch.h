// Many streams of one network in one call.
#ifndef DEEPFILTER_STREAM_DENOISE_DENOISER_BATCH_H_
#define DEEPFILTER_STREAM_DENOISE_DENOISER_BATCH_H_

#include <cstddef>
#include <memory>
#include <span>

#include "base/result.h"
#include "engine/network.h"
#include "stream/denoise/live_denoiser.h"

namespace dfn {

// One hop of one stream: as Process (input null: Flush) with one frame.
struct BatchHop {
  LiveDenoiser* denoiser;  // over the batch's network, threads 1; in a call at most once
  const float* const* input;
  float* const* output;
  float* lsnr_db;  // [1] or null
};

// Takes hops of any streams through the network together. Each result is the same bits as alone. A
// batch does one call at a time.
class DenoiserBatch {
 public:
  // Errors: kInvalidArgument (max_rows 0 or above 4096).
  static Result<std::unique_ptr<DenoiserBatch>> Create(std::shared_ptr<const Network> network,
                                                       size_t max_rows);
  virtual ~DenoiserBatch() = default;

  // `hops`' denoisers have max_rows channels in all at most. Real-time safe.
  virtual void Process(std::span<const BatchHop> hops) noexcept = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_DENOISER_BATCH_H_
