#include "ort/audio_delay.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <vector>

#include "base/noise.h"
#include "dsp/snr.h"
#include "ort/audio_denoiser.h"

namespace dfn::ort {
namespace {

// A sound that is only delayed correlates by 1 with itself. What a denoiser has changed correlates
// by less, and what has nothing to do with the input by 0.1 at most.
constexpr double kSureCorrelation = 0.5;
constexpr float kNoLimit = 0.0f;  // as graphs take it

std::vector<float> Noise(size_t samples) {
  std::vector<float> sound(samples);
  NoiseGenerator noise;
  for (float& sample : sound) sample = 0.1f * noise.Next();
  return sound;
}

// A sine that swings around a middle, as pitch and formants do in speech.
double Swing(double middle, double width, double turns_a_second, double seconds) {
  return middle + width * std::sin(2.0 * std::numbers::pi * turns_a_second * seconds);
}

// The strength of a resonance of the mouth at a frequency, 1 at its peak.
double Formant(double at_hz, double middle_hz, double width_hz) {
  const double distance = (at_hz - middle_hz) / width_hz;
  return 1.0 / (1.0 + distance * distance);
}

// A voice that says vowels: harmonics of a pitch that glides and never repeats, through three
// formants that move, two syllables a second.
std::vector<float> Voice(size_t samples, double rate_hz) {
  constexpr double kTurn = 2.0 * std::numbers::pi;
  constexpr double kPeak = 0.2;
  const double highest_hz = std::min(5000.0, 0.45 * rate_hz);
  std::vector<float> sound(samples);
  double phase = 0.0;
  float most = 0.0f;
  for (size_t i = 0; i < samples; ++i) {
    const double seconds = static_cast<double>(i) / rate_hz;
    const double pitch_hz = Swing(120.0 + 30.0 * seconds, 25.0, 1.7, seconds);
    const double first_hz = Swing(500.0, 250.0, 1.3, seconds);
    const double second_hz = Swing(1500.0, 600.0, 2.1, seconds);
    const double third_hz = Swing(2500.0, 200.0, 0.9, seconds);
    phase = std::fmod(phase + pitch_hz / rate_hz, 1.0);
    double sum = 0.0;
    for (double k = 1.0; k * pitch_hz < highest_hz; ++k) {
      const double at_hz = k * pitch_hz;
      const double strength = Formant(at_hz, first_hz, 120.0) +
                              0.6 * Formant(at_hz, second_hz, 150.0) +
                              0.3 * Formant(at_hz, third_hz, 200.0) + 0.02;
      sum += strength * std::cos(kTurn * k * phase) / k;
    }
    const double syllable = std::sqrt(std::max(0.0, std::sin(kTurn * 2.0 * seconds)));
    sound[i] = static_cast<float>(sum * syllable);
    most = std::max(most, std::fabs(sound[i]));
  }
  for (float& sample : sound) sample *= static_cast<float>(kPeak) / most;
  return sound;
}

// The normalised correlation of both where `output` is `delay` samples late.
double Correlation(std::span<const float> input, std::span<const float> output, size_t delay) {
  double product = 0.0;
  double input_energy = 0.0;
  double output_energy = 0.0;
  for (size_t i = 0; i + delay < output.size(); ++i) {
    const double a = input[i];
    const double b = output[i + delay];
    product += a * b;
    input_energy += a * a;
    output_energy += b * b;
  }
  const double energy = std::sqrt(input_energy * output_energy);
  return energy > 0.0 ? product / energy : 0.0;
}

// The delay of what comes out for `sound`, which is followed by silence.
Result<std::optional<size_t>> DelayOf(const std::shared_ptr<const AudioGraph>& graph,
                                      std::vector<float> sound, size_t longest, float limit_db) {
  const size_t hop = graph->hop_size();
  const size_t frames = (sound.size() + longest + hop - 1) / hop;
  sound.resize(frames * hop, 0.0f);
  DFN_TRY(const auto denoiser, NewAudioDenoiser(graph, 1, limit_db));
  std::vector<float> output(sound.size());
  const float* in = sound.data();
  float* out = output.data();
  denoiser->Process(&in, &out, frames, nullptr);
  DFN_CHECK(graph->status());
  DelayFinder finder(longest);
  finder.Add(sound, output);
  const int64_t delay = finder.Find();
  if (delay < 0) return std::optional<size_t>();
  const auto samples = static_cast<size_t>(delay);
  const bool sure = Correlation(sound, output, samples) >= kSureCorrelation;
  return sure ? std::optional(samples) : std::nullopt;
}

}  // namespace

Result<std::optional<size_t>> MeasureDelay(const std::shared_ptr<const AudioGraph>& graph) {
  const size_t rate_hz = graph->sample_rate_hz();
  const size_t longest = std::max(rate_hz / 2, 2 * graph->hop_size());
  const size_t samples = std::max(rate_hz, 2 * longest);
  const auto voice = Voice(samples, static_cast<double>(rate_hz));
  DFN_TRY(const auto delay, DelayOf(graph, voice, longest, kNoLimit));
  if (delay || !graph->ports().limit) return delay;
  return DelayOf(graph, Noise(samples), longest, kLeastLimitDb);
}

}  // namespace dfn::ort
