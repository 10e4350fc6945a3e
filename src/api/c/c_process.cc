// Converts the callers' forms of samples to and from the planes of floats that a HostStream takes.
// A block is processed in segments, so that no memory is allocated for it.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "api/c/c_stream.h"
#include "base/flush_to_zero.h"
#include "deepfilter/deepfilter.h"

namespace dfn {
namespace {

constexpr float kFullScale = 32768.0f;

float ToFloat(float sample) noexcept { return sample; }
float ToFloat(int16_t sample) noexcept { return static_cast<float>(sample) / kFullScale; }

void FromFloat(float sample, float* to) noexcept { *to = sample; }
// Rounds to nearest, halves to even, which is the mode of FlushToZero.
void FromFloat(float sample, int16_t* to) noexcept {
  *to = static_cast<int16_t>(std::clamp(std::nearbyint(sample * kFullScale), -32768.0f, 32767.0f));
}

template <class Sample>
void Gather(const Sample* from, size_t stride, size_t count, float* to) noexcept {
  for (size_t i = 0; i < count; ++i) to[i] = ToFloat(from[i * stride]);
}

template <class Sample>
void Scatter(const float* from, size_t count, size_t stride, Sample* to) noexcept {
  for (size_t i = 0; i < count; ++i) FromFloat(from[i], to + i * stride);
}

// The start of channel c in a block, and the distance between its samples.
template <class Sample>
struct PlanarBlock {
  Sample* const* channels;
  size_t stride() const noexcept { return 1; }
  Sample* Channel(size_t c, size_t sample) const noexcept { return channels[c] + sample; }
};
template <class Sample>
struct InterleavedBlock {
  Sample* samples;
  size_t channels;
  size_t stride() const noexcept { return channels; }
  Sample* Channel(size_t c, size_t sample) const noexcept {
    return samples + sample * channels + c;
  }
};

template <class Input, class Output>
void ProcessInSegments(dfn_stream& stream, const Input& input, const Output& output,
                       size_t samples) noexcept {
  const FlushToZero mode;
  for (size_t begin = 0; begin < samples; begin += stream.segment) {
    const size_t count = std::min(stream.segment, samples - begin);
    for (size_t c = 0; c < stream.channels; ++c) {
      Gather(input.Channel(c, begin), input.stride(), count, stream.planes[c]);
    }
    stream.host->Process(stream.planes.data(), stream.planes.data(), count);
    stream.AddLocalSnrs();
    for (size_t c = 0; c < stream.channels; ++c) {
      Scatter(stream.planes[c], count, output.stride(), output.Channel(c, begin));
    }
  }
}

}  // namespace

dfn_result CheckBlock(const dfn_stream* stream, const void* input, const void* output,
                      size_t samples) noexcept {
  if (stream == nullptr) return DFN_ERROR_INVALID_ARGUMENT;
  if (samples > 0 && (input == nullptr || output == nullptr)) return DFN_ERROR_INVALID_ARGUMENT;
  if (samples % stream->block_multiple != 0) return DFN_ERROR_INVALID_ARGUMENT;
  return stream->host->flushing() ? DFN_ERROR_STATE : DFN_OK;
}

}  // namespace dfn

dfn_result dfn_stream_process(dfn_stream* stream, const float* const* input, float* const* output,
                              size_t samples) {
  const dfn_result result = dfn::CheckPlanes(stream, input, output, samples);
  if (result != DFN_OK) return result;
  stream->local_snrs.Clear();
  if (samples == 0) return DFN_OK;
  stream->host->Process(input, output, samples);
  stream->AddLocalSnrs();
  return DFN_OK;
}

dfn_result dfn_stream_process_i16(dfn_stream* stream, const int16_t* const* input,
                                  int16_t* const* output, size_t samples) {
  const dfn_result result = dfn::CheckPlanes(stream, input, output, samples);
  if (result != DFN_OK) return result;
  stream->local_snrs.Clear();
  dfn::ProcessInSegments(*stream, dfn::PlanarBlock<const int16_t>{input},
                         dfn::PlanarBlock<int16_t>{output}, samples);
  return DFN_OK;
}

dfn_result dfn_stream_process_interleaved(dfn_stream* stream, const float* input, float* output,
                                          size_t samples) {
  const dfn_result result = dfn::CheckBlock(stream, input, output, samples);
  if (result != DFN_OK) return result;
  if (stream->channels == 1) return dfn_stream_process(stream, &input, &output, samples);
  stream->local_snrs.Clear();
  dfn::ProcessInSegments(*stream, dfn::InterleavedBlock<const float>{input, stream->channels},
                         dfn::InterleavedBlock<float>{output, stream->channels}, samples);
  return DFN_OK;
}

dfn_result dfn_stream_process_interleaved_i16(dfn_stream* stream, const int16_t* input,
                                              int16_t* output, size_t samples) {
  const dfn_result result = dfn::CheckBlock(stream, input, output, samples);
  if (result != DFN_OK) return result;
  stream->local_snrs.Clear();
  dfn::ProcessInSegments(*stream, dfn::InterleavedBlock<const int16_t>{input, stream->channels},
                         dfn::InterleavedBlock<int16_t>{output, stream->channels}, samples);
  return DFN_OK;
}

dfn_result dfn_stream_flush(dfn_stream* stream, float* const* output, size_t samples) {
  if (stream == nullptr) return DFN_ERROR_INVALID_ARGUMENT;
  if (samples > 0 && !dfn::AllPlanes(output, stream->channels)) return DFN_ERROR_INVALID_ARGUMENT;
  stream->local_snrs.Clear();
  stream->host->Flush(samples == 0 ? stream->planes.data() : output, samples);
  stream->AddLocalSnrs();
  return DFN_OK;
}
