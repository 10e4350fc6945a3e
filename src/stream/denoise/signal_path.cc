#include "stream/denoise/signal_path.h"

#include <algorithm>
#include <utility>

#include "base/float_functions.h"
#include "dsp/deep_filter.h"
#include "dsp/feature_norm.h"
#include "dsp/post_filter.h"

namespace dfn {

Result<SignalPath> SignalPath::Create(const Config& config, const SignalRules& rules) {
  DFN_TRY(ErbBands bands, ErbBands::Create(config.sample_rate_hz, config.fft_size, config.erb_bands,
                                           config.min_erb_band_bins));
  return SignalPath(config, rules, std::move(bands));
}

SignalPath::SignalPath(const Config& config, const SignalRules& rules, ErbBands bands)
    : config_(config),
      rules_(rules),
      bands_(std::move(bands)),
      stft_(config.hop_size),
      waiting_(config.lookahead_frames() - config.conv_lookahead_frames),
      spec_mean_start_(config.df_bins),
      hop_(config.hop_size),
      enhanced_(2 * config.freq_bins()) {
  const StateLayout layout = SignalStateLayout(config);
  AlignedBuffer<float> state(layout.size());
  layout.Reset(state.data());
  std::copy_n(ViewSignalState(layout, state.data()).spec_mean, config.df_bins,
              spec_mean_start_.data());
}

void SignalPath::Analyze(const float* hop, size_t step, ChannelFrames& channel) noexcept {
  for (size_t i = 0; i < hop_.size(); ++i) hop_[i] = SaneSample(hop[i]);
  stft_.Analyze(hop_.data(), channel.state.analysis, channel.noisy.At(step));
}

void SignalPath::Features(const float* spectrum, float gain_db, ChannelFrames& channel,
                          float* feat_erb, float* feat_spec) noexcept {
  bands_.MeanPower(spectrum, feat_erb);
  if (gain_db != 0.0f) {
    const float gain = Pow10(gain_db / 20.0f);
    for (size_t b = 0; b < config_.erb_bands; ++b) feat_erb[b] *= gain * gain;
    for (size_t i = 0; i < 2 * config_.df_bins; ++i) enhanced_[i] = spectrum[i] * gain;
    spectrum = enhanced_.data();
  }
  Normalize(spectrum, channel, feat_erb, feat_spec);
}

void SignalPath::MoveNorms(float change_db, float fill_db, size_t first_bin, float start_share,
                           ChannelFrames& channel) noexcept {
  size_t bands = 0;
  for (size_t bin = 0; bands < config_.erb_bands && bin < first_bin; ++bands) {
    bin += bands_.widths()[bands];
  }
  float* erb_mean = channel.state.erb_mean;
  MoveErbMean(change_db, start_share, bands, erb_mean);
  MoveErbMean(fill_db, start_share, config_.erb_bands - bands, erb_mean + bands);
  const size_t bins = std::min(first_bin, config_.df_bins);
  const float* start = spec_mean_start_.data();
  float* spec_mean = channel.state.spec_mean;
  MoveSpectrumMean(change_db, start_share, start, bins, spec_mean);
  MoveSpectrumMean(fill_db, start_share, start + bins, config_.df_bins - bins, spec_mean + bins);
}

void SignalPath::AnalyzeSpectrum(const float* spectrum, ChannelFrames& channel, float* feat_erb,
                                 float* feat_spec) noexcept {
  for (size_t i = 0; i < enhanced_.size(); ++i) enhanced_[i] = SaneSample(spectrum[i]);
  bands_.MeanPower(enhanced_.data(), feat_erb);
  Normalize(enhanced_.data(), channel, feat_erb, feat_spec);
}

void SignalPath::Normalize(const float* spectrum, ChannelFrames& channel, float* feat_erb,
                           float* feat_spec) noexcept {
  NormalizeErb(feat_erb, config_.erb_bands, config_.norm_alpha, channel.state.erb_mean, feat_erb);
  NormalizeSpectrum(spectrum, config_.df_bins, config_.norm_alpha, channel.state.spec_mean,
                    feat_spec);
}

void SignalPath::AnalyzeNothing(size_t step, ChannelFrames& channel, float* feat_erb,
                                float* feat_spec) noexcept {
  std::fill_n(channel.noisy.At(step), channel.noisy.width(), 0.0f);
  std::fill_n(feat_erb, config_.erb_bands, 0.0f);
  std::fill_n(feat_spec, 2 * config_.df_bins, 0.0f);
}

void SignalPath::PassThrough(const float* hop, size_t step, ChannelFrames& channel,
                             float* output) noexcept {
  Analyze(hop, step, channel);
  Apply(step, Stage::kAsIs, nullptr, nullptr, channel);
  std::copy_n(hop_.data(), hop_.size(), output);
}

void SignalPath::Apply(size_t step, Stage stage, float* gains, const float* coefs,
                       ChannelFrames& channel) noexcept {
  *channel.stage.At(step) = static_cast<float>(stage);
  const float* noisy = channel.noisy.At(step, config_.conv_lookahead_frames);
  float* masked = channel.masked.At(step);
  if (stage == Stage::kAsIs) {
    std::copy_n(noisy, channel.masked.width(), masked);
  } else if (stage >= Stage::kGains && rules_.masks) {
    if (rules_.post_filter == PostFilter::kGains) {
      PostFilterGains(config_.erb_bands, rules_.beta, gains);
    }
    bands_.ApplyGains(gains, noisy, masked);
  } else {
    std::fill_n(masked, channel.masked.width(), 0.0f);
  }
  if (stage == Stage::kFilter) {
    std::copy_n(coefs, channel.coefs.width(), channel.coefs.At(step));
  } else {
    std::fill_n(channel.coefs.At(step), channel.coefs.width(), 0.0f);
  }
}

void SignalPath::Emit(size_t step, ChannelFrames& channel, float* output) noexcept {
  const size_t bins = config_.freq_bins();
  const Stage stage = static_cast<Stage>(static_cast<int>(*channel.stage.At(step, waiting_)));
  float* enhanced = enhanced_.data();
  std::copy_n(channel.masked.At(step, waiting_), 2 * bins, enhanced);
  if (stage == Stage::kFilter) {
    // DeepFilterNet2 filters what its gains have left, DeepFilterNet3 the noisy spectrum.
    const float* oldest =
        config_.filters_masked_spectrum()
            ? channel.masked.At(step, waiting_ + config_.df_past_frames())
            : channel.noisy.At(step, config_.lookahead_frames() + config_.df_past_frames());
    DeepFilter(oldest, 2 * bins, config_.df_order, channel.coefs.At(step, waiting_),
               config_.df_bins, enhanced);
  }
  const float* noisy = channel.noisy.At(step, config_.lookahead_frames());
  if (rules_.post_filter == PostFilter::kSpectrum) {
    PostFilterSpectrum(noisy, bins, rules_.beta, enhanced);
  } else if (rules_.post_filter == PostFilter::kLibdf && stage >= Stage::kGains) {
    PostFilterLibdf(noisy, bins, rules_.beta, enhanced);
  }
  if (rules_.noisy_share.has_value()) MixNoisy(noisy, 2 * bins, *rules_.noisy_share, enhanced);
  stft_.Synthesize(enhanced, channel.state.synthesis, output);
}

}  // namespace dfn
