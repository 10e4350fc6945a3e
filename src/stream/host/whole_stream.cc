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

// Takes as many samples as there is room for in `hops`; returns how many these are.
size_t WholeStream::Fill(std::span<const float> interleaved, size_t hops) {
  const size_t count = std::min(interleaved.size() / channels_, hops * hop_size_ - filled_);
  for (size_t c = 0; c < channels_; ++c) {
    float* to = planes_[c].data() + filled_;
    if (channels_ == 1) {
      std::copy_n(interleaved.data(), count, to);
      continue;
    }
    for (size_t i = 0; i < count; ++i) to[i] = interleaved[i * channels_ + c];
  }
  filled_ += count;
  return count;
}

size_t WholeStream::Take(std::span<const float> interleaved, size_t hops) {
  const size_t count = Fill(interleaved, hops);
  received_ += count;
  wanted_ = received_;
  return count;
}

void WholeStream::Process(std::span<const float> interleaved, std::vector<float>& output) {
  const size_t hops = options_.hops_per_call;
  while (!interleaved.empty()) {
    interleaved = interleaved.subspan(Take(interleaved, hops) * channels_);
    if (HasTaken(hops)) Run({.hops = hops}, output);
  }
}

void WholeStream::End(std::span<const float> tail, uint64_t more) {
  if (received_ > 0) wanted_ = received_ + more;
  tail_.assign(tail.begin(), tail.end());
}

WholeStream::Waiting WholeStream::Next(size_t hops) {
  if (emitted_ >= wanted_) return {};
  // Hops that take samples or appended zeros, counted from the start of the stream.
  const uint64_t with_samples = options_.profile == Profile::kReference
                                    ? (received_ + options_.fft_size) / hop_size_
                                    : std::numeric_limits<uint64_t>::max();
  const uint64_t missing = to_skip_ + wanted_ - emitted_;
  const uint64_t needed = (missing + hop_size_ - 1) / hop_size_;
  const bool past_the_end = hops_ >= with_samples;
  const uint64_t most = past_the_end ? needed : std::min(needed, with_samples - hops_);
  const auto count = static_cast<size_t>(std::min<uint64_t>(most, hops));
  tail_taken_ += channels_ * Fill(std::span(tail_).subspan(tail_taken_), count);
  for (std::vector<float>& plane : planes_) {
    std::fill(plane.begin() + static_cast<std::ptrdiff_t>(filled_), plane.end(), 0.0f);
  }
  return {.hops = count, .past_the_end = past_the_end};
}

void WholeStream::Finish(std::vector<float>& output, std::span<const float> tail, uint64_t more) {
  End(tail, more);
  for (;;) {
    const Waiting waiting = Next(options_.hops_per_call);
    if (waiting.hops == 0) return;
    Run(waiting, output);
  }
}

void WholeStream::Cut(std::vector<float>& output) {
  const size_t rest = filled_ % hop_size_;
  if (filled_ >= hop_size_) Run({.hops = filled_ / hop_size_}, output);
  for (std::vector<float>& plane : planes_) std::fill_n(plane.begin(), rest, 0.0f);
  Emit(rest, output);
  filled_ = 0;
}

void WholeStream::Run(const Waiting& waiting, std::vector<float>& output) {
  if (waiting.past_the_end) {
    denoiser_.Flush(pointers_.data(), waiting.hops, nullptr);
  } else {
    denoiser_.Process(pointers_.data(), pointers_.data(), waiting.hops, lsnr_db_.data());
    HearLocalSnr(waiting.hops);
  }
  Done(waiting, output);
}

void WholeStream::Done(const Waiting& waiting, std::vector<float>& output) {
  hops_ += waiting.hops;
  filled_ = 0;
  Emit(waiting.hops * hop_size_, output);
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
    if (local_snr_listener_) local_snr_listener_(lsnr_db_[i]);
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
  emitted_ += count;
  if (channels_ == 1) {
    const float* from = planes_.front().data() + skipped;
    output.insert(output.end(), from, from + count);
    return;
  }
  const size_t start = output.size();
  output.resize(start + count * channels_);
  for (size_t c = 0; c < channels_; ++c) {
    const float* from = planes_[c].data() + skipped;
    float* to = output.data() + start + c;
    for (size_t i = 0; i < count; ++i) to[i * channels_] = from[i];
  }
}

}  // namespace dfn
