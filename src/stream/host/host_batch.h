// Runs many host streams of one network in one call.
#ifndef DEEPFILTER_STREAM_HOST_HOST_BATCH_H_
#define DEEPFILTER_STREAM_HOST_HOST_BATCH_H_

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "base/realtime.h"
#include "base/result.h"
#include "engine/network.h"
#include "stream/denoise/denoiser_batch.h"
#include "stream/host/host_stream.h"

namespace dfn {

// One stream's block, with the arguments of HostStream::Process.
struct HostBlock {
  HostStream* stream;
  const float* const* input;
  float* const* output;
  size_t samples;
};

// Hops that are complete at the same time go through the network in one call. The bits are those of
// Process on each stream. A batch does one call at a time.
class HostBatch {
 public:
  // Errors: those of DenoiserBatch::Create.
  static Result<std::unique_ptr<HostBatch>> Create(std::shared_ptr<const Network> network,
                                                   size_t max_channels);

  // Takes each stream at most once, and at most max_channels channels in all. Real-time safe.
  void Process(std::span<const HostBlock> blocks) noexcept DFN_REALTIME;

 private:
  HostBatch(std::unique_ptr<DenoiserBatch> batch, size_t max_channels);

  std::unique_ptr<DenoiserBatch> batch_;
  size_t max_streams_;
  std::vector<BatchHop> hops_;
  std::vector<HostStream*> owners_;  // of the hops
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_HOST_HOST_BATCH_H_
