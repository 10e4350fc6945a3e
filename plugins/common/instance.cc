#include "common/instance.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace dfn::plugin {
namespace {

// Blocks go through the instance's memory in segments of at most this many samples, which is small
// enough for the first-level cache and large enough that the calls' cost is negligible.
constexpr size_t kSegmentSamples = 512;
// A warm-up of this length is beyond the look-ahead and the start-up, so it touches every page of a
// stream and runs each kind of step.
constexpr size_t kWarmUpHops = 8;
// A sound's end is in windows that reach a hop further, and the deep filter hears it for up to its
// order (5 in all models) less one hops. A resampler's filters ring for less than a hop each.
constexpr size_t kTailHops = 8;

// White noise at -20 dB, the same every time, for which all stages of a network run.
void FillWithNoise(std::vector<float>& samples) {
  uint32_t state = 1;
  for (float& sample : samples) {
    state = state * 1664525u + 1013904223u;
    sample = 0.1f * (static_cast<float>(state >> 8) / 8388608.0f - 1.0f);
  }
}

std::vector<float*> ChannelPointers(std::vector<float>& samples, size_t channels) {
  std::vector<float*> pointers(channels);
  for (size_t c = 0; c < channels; ++c) pointers[c] = samples.data() + c * kSegmentSamples;
  return pointers;
}

}  // namespace

std::unique_ptr<Instance> Instance::Create(const InstanceOptions& options, const Settings& settings,
                                           const Log& log) {
  std::string sentence;
  SharedModel model = OpenSharedModel(settings.model, sentence);
  if (model == nullptr) {
    log(sentence);
    return nullptr;
  }
  std::unique_ptr<Instance> instance(new Instance(options, settings, log, std::move(model)));
  if (!instance->Prepare()) return nullptr;
  return instance;
}

Instance::Instance(const InstanceOptions& options, const Settings& settings, const Log& log,
                   SharedModel model)
    : options_(options), settings_(settings), log_(log), model_(std::move(model)) {}

Instance::~Instance() {
  WaitUntilLoaded();
  for (Way& way : ways_) dfn_stream_free(way.stream);
}

void Instance::WaitUntilLoaded() {
  if (loader_.joinable()) loader_.join();
}

bool Instance::Prepare() {
  const bool open_choice = settings_.work == WorkChoice::kAuto && options_.block_samples == 0;
  ways_[PresumedWork()].wanted = true;
  if (open_choice) ways_[DFN_WORK_SPREAD].wanted = true;

  size_t max_delay = 0;
  bool known = true;
  for (const dfn_work_mode work : {DFN_WORK_DIRECT, DFN_WORK_SPREAD}) {
    if (!ways_[work].wanted) continue;
    const dfn_stream_options stream_options = StreamOptions(work);
    ways_[work].delay_samples = dfn_model_delay_samples(model_.get(), &stream_options);
    max_delay = std::max(max_delay, ways_[work].delay_samples);
    known = known && ways_[work].delay_samples != 0;
  }
  // Invalid options are refused here, with the library's sentence, before any size is computed from
  // them.
  const bool wait = !settings_.background || !known;
  if (wait && !MakeStreams()) return false;
  ready_.store(wait, std::memory_order_release);

  wet_samples_.resize(options_.channels * kSegmentSamples);
  dry_samples_.resize(options_.channels * kSegmentSamples);
  wet_ = ChannelPointers(wet_samples_, options_.channels);
  dry_ = ChannelPointers(dry_samples_, options_.channels);
  extra_delay_.assign(options_.channels, DelayLine(HopsToSamples(options_.max_extra_hops)));
  if (!wait) {
    dry_delay_.assign(options_.channels, DelayLine(max_delay));
    loader_ = std::thread([this] { Load(); });
  }
  Activate();
  return true;
}

void Instance::Load() noexcept {
  try {
    if (MakeStreams()) ready_.store(true, std::memory_order_release);
  } catch (...) {  // of this thread's own memory, or of the host's log
    try {
      log_("there is no memory for the model; the sound passes as it is");
    } catch (...) {  // then the sound alone tells
    }
  }
}

