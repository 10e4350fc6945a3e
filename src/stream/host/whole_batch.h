// Whole sounds through one network together.
#ifndef DEEPFILTER_STREAM_HOST_WHOLE_BATCH_H_
#define DEEPFILTER_STREAM_HOST_WHOLE_BATCH_H_

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/network.h"
#include "stream/denoise/denoiser_batch.h"
#include "stream/host/whole_sound.h"

namespace dfn {

// Takes the hops that wait in several sounds through the network in one call, so that its recurrent
// half reads each weight once for all sounds. Each sound has the bits that it has alone. Does one
// call at a time.
class WholeBatch {
 public:
  // Errors: those of DenoiserBatch::Create.
  static Result<std::unique_ptr<WholeBatch>> Create(std::shared_ptr<const Network> network,
                                                    size_t max_rows);

  // Each sound was made for the batch's network without auto_level, and has returned hops from
  // Prepare; the hops of all their channels are at most max_rows. The caller then calls Done on
  // each.
  void Run(std::span<WholeSound* const> sounds);

 private:
  explicit WholeBatch(std::unique_ptr<DenoiserBatch> batch) : batch_(std::move(batch)) {}

  std::unique_ptr<DenoiserBatch> batch_;
  std::vector<BatchHop> hops_;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_HOST_WHOLE_BATCH_H_
