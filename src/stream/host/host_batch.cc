#include "stream/host/host_batch.h"

#include <cassert>
#include <utility>

namespace dfn {

Result<std::unique_ptr<HostBatch>> HostBatch::Create(std::shared_ptr<const Network> network,
                                                     size_t max_channels) {
  DFN_TRY(std::unique_ptr<DenoiserBatch> batch,
          DenoiserBatch::Create(std::move(network), max_channels));
  return std::unique_ptr<HostBatch>(new HostBatch(std::move(batch), max_channels));
}

HostBatch::HostBatch(std::unique_ptr<DenoiserBatch> batch, size_t max_channels)
    : batch_(std::move(batch)), max_streams_(max_channels) {
  hops_.reserve(max_streams_);
  owners_.reserve(max_streams_);
}

// Each round takes every stream to its next complete hop, until no stream has one.
void HostBatch::Process(std::span<const HostBlock> blocks) noexcept {
  assert(blocks.size() <= max_streams_);
  for (const HostBlock& block : blocks) {
    block.stream->BeginCall(block.input, block.output, block.samples);
  }
  do {
    hops_.clear();
    owners_.clear();
    for (const HostBlock& block : blocks) {
      if (!block.stream->Advance()) continue;
      hops_.push_back(block.stream->TakeHop());
      owners_.push_back(block.stream);
    }
    if (!hops_.empty()) batch_->Process(hops_);
    for (HostStream* stream : owners_) stream->HopDone();
  } while (!hops_.empty());
}

}  // namespace dfn