dfn_stream_options Instance::StreamOptions(dfn_work_mode work) const {
  dfn_stream_options stream_options;
  dfn_stream_options_init(&stream_options, sizeof stream_options);
  stream_options.sample_rate_hz = options_.sample_rate_hz;
  stream_options.channels = options_.channels;
  stream_options.channel_mode = options_.channel_mode;
  stream_options.profile = options_.profile;
  stream_options.work_mode = work;
  stream_options.level = DFN_LEVEL_KEEP;  // the controls may change it
  stream_options.band = options_.profile == DFN_PROFILE_REFERENCE ? DFN_BAND_AUTO : DFN_BAND_KEEP;
  return stream_options;
}

bool Instance::MakeStreams() {
  for (const dfn_work_mode work : {DFN_WORK_DIRECT, DFN_WORK_SPREAD}) {
    if (ways_[work].wanted && !MakeStream(work, ways_[work])) return false;
  }
  return true;
}

bool Instance::MakeStream(dfn_work_mode work, Way& way) {
  const dfn_stream_options stream_options = StreamOptions(work);
  dfn_error* error = nullptr;
  if (dfn_stream_create(model_.get(), &stream_options, &way.stream, &error) != DFN_OK) {
    log_(dfn_error_message(error));
    dfn_error_free(error);
    return false;
  }
  const size_t samples = HopsToSamples(kWarmUpHops);
  std::vector<float> noise(samples);
  FillWithNoise(noise);
  const std::vector<const float*> input(options_.channels, noise.data());
  std::vector<float> thrown_away(samples * options_.channels);
  std::vector<float*> output(options_.channels);
  for (size_t c = 0; c < output.size(); ++c) output[c] = thrown_away.data() + c * samples;
  dfn_stream_process(way.stream, input.data(), output.data(), samples);
  dfn_stream_reset(way.stream);
  return true;
}

size_t Instance::HopsToSamples(size_t hops) const noexcept {
  return hops * dfn_model_hop_samples(model_.get()) * options_.sample_rate_hz /
         dfn_model_sample_rate_hz(model_.get());
}

size_t Instance::ExtraSamples(const Controls& controls) const noexcept {
  const float most = static_cast<float>(options_.max_extra_hops);
  const float hops =
      std::isnan(controls.extra_hops) ? 0.0f : std::clamp(controls.extra_hops, 0.0f, most);
  return HopsToSamples(static_cast<size_t>(std::lround(hops)));
}

bool Instance::HopFits(size_t samples) const noexcept { return samples >= HopsToSamples(1); }

dfn_work_mode Instance::PresumedWork() const noexcept {
  if (settings_.work == WorkChoice::kDirect) return DFN_WORK_DIRECT;
  if (settings_.work == WorkChoice::kSpread) return DFN_WORK_SPREAD;
  if (options_.block_samples == 0) return DFN_WORK_DIRECT;
  return HopFits(options_.block_samples) ? DFN_WORK_DIRECT : DFN_WORK_SPREAD;
}

void Instance::Activate() noexcept {
  work_ = PresumedWork();
  started_ = false;
  sent_any_ = false;
  extra_samples_ = 0;
  for (DelayLine& line : extra_delay_) line.Restart(0);
  if (ready_.load(std::memory_order_acquire)) {
    phase_ = Phase::kWet;
    for (const Way& way : ways_) {
      if (way.stream != nullptr) dfn_stream_reset(way.stream);
    }
  } else {
    phase_ = Phase::kDry;
  }
}

void Instance::Start(size_t samples, const Controls& controls) noexcept {
  started_ = true;
  // Streams that came between activation and the first block have missed nothing.
  if (phase_ == Phase::kDry && ready_.load(std::memory_order_acquire)) phase_ = Phase::kWet;
  if (settings_.work == WorkChoice::kAuto && options_.block_samples == 0) {
    work_ = HopFits(samples) ? DFN_WORK_DIRECT : DFN_WORK_SPREAD;
  }
  extra_samples_ = ExtraSamples(controls);
  for (DelayLine& line : extra_delay_) line.Restart(extra_samples_);
  for (DelayLine& line : dry_delay_) line.Restart(ways_[work_].delay_samples);
}

