#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "api/c/c_error.h"
#include "api/c/c_model.h"
#include "api/c/c_options.h"
#include "api/c/c_stream.h"
#include "deepfilter/deepfilter.h"
#include "stream/host/host_batch.h"

struct dfn_batch {
  dfn_batch(std::shared_ptr<const dfn::Network> network_of_all,
            std::unique_ptr<dfn::HostBatch> host_of_all, size_t most_channels)
      : network(std::move(network_of_all)),
        host(std::move(host_of_all)),
        max_channels(most_channels) {
    blocks.reserve(max_channels);
  }

  const std::shared_ptr<const dfn::Network> network;
  const std::unique_ptr<dfn::HostBatch> host;
  const size_t max_channels;
  std::vector<dfn::HostBlock> blocks;  // reserved: each stream has at least one channel
};

namespace dfn {
namespace {

// Checks that the batch can take these blocks. Leaves in_batch set in the streams that it has seen.
dfn_result CheckBlocks(const dfn_batch& batch, std::span<const dfn_block> blocks) noexcept {
  size_t channels = 0;
  for (const dfn_block& block : blocks) {
    const dfn_result result = CheckPlanes(block.stream, block.input, block.output, block.samples);
    if (result != DFN_OK) return result;
    if (block.stream->network != batch.network) return DFN_ERROR_MISMATCH;
    if (block.stream->in_batch) return DFN_ERROR_INVALID_ARGUMENT;
    channels += block.stream->channels;
    if (channels > batch.max_channels) return DFN_ERROR_LIMIT;
    block.stream->in_batch = true;
  }
  return DFN_OK;
}

}  // namespace
}  // namespace dfn

dfn_result dfn_batch_create(const dfn_model* model, dfn_precision precision, size_t max_channels,
                            dfn_batch** batch, dfn_error** error) {
  if (batch != nullptr) *batch = nullptr;
  return dfn::Guarded(error, [&]() -> dfn::Status {
    if (model == nullptr) return dfn::NullArgument("model");
    if (batch == nullptr) return dfn::NullArgument("batch");
    DFN_TRY(const dfn::Precision stored, dfn::ToPrecision(dfn::NumberOf(precision), *model));
    DFN_TRY(const auto network, model->NetworkOf(stored));
    DFN_TRY(auto host, dfn::HostBatch::Create(network, max_channels));
    *batch = std::make_unique<dfn_batch>(network, std::move(host), max_channels).release();
    return {};
  });
}

void dfn_batch_free(dfn_batch* batch) { delete batch; }

dfn_result dfn_batch_process(dfn_batch* batch, const dfn_block* blocks, size_t count) {
  if (batch == nullptr || (blocks == nullptr && count > 0)) return DFN_ERROR_INVALID_ARGUMENT;
  const std::span<const dfn_block> all(blocks, count);
  const dfn_result result = dfn::CheckBlocks(*batch, all);
  for (const dfn_block& block : all) {
    if (block.stream != nullptr) block.stream->in_batch = false;
  }
  if (result != DFN_OK) return result;
  batch->blocks.clear();
  for (const dfn_block& block : all) {
    block.stream->local_snrs.Clear();
    if (block.samples == 0) continue;
    batch->blocks.push_back({block.stream->host.get(), block.input, block.output, block.samples});
  }
  batch->host->Process(batch->blocks);
  for (const dfn_block& block : all) {
    if (block.samples > 0) block.stream->AddLocalSnrs();
  }
  return DFN_OK;
}
