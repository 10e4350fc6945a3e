#include "obs/engine.h"

#include <algorithm>
#include <array>

namespace dfn::obs {
namespace {

// A warm-up of this many hops is beyond look-ahead and start-up, so that it touches each page of a
// stream and runs each kind of step.
constexpr size_t kWarmUpHops = 8;

size_t FadeSamples(const Make& make) noexcept { return std::max<size_t>(make.rate_hz / 100, 1); }
size_t MostPadSamples(const Make& make) noexcept { return make.rate_hz / 10; }

}  // namespace

std::unique_ptr<Engine> Engine::Create(const Make& make, const Controls& controls,
                                       std::string& sentence) {
  std::unique_ptr<Engine> engine(new Engine(make));
  if (!engine->Open(controls, sentence)) return nullptr;
  return engine;
}

bool Engine::Open(const Controls& controls, std::string& sentence) {
  model_ = plugin::OpenSharedModel(make_.model, sentence);
  if (model_ == nullptr) return false;
  dfn_stream_options options;
  dfn_stream_options_init(&options, sizeof options);
  options.sample_rate_hz = make_.rate_hz;
  options.channels = make_.channels;
  options.channel_mode = make_.channel_mode;
  options.attenuation_limit_db = attenuation_limit_db_ = controls.attenuation_limit_db;
  options.post_filter_beta = post_filter_beta_ = controls.post_filter_beta;
  auto_level_ = controls.auto_level;
  options.level = auto_level_ ? DFN_LEVEL_AUTO : DFN_LEVEL_KEEP;
  dfn_error* error = nullptr;
  if (dfn_stream_create(model_.get(), &options, &stream_, &error) != DFN_OK) {
    sentence = dfn_error_message(error);
    dfn_error_free(error);
    return false;
  }
  pad_lines_.assign(make_.channels, plugin::DelayLine(MostPadSamples(make_)));
  samples_.resize(make_.channels * kPieceSamples);
  for (size_t c = 0; c < make_.channels; ++c) {
    planes_.push_back(samples_.data() + c * kPieceSamples);
  }
  const size_t warm_up = kWarmUpHops * dfn_model_hop_samples(model_.get()) * make_.rate_hz /
                         dfn_model_sample_rate_hz(model_.get());
  uint32_t noise = 1;  // white, at -20 dB
  for (size_t done = 0; done < warm_up; done += kPieceSamples) {
    for (float& sample : samples_) {
      noise = noise * 1664525u + 1013904223u;
      sample = 0.1f * (static_cast<float>(noise >> 8) / 8388608.0f - 1.0f);
    }
    Process(planes_.data(), kPieceSamples, controls);
  }
  Restart(0);
  return true;
}

void Engine::Restart(size_t delay_samples) noexcept {
  dfn_stream_reset(stream_);
  const size_t own = stream_delay_samples();
  pad_samples_ =
      delay_samples > own && delay_samples - own <= MostPadSamples(make_) ? delay_samples - own : 0;
  for (plugin::DelayLine& line : pad_lines_) line.Restart(pad_samples_);
}

void Engine::SendControls(const Controls& controls) noexcept {
  // Stores `now` and returns whether it is new.
  const auto changed = [](auto& before, auto now) {
    const bool is_new = before != now;
    before = now;
    return is_new;
  };
  if (changed(attenuation_limit_db_, controls.attenuation_limit_db.load())) {
    dfn_stream_set_attenuation_limit_db(stream_, attenuation_limit_db_);
  }
  if (changed(post_filter_beta_, controls.post_filter_beta.load())) {
    dfn_stream_set_post_filter_beta(stream_, post_filter_beta_);
  }
  if (changed(auto_level_, controls.auto_level.load())) {
    dfn_stream_set_level(stream_, auto_level_ ? DFN_LEVEL_AUTO : DFN_LEVEL_KEEP, 0.0f);
  }
  if (changed(bypass_, controls.bypass.load())) dfn_stream_set_bypass(stream_, bypass_ ? 1 : 0);
}

void Engine::Process(float* const* planes, size_t samples, const Controls& controls) noexcept {
  SendControls(controls);
  dfn_stream_process(stream_, planes, planes, samples);
  if (pad_samples_ == 0) return;
  for (size_t c = 0; c < make_.channels; ++c) pad_lines_[c].Delay(planes[c], planes[c], samples);
}

Relay::~Relay() {
  Offer(nullptr);
  delete current_;
  delete rising_;
}

void Relay::Offer(std::unique_ptr<Engine> engine) {
  delete next_.exchange(engine.release());
  for (Engine* old = retired_.exchange(nullptr); old != nullptr;) {
    Engine* before = old->retired_before_;
    delete old;
    old = before;
  }
}

void Relay::Retire(Engine* engine) noexcept {
  if (engine == nullptr) return;
  engine->retired_before_ = retired_.load();
  while (!retired_.compare_exchange_weak(engine->retired_before_, engine)) {
  }
}

void Relay::Restart() noexcept {
  if (Engine* next = next_.exchange(nullptr); next != nullptr) {
    Retire(rising_);
    rising_ = next;
  }
  if (rising_ != nullptr) {
    Retire(current_);
    current_ = rising_;
    rising_ = nullptr;
  }
  if (current_ == nullptr) return;
  current_->Restart(0);
  skip_samples_ = current_->delay_samples();
}

void Relay::TakeNext() noexcept {
  if (rising_ != nullptr) return;
  rising_ = next_.exchange(nullptr);
  if (rising_ == nullptr) return;
  rising_->Restart(current_->delay_samples());
  rising_samples_ = 0;
}

size_t Relay::Process(float* const* planes, size_t samples, const Controls& controls) noexcept {
  TakeNext();
  std::array<float*, kMostChannels> heads;
  for (size_t done = 0; done < samples;) {
    const size_t now = std::min(kPieceSamples, samples - done);
    for (size_t c = 0; c < channels(); ++c) heads[c] = planes[c] + done;
    ProcessPiece(heads.data(), now, controls);
    done += now;
  }
  const size_t skip = std::min(skip_samples_, samples);
  skip_samples_ -= skip;
  // From the next block on.
  if (rising_ != nullptr &&
      rising_samples_ >= rising_->delay_samples() + FadeSamples(rising_->make())) {
    Switch();
  }
  return skip;
}

void Relay::ProcessPiece(float* const* planes, size_t samples, const Controls& controls) noexcept {
  if (rising_ != nullptr) {
    for (size_t c = 0; c < rising_->make().channels; ++c) {
      std::copy_n(planes[c], samples, rising_->planes_[c]);
    }
    rising_->Process(rising_->planes_.data(), samples, controls);
  }
  current_->Process(planes, samples, controls);
  if (rising_ == nullptr) return;
  // Samples of a slower engine belong elsewhere in time, and are not mixed with these.
  if (rising_->delay_samples() == current_->delay_samples()) Fade(planes, samples);
  rising_samples_ += samples;
}

void Relay::Fade(float* const* planes, size_t samples) noexcept {
  const size_t begin = rising_->delay_samples();
  const float length = static_cast<float>(FadeSamples(rising_->make()));
  for (size_t i = 0; i < samples; ++i) {
    const size_t age = rising_samples_ + i;
    if (age < begin) continue;
    const float share = std::min(static_cast<float>(age - begin) / length, 1.0f);
    for (size_t c = 0; c < rising_->make().channels; ++c) {
      const float wet = rising_->planes_[c][i];
      planes[c][i] = share == 1.0f ? wet : planes[c][i] + share * (wet - planes[c][i]);
    }
  }
}

void Relay::Switch() noexcept {
  const size_t before = current_->delay_samples(), after = rising_->delay_samples();
  if (after > before) skip_samples_ += after - before;
  Retire(current_);
  current_ = rising_;
  rising_ = nullptr;
}

}  // namespace dfn::obs
