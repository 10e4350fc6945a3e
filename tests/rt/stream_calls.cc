#include "rt/stream_calls.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace dfn::test {
namespace {

constexpr size_t kBlocks[] = {1,   2,   7,   31,  32,  33,  64,   0,    100,  128,  240,
                              441, 479, 480, 481, 512, 960, 1000, 1024, 2048, 4096, 8192};

}  // namespace

StreamCalls::StreamCalls(const CModel& model, const OptionRow& row)
    : row_(row),
      stream_(CreateStream(model, row.options)),
      other_(CreateStream(model, row.options)) {
  const size_t channels = row.options.channels;
  floats_in_.resize(channels * kMostSamples);
  floats_out_.resize(channels * kMostSamples);
  integers_in_.resize(channels * kMostSamples);
  integers_out_.resize(channels * kMostSamples);
  for (size_t c = 0; c < channels; ++c) {
    float_inputs_.push_back(&floats_in_[c * kMostSamples]);
    // Every second stream works in place.
    float_outputs_.push_back(row.options.sample_rate_hz % 16000 == 0
                                 ? &floats_in_[c * kMostSamples]
                                 : &floats_out_[c * kMostSamples]);
    integer_inputs_.push_back(&integers_in_[c * kMostSamples]);
    integer_outputs_.push_back(&integers_out_[c * kMostSamples]);
  }
  if (stream_ != nullptr) state_.resize(dfn_stream_state_size(stream_.get()));
}

void StreamCalls::FillInput(size_t samples) noexcept {
  constexpr float kBroken[] = {std::numeric_limits<float>::quiet_NaN(),
                               std::numeric_limits<float>::infinity(), 1e-42f, 1e30f};
  // The sound is mostly noise, then silence, invalid samples, full scale.
  const size_t kind = calls_ / 3 % 6;
  for (size_t c = 0; c < row_.options.channels; ++c) {
    for (size_t i = 0; i < samples; ++i) {
      const uint32_t bits = noise_.NextBits();
      const auto integer = static_cast<int16_t>(bits >> 16);
      float& value = floats_in_[c * kMostSamples + i];
      value = kind == 3   ? 0.0f
              : kind == 4 ? kBroken[bits >> 30]
              : kind == 5 ? (integer < 0 ? -1.0f : 1.0f)
                          : static_cast<float>(integer) * 0x1p-17f;
      integers_in_[c * kMostSamples + i] = kind == 3 ? int16_t{0} : integer;
    }
  }
}

bool StreamCalls::Process(size_t samples) noexcept {
  FillInput(samples);
  ++calls_;
  dfn_stream* stream = stream_.get();
  switch (row_.form) {
    case SampleForm::kPlanar:
      return dfn_stream_process(stream, float_inputs_.data(), float_outputs_.data(), samples) ==
             DFN_OK;
    case SampleForm::kInterleaved:
      return dfn_stream_process_interleaved(stream, floats_in_.data(), floats_out_.data(),
                                            samples) == DFN_OK;
    case SampleForm::kPlanarI16:
      return dfn_stream_process_i16(stream, integer_inputs_.data(), integer_outputs_.data(),
                                    samples) == DFN_OK;
    case SampleForm::kInterleavedI16:
      return dfn_stream_process_interleaved_i16(stream, integers_in_.data(), integers_out_.data(),
                                                samples) == DFN_OK;
  }
  return false;
}

bool StreamCalls::Controls(size_t step) noexcept {
  dfn_stream* stream = stream_.get();
  dfn_stream_set_attenuation_limit_db(stream, step % 3 == 0 ? 0.0f : 10.0f * step);
  dfn_stream_set_attenuation_limit_db(stream, std::numeric_limits<float>::quiet_NaN());
  dfn_stream_set_post_filter_beta(stream, step % 2 == 0 ? 0.0f : 0.03f);
  dfn_stream_set_thresholds_db(stream, -10.0f, 30.0f, step % 4 == 1 ? -15.0f : 20.0f);
  dfn_stream_set_level(stream, static_cast<dfn_level>(step % 3), 20.0f);
  dfn_stream_set_bypass(stream, step % 5 == 2);
  float values[32];
  const size_t count = dfn_stream_local_snrs_db(stream, values, 32);
  return count <= 32 && std::isfinite(dfn_stream_local_snr_db(stream)) &&
         dfn_stream_delay_samples(stream) > 0 && dfn_version() != nullptr;
}

bool StreamCalls::States() noexcept {
  return dfn_stream_state_size(stream_.get()) == state_.size() &&
         dfn_stream_save(stream_.get(), state_.data(), state_.size()) == DFN_OK &&
         dfn_stream_restore(other_.get(), state_.data(), state_.size()) == DFN_OK &&
         dfn_stream_copy(stream_.get(), other_.get()) == DFN_OK;
}

bool StreamCalls::Refusals() noexcept {
  state_[state_.size() / 2] ^= 0x55;
  return dfn_stream_process(stream_.get(), nullptr, nullptr, row_.options.block_multiple) ==
             DFN_ERROR_INVALID_ARGUMENT &&
         dfn_stream_save(stream_.get(), state_.data(), 1) == DFN_ERROR_INVALID_ARGUMENT &&
         dfn_stream_restore(stream_.get(), state_.data(), state_.size()) != DFN_OK;
}

bool StreamCalls::Run() noexcept {
  const size_t multiple = row_.options.block_multiple;
  bool good = true;
  for (size_t i = 0; i < std::size(kBlocks); ++i) {
    // The size is rounded up to a multiple, or down at the buffers' end.
    size_t samples = (kBlocks[i] + multiple - 1) / multiple * multiple;
    if (samples > kMostSamples) samples -= multiple;
    good = Process(samples) && good;
    good = Controls(i) && good;
    if (i % 6 == 5) good = States() && good;
  }
  good = Refusals() && good;
  good = dfn_stream_flush(stream_.get(), float_outputs_.data(), kMostSamples) == DFN_OK && good;
  good = !Process(multiple) && good;
  dfn_stream_reset(stream_.get());
  dfn_stream_reset(other_.get());
  return Process(multiple) && good;
}

}  // namespace dfn::test
