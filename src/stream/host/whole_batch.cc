#include "stream/host/whole_batch.h"

#include <utility>

namespace dfn {

Result<std::unique_ptr<WholeBatch>> WholeBatch::Create(std::shared_ptr<const Network> network,
                                                       size_t max_rows) {
  DFN_TRY(auto batch, DenoiserBatch::Create(std::move(network), max_rows));
  return std::unique_ptr<WholeBatch>(new WholeBatch(std::move(batch)));
}

void WholeBatch::Run(std::span<WholeSound* const> sounds) {
  // One sound gains nothing from a batch's copies.
  if (sounds.size() == 1) return sounds.front()->Denoise();
  hops_.clear();
  for (WholeSound* sound : sounds) {
    const BatchHop hop = sound->waiting();
    if (hop.denoiser->WaitsWithin(hop.input, hop.frames)) {
      sound->Denoise();
    } else {
      hops_.push_back(hop);
    }
  }
  if (!hops_.empty()) batch_->Process(hops_);
}

}  // namespace dfn
