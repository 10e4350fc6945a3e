#include "stream/host/host_stream.h"

#include <algorithm>
#include <utility>

#include "base/flush_to_zero.h"
#include "stream/denoise/signal_path.h"

namespace dfn {
namespace {

// Output samples are filtered and mixed this many at a time; any number gives the same bits.
constexpr size_t kPart = 256;

// A bypass fades in and out over 10 ms.
constexpr size_t kFadesPerSecond = 100;

// Writes the filter's outputs from `position` on to output [count]. Real-time safe.
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

Result<std::unique_ptr<HostStream>> HostStream::Create(std::shared_ptr<const Network> network,
                                                       const HostStreamOptions& options) {
  DFN_CHECK(CheckHostOptions(options));
  if (network == nullptr) return Error{ErrorCode::kInvalidArgument, "no network"};
  const Config config = network->config();
  DFN_TRY(std::unique_ptr<LiveDenoiser> denoiser,
          LiveDenoiser::Create(std::move(network), DenoiserOptionsOf(config, options)));
  return std::unique_ptr<HostStream>(new HostStream(config, options, std::move(denoiser)));
}

HostStream::HostStream(const Config& config, const HostStreamOptions& options,
                       std::unique_ptr<LiveDenoiser> denoiser)
    : config_(config),
      options_(options),
      denoiser_(std::move(denoiser)),
      input_filter_(options.sample_rate_hz, config.sample_rate_hz),
      output_filter_(config.sample_rate_hz, options.sample_rate_hz),
      timing_(HostTimingOf(config, options)),
      part_(kPart),
      controls_(options.controls),
      fade_(options.sample_rate_hz / kFadesPerSecond),
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
  DeriveCounts();
}

// As much as the input filter reads, and as a bypass needs.
size_t HostStream::InputKeep() const noexcept {
  const size_t hop = timing_.most_hop_samples();
  const size_t step = input_filter_.in_hz() / input_filter_.out_hz() + 1;
  return std::max(input_filter_.taps() + hop + step, delay_samples() + kHopsWaiting * hop);
}

// From the first sample that the next output reads to the last of a hop just delivered.
size_t HostStream::EnhancedKeep() const noexcept {
  const size_t step = output_filter_.in_hz() / output_filter_.out_hz() + 1;
  const size_t delay = delay_samples() * output_filter_.in_hz() / output_filter_.out_hz() + step;
  return output_filter_.taps() + delay - config_.delay_samples() +
         kHopsWaiting * (config_.hop_size + step);
}

void HostStream::Process(const float* const* input, float* const* output, size_t samples) noexcept {
  BeginCall(input, output, samples);
  while (Advance()) DoHop();
}

void HostStream::Flush(float* const* output, size_t samples) noexcept {
  Process(nullptr, output, samples);
}

void HostStream::Reset() noexcept {
  FinishOpenHop();
  denoiser_->Reset();
  level_gain_db_.store(0.0f, std::memory_order_relaxed);
  for (SampleHistory& history : input_) history.Reset();
  for (SampleHistory& history : mix_) history.Reset();
  for (EnhancedChannel& channel : enhanced_) channel.enhanced.Reset();
  pushed_ = emitted_ = end_ = 0;
  flushing_ = false;
  filled_ = 0;
  pending_ = Pending::kNone;
  DeriveCounts();
  fade_.Jump(bypass_.load(std::memory_order_relaxed) ? fade_.samples() : 0);
  local_snr_db_.store(config_.lsnr_min_db, std::memory_order_relaxed);
  call_local_snrs_.Clear();
}

// Sets the members that follow from the counts.
void HostStream::DeriveCounts() noexcept {
  const uint64_t produced = timing_.ModelSamples(pushed_);
  complete_ = produced / config_.hop_size;
  filled_ = static_cast<size_t>(produced % config_.hop_size);
  delivered_ = timing_.HopsReady(complete_);
  last_complete_at_ = complete_ == 0 ? 0 : timing_.HopComplete(complete_ - 1);
  next_complete_at_ = timing_.HopComplete(complete_);
  ready_ = timing_.OutputsReady(delivered_);
}

void HostStream::BeginCall(const float* const* input, float* const* output,
                           size_t samples) noexcept {
  if (input == nullptr && !flushing_) {
    flushing_ = true;
    end_ = pushed_;
  }
  call_input_ = input;
  call_output_ = output;
  call_begin_ = emitted_;
  call_end_ = emitted_ + samples;
  call_bypass_ = bypass_.load(std::memory_order_relaxed);
  call_local_snrs_.Clear();
}

bool HostStream::Advance() noexcept {
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
      wanted = next_complete_at_ - pushed_;  // samples that no call will bring
    } else {
      break;
    }
    Push(static_cast<size_t>(
        std::min({wanted, next_complete_at_ - pushed_, uint64_t{timing_.most_hop_samples()}})));
    RunDuePieces();
  }
  // Only a block that is not a multiple of block_multiple ends before its outputs are ready.
  if (emitted_ < call_end_) {
    for (size_t c = 0; c < options_.channels; ++c) {
      std::fill_n(call_output_[c] + (emitted_ - call_begin_), call_end_ - emitted_, 0.0f);
    }
    emitted_ = call_end_;
  }
  return false;
}

