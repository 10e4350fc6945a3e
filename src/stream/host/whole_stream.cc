#include "stream/host/whole_stream.h"

#include <algorithm>
#include <limits>

namespace dfn {

WholeStream::WholeStream(Denoiser& denoiser, const WholeStreamOptions& options)
    : denoiser_(denoiser),
      options_(options),
      hop_size_(denoiser.hop_size()),
      channels_(denoiser.channels()),
      planes_(channels_, std::vector<float>(options.hops_per_call * hop_size_)),
      to_skip_(options.skip_samples.value_or(denoiser.delay_samples())),
      // A hop of the delay is that of the transform; the others are the network's look-ahead.
      silent_hops_(std::max<size_t>(1, denoiser.delay_samples() / hop_size_) - 1),
      lsnr_db_(options.hops_per_call) {
  for (std::vector<float>& plane : planes_) pointers_.push_back(plane.data());
}

// Takes as many samples as there is room for; returns how many these are.
size_t WholeStream::Fill(std::span<const float> interleaved) {
  const size_t capacity = options_.hops_per_call * hop_size_;
  const size_t count = std::min(interleaved.size() / channels_, capacity - filled_);
  for (size_t c = 0; c < channels_; ++c) {
    float* to = planes_[c].data() + filled_;
    for (size_t i = 0; i < count; ++i) to[i] = interleaved[i * channels_ + c];
  }
  filled_ += count;
  return count;
}

void WholeStream::Process(std::span<const float> interleaved, std::vector<float>& output) {
  received_ += interleaved.size() / channels_;
  wanted_ = received_;
  while (!interleaved.empty()) {
    interleaved = interleaved.subspan(Fill(interleaved) * channels_);
    if (filled_ == options_.hops_per_call * hop_size_) {
      Run(options_.hops_per_call, false, output);
    }
  }
}

void WholeStream::Finish(std::vector<float>& output, std::span<const float> tail, uint64_t more) {
  if (received_ == 0) return;
  wanted_ = received_ + more;
  // Hops that take samples or appended zeros, counted from the start of the stream.
  const uint64_t with_samples = options_.profile == Profile::kReference
                                    ? (received_ + options_.fft_size) / hop_size_
                                    : std::numeric_limits<uint64_t>::max();
  while (emitted_ < wanted_) {
    const uint64_t missing = to_skip_ + wanted_ - emitted_;
    const uint64_t needed = (missing + hop_size_ - 1) / hop_size_;
    const bool past_the_end = hops_ >= with_samples;
    const uint64_t most = past_the_end ? needed : std::min(needed, with_samples - hops_);
    const auto hops = static_cast<size_t>(std::min<uint64_t>(most, options_.hops_per_call));
    tail = tail.subspan(Fill(tail) * channels_);
    for (std::vector<float>& plane : planes_) {
      std::fill(plane.begin() + static_cast<std::ptrdiff_t>(filled_), plane.end(), 0.0f);
    }
    Run(hops, past_the_end, output);
  }
}

void WholeStream::Cut(std::vector<float>& output) {
  const size_t rest = filled_ % hop_size_;
  if (filled_ >= hop_size_) Run(filled_ / hop_size_, false, output);
  for (std::vector<float>& plane : planes_) std::fill_n(plane.begin(), rest, 0.0f);
  Emit(rest, output);
  filled_ = 0;
}

void WholeStream::Run(size_t hops, bool past_the_end, std::vector<float>& output) {
  if (past_the_end) {
    denoiser_.Flush(pointers_.data(), hops, nullptr);
  } else {
    denoiser_.Process(pointers_.data(), pointers_.data(), hops, lsnr_db_.data());
    HearLocalSnr(hops);
  }
  hops_ += hops;
  filled_ = 0;
  Emit(hops * hop_size_, output);
  if (after_call_) after_call_();
}

void WholeStream::HearLocalSnr(size_t hops) {
  const uint64_t with_input = (received_ + hop_size_ - 1) / hop_size_;
  for (size_t i = 0; i < hops; ++i) {
    // The SNR of a step is that of a frame before it.
    const uint64_t hop = hops_ + i;
    if (hop < silent_hops_ || hop - silent_hops_ >= with_input) continue;
    lsnr_sum_db_ += lsnr_db_[i];
    ++lsnr_hops_;
  }
}

std::optional<double> WholeStream::mean_local_snr_db() const {
  if (lsnr_hops_ == 0) return std::nullopt;
  return lsnr_sum_db_ / static_cast<double>(lsnr_hops_);
}

// Appends the first `samples` of `planes_` without the delay and without what is not wanted.
void WholeStream::Emit(size_t samples, std::vector<float>& output) {
  const auto skipped = static_cast<size_t>(std::min<uint64_t>(to_skip_, samples));
  to_skip_ -= skipped;
  const auto count = static_cast<size_t>(std::min<uint64_t>(samples - skipped, wanted_ - emitted_));
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