void Instance::SendControls(const Controls& controls) noexcept {
  dfn_stream* stream = ways_[work_].stream;
  const auto changed = [this, &controls](auto Controls::*field) {
    return !sent_any_ || controls.*field != sent_.*field;
  };
  if (changed(&Controls::attenuation_limit_db)) {
    dfn_stream_set_attenuation_limit_db(stream, controls.attenuation_limit_db);
  }
  if (changed(&Controls::post_filter_beta)) {
    dfn_stream_set_post_filter_beta(stream, controls.post_filter_beta);
  }
  if (options_.profile == DFN_PROFILE_LIBDF &&
      (changed(&Controls::min_db_threshold) || changed(&Controls::max_db_erb_threshold) ||
       changed(&Controls::max_db_df_threshold))) {
    dfn_stream_set_thresholds_db(stream, controls.min_db_threshold, controls.max_db_erb_threshold,
                                 controls.max_db_df_threshold);
  }
  if (options_.profile == DFN_PROFILE_REFERENCE && changed(&Controls::auto_level)) {
    dfn_stream_set_level(stream, controls.auto_level ? DFN_LEVEL_AUTO : DFN_LEVEL_KEEP, 0.0f);
  }
  if (changed(&Controls::bypass)) dfn_stream_set_bypass(stream, controls.bypass ? 1 : 0);
  sent_ = controls;
  sent_any_ = true;
}

void Instance::Run(const float* const* input, float* const* output, size_t samples,
                   const Controls& controls) noexcept {
  if (samples == 0) return;
  if (!started_) Start(samples, controls);
  if (phase_ == Phase::kDry && ready_.load(std::memory_order_acquire)) {
    phase_ = Phase::kRising;
    rising_samples_ = 0;
  }
  if (phase_ != Phase::kDry) SendControls(controls);
  for (size_t done = 0; done < samples; done += kSegmentSamples) {
    const size_t now = std::min(kSegmentSamples, samples - done);
    // All of a segment is read before any of it is written, so that hosts may give one buffer for
    // any input and any output.
    for (size_t c = 0; c < options_.channels; ++c) {
      if (input[c] != nullptr) {
        std::copy_n(input[c] + done, now, wet_[c]);
      } else {
        std::fill_n(wet_[c], now, 0.0f);
      }
    }
    if (phase_ == Phase::kWet) {
      dfn_stream_process(ways_[work_].stream, wet_.data(), wet_.data(), now);
    } else {
      RunRising(now);
    }
    for (size_t c = 0; c < options_.channels; ++c) {
      if (extra_samples_ != 0) extra_delay_[c].Delay(wet_[c], wet_[c], now);
      if (output[c] != nullptr) std::copy_n(wet_[c], now, output[c] + done);
    }
  }
}

void Instance::RunRising(size_t samples) noexcept {
  for (size_t c = 0; c < options_.channels; ++c) dry_delay_[c].Delay(wet_[c], dry_[c], samples);
  const Way& way = ways_[work_];
  if (phase_ == Phase::kRising) {
    dfn_stream_process(way.stream, wet_.data(), wet_.data(), samples);
  }
  const size_t fade_samples = std::max<size_t>(options_.sample_rate_hz / 100, 1);
  for (size_t i = 0; i < samples; ++i) {
    const size_t age = phase_ == Phase::kRising ? rising_samples_ + i : 0;
    if (age >= way.delay_samples + fade_samples) break;
    const size_t faded = age < way.delay_samples ? 0 : age - way.delay_samples;
    const float share = static_cast<float>(faded) / static_cast<float>(fade_samples);
    for (size_t c = 0; c < options_.channels; ++c) {
      const float dry = dry_[c][i];
      wet_[c][i] = faded == 0 ? dry : dry + share * (wet_[c][i] - dry);
    }
  }
  if (phase_ != Phase::kRising) return;
  rising_samples_ += samples;
  if (rising_samples_ >= way.delay_samples + fade_samples) phase_ = Phase::kWet;
}

size_t Instance::delay_samples(const Controls& controls) const noexcept {
  return ways_[work_].delay_samples + (started_ ? extra_samples_ : ExtraSamples(controls));
}

size_t Instance::tail_samples(const Controls& controls) const noexcept {
  return delay_samples(controls) + HopsToSamples(kTailHops);
}

float Instance::local_snr_db() const noexcept {
  return phase_ == Phase::kDry ? kLocalSnr.default_value
                               : dfn_stream_local_snr_db(ways_[work_].stream);
}

float Instance::level_gain_db() const noexcept {
  return phase_ == Phase::kDry ? 0.0f : dfn_stream_level_gain_db(ways_[work_].stream);
}

}  // namespace dfn::plugin
