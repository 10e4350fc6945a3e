#include "bench/stream_run.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <string>
#include <thread>
#include <utility>

#include "dsp/snr.h"

namespace dfn::bench {
namespace {

using Clock = std::chrono::steady_clock;

double Seconds(Clock::duration time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

Result<StreamRun> StreamRun::Create(std::shared_ptr<const Network> network, const Pace& pace,
                                    std::span<const float> sound) {
  DenoiserOptions options;
  options.channels = pace.streams;
  options.max_frames_per_call = pace.frames_a_call;
  DFN_TRY(auto denoiser, Denoiser::Create(std::move(network), options));
  const size_t hop = denoiser->hop_size();
  if (sound.size() < hop) {
    return Error{ErrorCode::kInvalidArgument, "the sound has " + std::to_string(sound.size()) +
                                                  " samples, expected a hop of " +
                                                  std::to_string(hop) + " at least"};
  }
  return StreamRun(std::move(denoiser), pace, sound.first(sound.size() / hop * hop));
}

StreamRun::StreamRun(std::unique_ptr<Denoiser> denoiser, const Pace& pace,
                     std::span<const float> sound)
    : denoiser_(std::move(denoiser)),
      pace_(pace),
      sound_(sound),
      input_(pace.streams * call_samples()),
      output_(pace.streams * call_samples()),
      recorded_(pace.streams) {
  for (size_t stream = 0; stream < pace.streams; ++stream) {
    in_.push_back(input_.data() + stream * call_samples());
    out_.push_back(output_.data() + stream * call_samples());
  }
}

void StreamRun::LoadInput() noexcept {
  const size_t samples = call_samples();
  for (size_t i = 0; i < samples; ++i) {
    input_[i] = sound_[position_];
    if (++position_ == sound_.size()) position_ = 0;
  }
  for (size_t stream = 1; stream < pace_.streams; ++stream) {
    std::copy_n(input_.data(), samples, input_.data() + stream * samples);
  }
}

void StreamRun::Record(double seconds) {
  denoiser_->Reset();
  position_ = 0;
  const size_t delay = denoiser_->delay_samples();
  const size_t samples = call_samples();
  for (std::vector<float>& stream : recorded_) stream.clear();
  const Clock::time_point start = Clock::now();
  // At least far enough that something comes out behind the delay.
  for (size_t given = 0;
       given < sound_.size() && (given <= delay || Seconds(Clock::now() - start) < seconds);
       given += samples) {
    LoadInput();
    denoiser_->Process(in_.data(), out_.data(), pace_.frames_a_call, nullptr);
    for (size_t stream = 0; stream < pace_.streams; ++stream) {
      recorded_[stream].insert(recorded_[stream].end(), out_[stream], out_[stream] + samples);
    }
  }
  // The last call may have gone past the end of the sound.
  const size_t come = std::min(recorded_.front().size(), sound_.size());
  recorded_samples_ = come > delay ? come - delay : 0;
}

void StreamRun::Measure(double seconds) {
  const double frames = static_cast<double>(pace_.frames_a_call * pace_.streams);
  const auto sleep = std::chrono::duration<double, std::milli>(pace_.sleep_ms);
  const Clock::time_point start = Clock::now();
  do {
    LoadInput();
    if (pace_.sleep_ms > 0.0) std::this_thread::sleep_for(sleep);
    const Clock::time_point before = Clock::now();
    denoiser_->Process(in_.data(), out_.data(), pace_.frames_a_call, nullptr);
    times_us_.push_back(static_cast<float>(1e6 * Seconds(Clock::now() - before) / frames));
  } while (Seconds(Clock::now() - start) < seconds);
}

std::span<const float> StreamRun::recorded(size_t stream) const {
  return {recorded_[stream].data() + (recorded_samples_ == 0 ? 0 : denoiser_->delay_samples()),
          recorded_samples_};
}

double StreamRun::SnrDb(std::span<const float> reference) const {
  double lowest = std::numeric_limits<double>::infinity();
  for (size_t stream = 0; stream < pace_.streams; ++stream) {
    const size_t samples = std::min(reference.size(), recorded_samples_);
    SnrMeter meter;
    meter.Add(reference.first(samples), recorded(stream).first(samples));
    if (samples == 0 || std::isnan(meter.snr_db())) return std::numeric_limits<double>::quiet_NaN();
    lowest = std::min(lowest, meter.snr_db());
  }
  return lowest;
}

}  // namespace dfn::bench
