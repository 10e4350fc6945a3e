// The stream object of the C API: a HostStream with memory to convert samples and to copy state.
#ifndef DEEPFILTER_API_C_C_STREAM_H_
#define DEEPFILTER_API_C_C_STREAM_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/aligned_buffer.h"
#include "base/realtime.h"
#include "base/result.h"
#include "deepfilter/deepfilter.h"
#include "engine/native/native_network.h"
#include "stream/host/host_stream.h"
#include "stream/host/recent_snrs.h"

namespace dfn {

// The parsed dfn_stream_options. HostStream::Create checks the rest of `host`.
struct StreamPlan {
  Precision precision = Precision::kF32;
  HostStreamOptions host;
  // As the caller promises; host.block_multiple is the part of it that changes the delay.
  size_t block_multiple = 1;
};
// Errors: kInvalidArgument, kUnsupported.
Result<StreamPlan> PlanStream(const dfn_model& model, const dfn_stream_options* options);

}  // namespace dfn

struct dfn_stream {
  dfn_stream(const dfn::StreamPlan& plan, uint64_t state_fingerprint,
             std::shared_ptr<const dfn::Network> network_of_all,
             std::unique_ptr<dfn::HostStream> host_of_all);

  const std::shared_ptr<const dfn::Network> network;  // a batch must have the same
  const std::unique_ptr<dfn::HostStream> host;
  const size_t channels;
  const dfn::Profile profile;
  const size_t block_multiple;

  // Samples that are converted from or to other forms: [channels, segment].
  const size_t segment;  // a multiple of the host's block_multiple
  dfn::AlignedBuffer<float> samples;
  std::array<float*, dfn::kMaxHostChannels> planes{};

  const uint64_t fingerprint;  // a hash of all that a state must agree with
  dfn::AlignedBuffer<float> state;

  // Local SNRs of the hops that the last call has finished, oldest first. The call may have gone to
  // the host in several parts, and the host knows only those of the last part.
  dfn::RecentSnrs local_snrs;
  void AddLocalSnrs() noexcept DFN_REALTIME;

  bool in_batch = false;  // set while dfn_batch_process checks its blocks
};

namespace dfn {

// Checks that the stream can take such a block now. Real-time safe, as are the next two.
dfn_result CheckBlock(const dfn_stream* stream, const void* input, const void* output,
                      size_t samples) noexcept DFN_REALTIME;
// Checks that there is a pointer for each channel.
template <class Sample>
bool AllPlanes(Sample* const* planes, size_t channels) noexcept DFN_REALTIME {
  return planes != nullptr && std::all_of(planes, planes + channels,
                                          [](const Sample* plane) { return plane != nullptr; });
}
// CheckBlock for planar blocks.
template <class Sample>
dfn_result CheckPlanes(const dfn_stream* stream, const Sample* const* input, Sample* const* output,
                       size_t samples) noexcept DFN_REALTIME {
  const dfn_result result = CheckBlock(stream, input, output, samples);
  if (result != DFN_OK || samples == 0) return result;
  return AllPlanes(input, stream->channels) && AllPlanes(output, stream->channels)
             ? DFN_OK
             : DFN_ERROR_INVALID_ARGUMENT;
}

}  // namespace dfn

#endif  // DEEPFILTER_API_C_C_STREAM_H_
