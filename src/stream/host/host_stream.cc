#include "stream/host/host_stream.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/flush_to_zero.h"
#include "stream/denoise/signal_path.h"

namespace dfn {
namespace {

// Enhanced samples on their way out at once; any number does.
constexpr size_t kPart = 256;

// A bypass fades in and out over so much of a second.
constexpr size_t kFadesASecond = 100;

float Sound(float sample) { return std::fabs(sample) <= kMaxSample ? sample : 0.0f; }

bool Same(const DenoiserControls& a, const DenoiserControls& b) {
  return a.atten_lim_db == b.atten_lim_db && a.post_filter == b.post_filter &&
         a.post_filter_beta == b.post_filter_beta && a.min_db_thresh == b.min_db_thresh &&
         a.max_db_erb_thresh == b.max_db_erb_thresh && a.max_db_df_thresh == b.max_db_df_thresh;
}

// The filter's outputs from a position on. Real-time safe.
void Filter(const PolyphaseFilter& filter, const SampleHistory& input, SamplePosition position,
            size_t count, float* output) noexcept {
  const int64_t first =
      static_cast<int64_t>(filter.ahead()) + 1 - static_cast<int64_t>(filter.taps());
  if (filter.in_hz() == filter.out_hz()) {
    std::copy_n(input.At(position.whole), count, output);
    return;
  }
  for (size_t i = 0; i < count; ++i) {
    output[i] = filter.At(input.At(position.whole + first), position.part);
    filter.Step(position);
  }
}

}  // namespace

HostPath::HostPath(const Config& config, const HostStreamOptions& options,
                   std::unique_ptr<LiveDenoiser> denoiser)
    : config_(config),
      options_(options),
      denoiser_(std::move(denoiser)),
      input_filter_(options.sample_rate_hz, config.sample_rate_hz),
      output_filter_(config.sample_rate_hz, options.sample_rate_hz),
      timing_(HostTimingOf(config, options)),
      part_(kPart),
      controls_(options.controls),
      controls_in_use_(options.controls),
      fade_(options.sample_rate_hz / kFadesASecond),
      local_snr_db_(config.lsnr_min_db) {
  double share = 0.0;
  for (double piece : denoiser_->piece_shares()) shares_.push_back(share += piece);
  const size_t most = timing_.most_hop_samples();
  const size_t keep = InputKeep();
  for (size_t c = 0; c < options.channels; ++c) input_.emplace_back(keep, most);
  if (options.channel_mode == ChannelMode::kDownmix) mix_.emplace_back(keep, most);
  for (size_t c = 0; c < EnhancedChannels(options); ++c) {
    enhanced_.push_back(
        {.hops = {AlignedBuffer<float>(config.hop_size), AlignedBuffer<float>(config.hop_size)},
         .done = AlignedBuffer<float>(config.hop_size),
         .enhanced = SampleHistory(EnhancedKeep(), config.hop_size)});
    hop_output_.push_back(enhanced_.back().done.data());
  }
  hop_input_.resize(enhanced_.size());
  NoteCounts();
}

// What the input filter reads, and what a bypass gives.
size_t HostPath::InputKeep() const noexcept {
  const size_t hop = timing_.most_hop_samples();
  const size_t step = input_filter_.in_hz() / input_filter_.out_hz() + 1;
  return std::max(input_filter_.taps() + hop + step, delay_samples() + kHopsWaiting * hop);
}

// From the first sample that the next output reads to the last of a hop just delivered.
size_t HostPath::EnhancedKeep() const noexcept {
  const size_t step = output_filter_.in_hz() / output_filter_.out_hz() + 1;
  const size_t delay = delay_samples() * output_filter_.in_hz() / output_filter_.out_hz() + step;
  return output_filter_.taps() + delay - config_.delay_samples() +
         kHopsWaiting * (config_.hop_size + step);
}

void HostPath::Process(const float* const* input, float* const* output, size_t samples) noexcept {
  BeginCall(input, output, samples);
  while (Advance()) DoHop();
}

void HostPath::Flush(float* const* output, size_t samples) noexcept {
  Process(nullptr, output, samples);
}

void HostPath::Reset() noexcept {
  FinishOpenHop();
  denoiser_->Reset();
  for (SampleHistory& history : input_) history.Reset();
  for (SampleHistory& history : mix_) history.Reset();
  for (EnhancedChannel& channel : enhanced_) channel.enhanced.Reset();
  pushed_ = emitted_ = end_ = 0;
  flushing_ = false;
  filled_ = 0;
  pending_ = Pending::kNone;
  NoteCounts();
  fade_.Jump(bypass_.load(std::memory_order_relaxed) ? fade_.samples() : 0);
  local_snr_db_.store(config_.lsnr_min_db, std::memory_order_relaxed);
  call_local_snrs_ = 0;
}

// What follows from the counts.
void HostPath::NoteCounts() noexcept {
  const uint64_t produced = timing_.ModelSamples(pushed_);
  complete_ = produced / config_.hop_size;
  filled_ = static_cast<size_t>(produced % config_.hop_size);
  delivered_ = timing_.HopsReady(complete_);
  last_complete_at_ = complete_ == 0 ? 0 : timing_.HopComplete(complete_ - 1);
  next_complete_at_ = timing_.HopComplete(complete_);
  ready_ = timing_.OutputsReady(delivered_);
}

void HostPath::BeginCall(const float* const* input, float* const* output, size_t samples) noexcept {
  if (input == nullptr && !flushing_) {
    flushing_ = true;
    end_ = pushed_;
  }
  call_input_ = input;
  call_output_ = output;
  call_begin_ = emitted_;
  call_end_ = emitted_ + samples;
  call_bypass_ = bypass_.load(std::memory_order_relaxed);
  call_local_snrs_ = 0;
}

bool HostPath::Advance() noexcept {
  const FlushToZero flush;
  for (;;) {
    Fill();
    if (filled_ == config_.hop_size) {
      FinishOpenHop();
      if (pending_ == Pending::kDone) Deliver();
      return true;
    }
    Emit();
    uint64_t wanted = 0;
    if (pushed_ < call_end_) {
      wanted = call_end_ - pushed_;
    } else if (emitted_ < call_end_ && flushing_) {
      wanted = next_complete_at_ - pushed_;  // what no call will bring
    } else {
      break;
    }
    Push(static_cast<size_t>(
        std::min({wanted, next_complete_at_ - pushed_, uint64_t{timing_.most_hop_samples()}})));
    RunDuePieces();
  }
  // Only a block that is no multiple of block_multiple ends before its outputs are ready.
  if (emitted_ < call_end_) {
    for (size_t c = 0; c < options_.channels; ++c) {
      std::fill_n(call_output_[c] + (emitted_ - call_begin_), call_end_ - emitted_, 0.0f);
    }
    emitted_ = call_end_;
  }
  return false;
}

void HostPath::Push(size_t count) noexcept {
  float* mix = mix_.empty() ? nullptr : mix_.front().Extend(count);
  if (mix != nullptr) std::fill_n(mix, count, 0.0f);
  for (size_t c = 0; c < options_.channels; ++c) {
    float* samples = input_[c].Extend(count);
    if (call_input_ == nullptr) {
      std::fill_n(samples, count, 0.0f);
      continue;
    }
    const float* from = call_input_[c] + (pushed_ - call_begin_);
    for (size_t i = 0; i < count; ++i) samples[i] = Sound(from[i]);
    for (size_t i = 0; mix != nullptr && i < count; ++i) mix[i] += samples[i];
  }
  const auto channels = static_cast<float>(options_.channels);
  for (size_t i = 0; mix != nullptr && i < count; ++i) mix[i] /= channels;
  pushed_ += count;
}

const SampleHistory& HostPath::Source(size_t channel) const noexcept {
  return mix_.empty() ? input_[channel] : mix_.front();
}

// Brings the hop in hand as far as the host's samples go.
void HostPath::Fill() noexcept {
  const uint64_t produced = complete_ * config_.hop_size + filled_;
  const size_t count = static_cast<size_t>(
      std::min<uint64_t>(timing_.ModelSamples(pushed_) - produced, config_.hop_size - filled_));
  if (count == 0) return;
  const SamplePosition position = timing_.InputPosition(produced);
  for (size_t c = 0; c < enhanced_.size(); ++c) {
    Filter(input_filter_, Source(c), position, count,
           enhanced_[c].hops[complete_ % 2].data() + filled_);
  }
  filled_ += count;
}

void HostPath::Emit() noexcept {
  const uint64_t until = std::min({call_end_, ready_, pushed_});
  while (emitted_ < until) {
    EmitPart(static_cast<size_t>(std::min<uint64_t>(until - emitted_, kPart)));
  }
}

void HostPath::EmitPart(size_t count) noexcept {
  const SamplePosition position = timing_.OutputPosition(emitted_);
  const int64_t aligned = static_cast<int64_t>(emitted_) - static_cast<int64_t>(delay_samples());
  const bool input_alone = call_bypass_ && fade_.Rests(true);
  for (size_t c = 0; c < options_.channels; ++c) {
    if (c < enhanced_.size() && !input_alone) {
      Filter(output_filter_, enhanced_[c].enhanced, position, count, part_.data());
    }
    fade_.Mix(call_bypass_, part_.data(), input_[c].At(aligned), count,
              call_output_[c] + (emitted_ - call_begin_));
  }
  fade_.Advance(call_bypass_, count);
  emitted_ += count;
}

void HostPath::TakeControls() noexcept {
  const DenoiserControls controls = controls_.Get();
  if (Same(controls, controls_in_use_)) return;
  controls_in_use_ = controls;
  denoiser_->SetControls(controls);
}

// df.enhance adds zeros to the sound while a whole hop of fft_size zeros fits, and then nothing.
bool HostPath::IsPast(uint64_t hop) const noexcept {
  if (!flushing_ || options_.profile != Profile::kReference) return false;
  return hop >= (timing_.ModelLength(end_) + config_.fft_size) / config_.hop_size;
}

BatchHop HostPath::TakeHop() noexcept {
  TakeControls();
  for (size_t c = 0; c < enhanced_.size(); ++c) {
    hop_input_[c] = enhanced_[c].hops[complete_ % 2].data();
  }
  return {.denoiser = denoiser_.get(),
          .input = IsPast(complete_) ? nullptr : hop_input_.data(),
          .output = hop_output_.data(),
          .lsnr_db = &hop_local_snr_db_};
}

void HostPath::HopDone() noexcept {
  ++complete_;
  filled_ = 0;
  last_complete_at_ = next_complete_at_;
  next_complete_at_ = timing_.HopComplete(complete_);
  pending_ = Pending::kDone;
  if (options_.work_mode == WorkMode::kDirect) Deliver();
}

void HostPath::DoHop() noexcept {
  const BatchHop hop = TakeHop();
  if (options_.work_mode == WorkMode::kSpread) {
    denoiser_->BeginHop(hop.input, hop.output, hop.lsnr_db);
    HopDone();
    pending_ = Pending::kOpen;
    next_piece_ = 0;
  } else {
    if (hop.input == nullptr) {
      denoiser_->Flush(hop.output, 1, hop.lsnr_db);
    } else {
      denoiser_->Process(hop.input, hop.output, 1, hop.lsnr_db);
    }
    HopDone();
  }
}

// The pieces whose share of the work is no more than that of the next hop's samples which are in.
void HostPath::RunDuePieces() noexcept {
  if (pending_ != Pending::kOpen) return;
  const auto gone = static_cast<double>(pushed_ - last_complete_at_);
  const auto whole = static_cast<double>(next_complete_at_ - last_complete_at_);
  while (next_piece_ < shares_.size() && shares_[next_piece_] * whole <= gone) {
    denoiser_->RunPiece(next_piece_++);
  }
}

void HostPath::FinishOpenHop() noexcept {
  if (pending_ != Pending::kOpen) return;
  const FlushToZero flush;
  while (next_piece_ < shares_.size()) denoiser_->RunPiece(next_piece_++);
  pending_ = Pending::kDone;
}

// The hop's samples and local SNR go out.
void HostPath::Deliver() noexcept {
  for (EnhancedChannel& channel : enhanced_) {
    std::copy_n(channel.done.data(), config_.hop_size, channel.enhanced.Extend(config_.hop_size));
  }
  pending_ = Pending::kNone;
  ready_ = timing_.OutputsReady(++delivered_);
  local_snr_db_.store(hop_local_snr_db_, std::memory_order_relaxed);
  if (call_local_snrs_ == call_local_snrs_db_.size()) {
    std::copy(call_local_snrs_db_.begin() + 1, call_local_snrs_db_.end(),
              call_local_snrs_db_.begin());
    --call_local_snrs_;
  }
  call_local_snrs_db_[call_local_snrs_++] = hop_local_snr_db_;
}

}  // namespace dfn
