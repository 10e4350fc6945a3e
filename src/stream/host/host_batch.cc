#include <cassert>
#include <utility>
#include <vector>

#include "stream/host/host_options.h"
#include "stream/host/host_stream.h"

namespace dfn {
namespace {

class PathBatch final : public HostBatch {
 public:
  PathBatch(std::unique_ptr<DenoiserBatch> batch, size_t max_channels)
      : batch_(std::move(batch)), max_streams_(max_channels) {
    hops_.reserve(max_channels);
    owners_.reserve(max_channels);
  }

  // Round by round each stream goes on to its next complete hop, until none has one.
  void Process(std::span<const HostBlock> blocks) noexcept override {
    assert(blocks.size() <= max_streams_);
    for (const HostBlock& block : blocks) {
      PathOf(block)->BeginCall(block.input, block.output, block.samples);
    }
    do {
      hops_.clear();
      owners_.clear();
      for (const HostBlock& block : blocks) {
        HostPath* path = PathOf(block);
        if (!path->Advance()) continue;
        hops_.push_back(path->TakeHop());
        owners_.push_back(path);
      }
      if (!hops_.empty()) batch_->Process(hops_);
      for (HostPath* path : owners_) path->HopDone();
    } while (!hops_.empty());
  }

 private:
  // HostStream::Create makes no other kind.
  static HostPath* PathOf(const HostBlock& block) { return static_cast<HostPath*>(block.stream); }

  std::unique_ptr<DenoiserBatch> batch_;
  [[maybe_unused]] size_t max_streams_;
  std::vector<BatchHop> hops_;
  std::vector<HostPath*> owners_;  // of the hops
};

}  // namespace

Result<std::unique_ptr<HostBatch>> HostBatch::Create(std::shared_ptr<const Network> network,
                                                     size_t max_channels) {
  DFN_TRY(std::unique_ptr<DenoiserBatch> batch,
          DenoiserBatch::Create(std::move(network), max_channels));
  return std::unique_ptr<HostBatch>(std::make_unique<PathBatch>(std::move(batch), max_channels));
}

}  // namespace dfn
