#include "stream/testing/whole_sequence_denoiser.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "dsp/erb.h"
#include "dsp/stft.h"
#include "stream/denoise/gating.h"
#include "stream/testing/fake_network.h"

namespace dfn {
namespace {

using Complex = std::complex<double>;
using Spectrum = std::vector<Complex>;
using Spectra = std::vector<Spectrum>;

// Runs one channel's frames through all stages.
class Channel {
 public:
  Channel(const Config& config, const std::vector<float>& lsnr_script,
          const DenoiserOptions& options)
      : c_(config), o_(options), lsnr_(lsnr_script) {
    auto bands =
        ErbBands::Create(c_.sample_rate_hz, c_.fft_size, c_.erb_bands, c_.min_erb_band_bins);
    for (size_t b = 0; b < bands->size(); ++b) {
      band_of_.insert(band_of_.end(), bands->widths()[b], b);
    }
  }

  std::vector<float> Samples(size_t channel) {
    Analyze(channel);
    const size_t total = kSequenceFrames + kSequenceFlush;
    const size_t start = reference() ? c_.conv_lookahead_frames : 0;
    size_t erb_runs = 0;
    size_t df_runs = 0;
    stages_.assign(total + c_.conv_lookahead_frames, Stage::kNotProduced);
    masked_.assign(stages_.size(), Spectrum(c_.freq_bins()));
    filters_.assign(stages_.size(), {});
    for (size_t t = start; t < total; ++t) {
      // Frame n = t - conv_lookahead is at index t of these.
      stages_[t] = StageOf(t - start, channel);
      MaskFrame(t, channel, erb_runs);
      if (stages_[t] >= Stage::kGains) ++erb_runs;
      if (stages_[t] == Stage::kFilter) filters_[t] = FilterOf(channel, df_runs++);
    }
    return Synthesize();
  }

 private:
  bool reference() const { return o_.profile == Profile::kReference; }

  void Analyze(size_t channel) {
    Stft stft(c_.hop_size);
    std::vector<float> memory(c_.hop_size), spectrum(2 * c_.freq_bins());
    std::vector<float> signal =
        TestSignal(kSequenceFrames * c_.hop_size, static_cast<uint32_t>(channel));
    signal.resize((kSequenceFrames + kSequenceFlush) * c_.hop_size);
    noisy_.assign(kSequenceFrames + kSequenceFlush, Spectrum(c_.freq_bins()));
    for (size_t t = 0; t < (reference() ? kSequenceFrames : noisy_.size()); ++t) {
      stft.Analyze(&signal[t * c_.hop_size], memory.data(), spectrum.data());
      for (size_t k = 0; k < c_.freq_bins(); ++k) {
        noisy_[t][k] = {spectrum[2 * k], spectrum[2 * k + 1]};
      }
    }
  }

  Complex Noisy(ptrdiff_t frame, size_t bin) const {
    return frame < 0 ? 0.0 : noisy_[static_cast<size_t>(frame)][bin];
  }
  Complex Masked(ptrdiff_t frame, size_t bin) const {
    const ptrdiff_t at = frame + static_cast<ptrdiff_t>(c_.conv_lookahead_frames);
    return at < 0 ? 0.0 : masked_[static_cast<size_t>(at)][bin];
  }

  Stage StageOf(size_t step, size_t channel) const {
    return std::min(c_.mask_only ? Stage::kGains : Stage::kFilter, GatedStage(step, channel));
  }
  Stage GatedStage(size_t step, size_t channel) const {
    if (reference()) return Stage::kFilter;
    const size_t judge = o_.gate_channels_alone ? channel : 0;
    const float lsnr = lsnr_[step % lsnr_.size()] + 7.0f * static_cast<float>(judge);
    return lsnr < o_.controls.min_db_thresh       ? Stage::kZero
           : lsnr > o_.controls.max_db_erb_thresh ? Stage::kAsIs
           : lsnr > o_.controls.max_db_df_thresh  ? Stage::kGains
                                                  : Stage::kFilter;
  }

  double Gain(size_t channel, size_t run, size_t band) const {
    double m = SharedGain(channel, run, band);
    if (o_.controls.post_filter && reference() && c_.post_filters_gains()) {
      const double s = std::max(m * std::sin(std::numbers::pi * m / 2), 1e-12);
      m = (1 + o_.controls.post_filter_beta) * m /
          (1 + o_.controls.post_filter_beta * (m / s) * (m / s));
    }
    return m;
  }

  double SharedGain(size_t channel, size_t run, size_t band) const {
    if (reference() ? !o_.link_gains : o_.reduce_mask == ReduceMask::kNone) {
      return ScriptedGain(run, channel * c_.erb_bands + band);
    }
    double most = 0;
    double sum = 0;
    for (size_t c = 0; c < o_.channels; ++c) {
      const double gain = ScriptedGain(run, c * c_.erb_bands + band);
      most = std::max(most, gain);
      sum += gain;
    }
    return reference() || o_.reduce_mask == ReduceMask::kMax
               ? most
               : sum / static_cast<double>(o_.channels);
  }

