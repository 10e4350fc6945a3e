#include "stream/host/whole_stream.h"

#include <algorithm>
#include <limits>

namespace dfn {
namespace {

float Microseconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<float, std::micro>(time).count();
}

}  // namespace

StreamEnhancer::StreamEnhancer(Denoiser& denoiser, const StreamEnhancerOptions& options)
    : denoiser_(denoiser),
      options_(options),
      hop_size_(denoiser.hop_size()),
      channels_(denoiser.channels()),
      planes_(channels_, std::vector<float>(options.hops_per_call * hop_size_)),
      to_skip_(options.compensate_delay ? denoiser.delay_samples() : 0) {
  for (std::vector<float>& plane : planes_) pointers_.push_back(plane.data());
}

void StreamEnhancer::Process(std::span<const float> interleaved, std::vector<float>& output) {
  const size_t capacity = options_.hops_per_call * hop_size_;
  size_t frames = interleaved.size() / channels_;
  const float* from = interleaved.data();
  received_ += frames;
  mark_ = Clock::now();
  while (frames > 0) {
    const size_t step = std::min(frames, capacity - filled_);
    for (size_t c = 0; c < channels_; ++c) {
      float* to = planes_[c].data() + filled_;
      for (size_t i = 0; i < step; ++i) to[i] = from[i * channels_ + c];
    }
    filled_ += step;
    from += step * channels_;
    frames -= step;
    if (filled_ == capacity) Run(options_.hops_per_call, false, output);
  }
  unrecorded_ += Clock::now() - mark_;
}

void StreamEnhancer::Finish(std::vector<float>& output) {
  if (received_ == 0) return;
  mark_ = Clock::now();
  const size_t hop = hop_size_;
  // Whole hops that take samples or appended zeros, counted from the start of the stream.
  const uint64_t with_samples = options_.profile == Profile::kReference
                                    ? (received_ + options_.fft_size) / hop
                                    : std::numeric_limits<uint64_t>::max();
  while (emitted_ < received_) {
    const uint64_t missing = to_skip_ + received_ - emitted_;
    const uint64_t wanted = (missing + hop - 1) / hop;
    const bool past_the_end = hops_ >= with_samples;
    const uint64_t most = past_the_end ? wanted : std::min(wanted, with_samples - hops_);
    const auto hops = static_cast<size_t>(std::min<uint64_t>(most, options_.hops_per_call));
    for (std::vector<float>& plane : planes_) {
      std::fill(plane.begin() + static_cast<std::ptrdiff_t>(filled_), plane.end(), 0.0f);
    }
    Run(hops, past_the_end, output);
  }
}

void StreamEnhancer::Run(size_t hops, bool past_the_end, std::vector<float>& output) {
  if (past_the_end) {
    denoiser_.Flush(pointers_.data(), hops, nullptr);
  } else {
    denoiser_.Process(pointers_.data(), pointers_.data(), hops, nullptr);
  }
  hops_ += hops;
  filled_ = 0;
  Emit(hops * hop_size_, output);
  if (hop_us_ == nullptr) return;
  const Clock::time_point now = Clock::now();
  hop_us_->push_back(Microseconds(unrecorded_ + (now - mark_)));
  unrecorded_ = {};
  mark_ = now;
}

// Appends the first `samples` of `planes_` without the delay and without what is beyond the input.
void StreamEnhancer::Emit(size_t samples, std::vector<float>& output) {
  const auto skipped = static_cast<size_t>(std::min<uint64_t>(to_skip_, samples));
  to_skip_ -= skipped;
  const auto count =
      static_cast<size_t>(std::min<uint64_t>(samples - skipped, received_ - emitted_));
  if (count == 0) return;
  const size_t start = output.size();
  output.resize(start + count * channels_);
  for (size_t c = 0; c < channels_; ++c) {
    const float* from = planes_[c].data() + skipped;
    float* to = output.data() + start + c;
    for (size_t i = 0; i < count; ++i) to[i * channels_] = from[i];
  }
  emitted_ += count;
}

}  // namespace dfn