void HostStream::Push(size_t count) noexcept {
  float* mix = mix_.empty() ? nullptr : mix_.front().Extend(count);
  if (mix != nullptr) std::fill_n(mix, count, 0.0f);
  for (size_t c = 0; c < options_.channels; ++c) {
    float* samples = input_[c].Extend(count);
    if (call_input_ == nullptr) {
      std::fill_n(samples, count, 0.0f);
      continue;
    }
    const float* from = call_input_[c] + (pushed_ - call_begin_);
    for (size_t i = 0; i < count; ++i) samples[i] = SaneSample(from[i]);
    for (size_t i = 0; mix != nullptr && i < count; ++i) mix[i] += samples[i];
  }
  const auto channels = static_cast<float>(options_.channels);
  for (size_t i = 0; mix != nullptr && i < count; ++i) mix[i] /= channels;
  pushed_ += count;
}

const SampleHistory& HostStream::Source(size_t channel) const noexcept {
  return mix_.empty() ? input_[channel] : mix_.front();
}

// Fills the incomplete hop as far as the host's samples reach.
void HostStream::Fill() noexcept {
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

void HostStream::Emit() noexcept {
  const uint64_t until = std::min({call_end_, ready_, pushed_});
  while (emitted_ < until) {
    EmitPart(static_cast<size_t>(std::min<uint64_t>(until - emitted_, kPart)));
  }
}

void HostStream::EmitPart(size_t count) noexcept {
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

// df.enhance adds zeros to the sound while a whole hop of fft_size zeros fits, and then nothing.
bool HostStream::IsPast(uint64_t hop) const noexcept {
  if (!flushing_ || options_.profile != Profile::kReference) return false;
  return hop >= (timing_.ModelLength(end_) + config_.fft_size) / config_.hop_size;
}

BatchHop HostStream::TakeHop() noexcept {
  denoiser_->SetControls(controls_.Get());
  for (size_t c = 0; c < enhanced_.size(); ++c) {
    hop_input_[c] = enhanced_[c].hops[complete_ % 2].data();
  }
  return {.denoiser = denoiser_.get(),
          .input = IsPast(complete_) ? nullptr : hop_input_.data(),
          .output = hop_output_.data(),
          .lsnr_db = &hop_local_snr_db_};
}

void HostStream::HopDone() noexcept {
  ++complete_;
  filled_ = 0;
  last_complete_at_ = next_complete_at_;
  next_complete_at_ = timing_.HopComplete(complete_);
  pending_ = Pending::kDone;
  if (options_.work_mode == WorkMode::kDirect) Deliver();
}

void HostStream::DoHop() noexcept {
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

// Runs the pieces up to the share of the work that equals the received share of the next hop.
void HostStream::RunDuePieces() noexcept {
  if (pending_ != Pending::kOpen) return;
  const auto gone = static_cast<double>(pushed_ - last_complete_at_);
  const auto whole = static_cast<double>(next_complete_at_ - last_complete_at_);
  while (next_piece_ < shares_.size() && shares_[next_piece_] * whole <= gone) {
    denoiser_->RunPiece(next_piece_++);
  }
}

void HostStream::FinishOpenHop() noexcept {
  if (pending_ != Pending::kOpen) return;
  const FlushToZero flush;
  while (next_piece_ < shares_.size()) denoiser_->RunPiece(next_piece_++);
  pending_ = Pending::kDone;
}

// Hands the finished hop's samples and local SNR on.
void HostStream::Deliver() noexcept {
  for (EnhancedChannel& channel : enhanced_) {
    std::copy_n(channel.done.data(), config_.hop_size, channel.enhanced.Extend(config_.hop_size));
  }
  pending_ = Pending::kNone;
  ready_ = timing_.OutputsReady(++delivered_);
  local_snr_db_.store(hop_local_snr_db_, std::memory_order_relaxed);
  level_gain_db_.store(denoiser_->level_gain_db(0), std::memory_order_relaxed);
  call_local_snrs_.Add(hop_local_snr_db_);
}

}  // namespace dfn