  void MaskFrame(size_t t, size_t channel, size_t run) {
    const ptrdiff_t n =
        static_cast<ptrdiff_t>(t) - static_cast<ptrdiff_t>(c_.conv_lookahead_frames);
    const bool no_erb_stage =
        reference() && !c_.filters_masked_spectrum() && c_.df_bins + 1 >= c_.freq_bins();
    for (size_t k = 0; k < c_.freq_bins(); ++k) {
      double gain = 0;
      if (stages_[t] == Stage::kAsIs) gain = 1;
      if (stages_[t] >= Stage::kGains && !no_erb_stage) gain = Gain(channel, run, band_of_[k]);
      masked_[t][k] = Noisy(n, k) * gain;
    }
  }

  Spectrum FilterOf(size_t channel, size_t run) const {
    Spectrum filter(c_.df_bins * c_.df_order);
    for (size_t i = 0; i < filter.size(); ++i) {
      const size_t at = 2 * (channel * filter.size() + i);
      filter[i] = {ScriptedCoef(run, at), ScriptedCoef(run, at + 1)};
    }
    return filter;
  }

  Spectrum Enhanced(ptrdiff_t k) const {
    Spectrum frame(c_.freq_bins());
    for (size_t bin = 0; bin < frame.size(); ++bin) frame[bin] = Masked(k, bin);
    const ptrdiff_t at = k + static_cast<ptrdiff_t>(c_.conv_lookahead_frames);
    const Stage stage = at < 0 ? Stage::kNotProduced : stages_[static_cast<size_t>(at)];
    if (stage == Stage::kFilter) {
      const Spectrum& filter = filters_[static_cast<size_t>(at)];
      for (size_t bin = 0; bin < c_.df_bins; ++bin) {
        frame[bin] = 0;
        for (size_t o = 0; o < c_.df_order; ++o) {
          const ptrdiff_t source = k + static_cast<ptrdiff_t>(o + c_.df_lookahead_frames + 1) -
                                   static_cast<ptrdiff_t>(c_.df_order);
          const Complex x = c_.filters_masked_spectrum() ? Masked(source, bin) : Noisy(source, bin);
          frame[bin] += x * filter[bin * c_.df_order + o];
        }
      }
    }
    const bool on_spectrum = reference()
                                 ? !c_.post_filters_gains()
                                 : stage >= Stage::kGains && o_.controls.post_filter_beta > 0;
    if (o_.controls.post_filter && on_spectrum) PostFilter(k, frame);
    return frame;
  }

  void PostFilter(ptrdiff_t k, Spectrum& frame) const {
    const size_t bins = reference() ? frame.size() : frame.size() / 4 * 4;
    const double beta = o_.controls.post_filter_beta;
    for (size_t bin = 0; bin < bins; ++bin) {
      const double g =
          std::clamp(std::abs(frame[bin]) / (std::abs(Noisy(k, bin)) + 1e-12), 1e-12, 1.0);
      const double ratio = 1 / std::sin(std::numbers::pi * g / 2);
      frame[bin] *= (1 + beta) / (1 + beta * ratio * ratio);
    }
  }

  std::vector<float> Synthesize() const {
    Stft stft(c_.hop_size);
    std::vector<float> memory(c_.hop_size), spectrum(2 * c_.freq_bins());
    std::vector<float> samples(noisy_.size() * c_.hop_size);
    const double limit = std::abs(o_.controls.atten_lim_db);
    const double share = limit >= 100 ? 0.0 : std::pow(10.0, -limit / 20);
    for (size_t t = 0; t < noisy_.size(); ++t) {
      const ptrdiff_t k = static_cast<ptrdiff_t>(t) - static_cast<ptrdiff_t>(c_.lookahead_frames());
      const Spectrum frame = Enhanced(k);
      for (size_t bin = 0; bin < frame.size(); ++bin) {
        const Complex mixed = frame[bin] * (1 - share) + Noisy(k, bin) * share;
        spectrum[2 * bin] = static_cast<float>(mixed.real());
        spectrum[2 * bin + 1] = static_cast<float>(mixed.imag());
      }
      stft.Synthesize(spectrum.data(), memory.data(), &samples[t * c_.hop_size]);
    }
    return samples;
  }

  const Config c_;
  const DenoiserOptions o_;
  const std::vector<float> lsnr_;
  std::vector<size_t> band_of_;
  Spectra noisy_;
  Spectra masked_;
  Spectra filters_;  // [D * O]
  std::vector<Stage> stages_;
};

}  // namespace

WholeSequenceDenoiser::WholeSequenceDenoiser(const Config& config,
                                             const std::vector<float>& lsnr_script,
                                             const DenoiserOptions& options)
    : config_(config), lsnr_script_(lsnr_script), options_(options) {}

std::vector<float> WholeSequenceDenoiser::Samples(size_t channel) const {
  return Channel(config_, lsnr_script_, options_).Samples(channel);
}

std::vector<float> WholeSequenceDenoiser::LsnrDb() const {
  std::vector<float> all(kSequenceFrames + kSequenceFlush, config_.lsnr_min_db);
  const size_t start = options_.profile == Profile::kReference ? config_.conv_lookahead_frames : 0;
  for (size_t t = start; t < all.size(); ++t) {
    all[t] = lsnr_script_[(t - start) % lsnr_script_.size()];
  }
  return all;
}

}  // namespace dfn
