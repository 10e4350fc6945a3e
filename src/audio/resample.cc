#include "audio/resample.h"

#include <soxr.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace dfn {
namespace {

struct DeleteSoxr {
  void operator()(soxr* handle) const { soxr_delete(handle); }
};

}  // namespace

struct Resampler::State {
  size_t channels;
  double ratio;                              // output over input rate
  std::unique_ptr<soxr, DeleteSoxr> handle;  // null: equal rates
  uint64_t emitted = 0;                      // frames

  // Appends what `frames` more input samples, or the end (null), make ready.
  void Feed(const float* input, size_t frames, std::vector<float>& output) {
    // Enough room that one call takes all of the input; the rest comes with the next calls.
    const auto room = static_cast<size_t>(std::ceil(static_cast<double>(frames) * ratio)) + 4096;
    for (;;) {
      const size_t start = output.size();
      output.resize(start + room * channels);
      size_t taken = 0;
      size_t made = 0;
      soxr_process(handle.get(), input, frames, &taken, output.data() + start, room, &made);
      output.resize(start + made * channels);
      emitted += made;
      if (input != nullptr) {
        input += taken * channels;
        frames -= taken;
      }
      if (made < room && (input == nullptr || frames == 0 || taken == 0)) return;
    }
  }
};

uint64_t ResampledFrames(uint64_t frames, size_t in_hz, size_t out_hz) {
  // In two parts, so that no product overflows.
  const uint64_t seconds = frames / in_hz;
  return seconds * out_hz + (frames % in_hz * out_hz + in_hz - 1) / in_hz;
}

Resampler::Resampler(std::unique_ptr<State> state) : state_(std::move(state)) {}
Resampler::Resampler(Resampler&&) noexcept = default;
Resampler::~Resampler() = default;

Result<Resampler> Resampler::Create(size_t in_hz, size_t out_hz, size_t channels) {
  auto state = std::make_unique<State>();
  state->channels = channels;
  state->ratio = static_cast<double>(out_hz) / static_cast<double>(in_hz);
  if (in_hz != out_hz) {
    const soxr_io_spec_t samples = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
    const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_VHQ, 0);
    const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
    soxr_error_t error = nullptr;
    state->handle.reset(soxr_create(static_cast<double>(in_hz), static_cast<double>(out_hz),
                                    static_cast<unsigned>(channels), &error, &samples, &quality,
                                    &runtime));
    if (error != nullptr || state->handle == nullptr) {
      return Error{ErrorCode::kUnsupported,
                   "cannot convert " + std::to_string(in_hz) + " Hz to " + std::to_string(out_hz) +
                       " Hz: " + (error == nullptr ? "out of memory" : soxr_strerror(error))};
    }
  }
  return Resampler(std::move(state));
}

void Resampler::Process(std::span<const float> input, std::vector<float>& output) {
  const size_t frames = input.size() / state_->channels;
  if (frames == 0) return;  // soxr would take it for the end
  if (state_->handle == nullptr) {
    output.insert(output.end(), input.begin(), input.end());
    state_->emitted += frames;
    return;
  }
  state_->Feed(input.data(), frames, output);
}

void Resampler::Finish(uint64_t total_frames, std::vector<float>& output) {
  if (state_->handle != nullptr) state_->Feed(nullptr, 0, output);
  if (state_->emitted < total_frames) {
    output.resize(output.size() + (total_frames - state_->emitted) * state_->channels, 0.0f);
  } else {
    const uint64_t excess = (state_->emitted - total_frames) * state_->channels;
    output.resize(output.size() - std::min<uint64_t>(excess, output.size()));
  }
  state_->emitted = total_frames;
}

}  // namespace dfn
