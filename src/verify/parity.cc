#include "verify/parity.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <numbers>
#include <utility>

#include "base/noise.h"
#include "dsp/snr.h"
#include "engine/native/native_network.h"
#include "stream/denoise/denoiser.h"
#include "verify/file_runner.h"
#include "verify/read_back.h"
#include "verify/record_replay.h"

namespace dfn {
namespace {

// Another order of sums in float32 leaves 110 to 135 dB; a lost history leaves less than 50.
constexpr double kLeastSnrDb = 100.0;
// The audio graph's transforms are matrix products, whose rounding weighs more than an FFT's.
constexpr double kLeastAudioSnrDb = 90.0;
// Weights that cannot be read back into a network are compared rounded against unrounded.
constexpr double kLeastHalfSnrDb = 50.0;
// Rounding of float32 in another order, with room for networks that amplify it.
constexpr double kMostLsnrErrorDb = 1e-3;
constexpr double kMostOutputError = 1e-4;

// The enhanced samples of whole hops, delay and all.
Result<std::vector<float>> Enhance(std::shared_ptr<const Network> network,
                                   std::span<const float> audio) {
  DFN_TRY(const auto denoiser, Denoiser::Create(std::move(network), {}));
  const size_t hops = audio.size() / denoiser->hop_size();
  std::vector<float> enhanced(hops * denoiser->hop_size());
  const float* input = audio.data();
  float* output = enhanced.data();
  denoiser->Process(&input, &output, hops, nullptr);
  return enhanced;
}

// Of identical samples, the largest figure that is worth reporting.
double FiniteSnrDb(const std::vector<float>& truth, const std::vector<float>& other) {
  const double snr_db = SnrDb(truth, other);
  return snr_db == std::numeric_limits<double>::infinity() ? 200.0 : snr_db;
}

TensorParity Compare(std::string name, const std::vector<float>& truth,
                     const std::vector<float>& other) {
  TensorParity parity{.name = std::move(name)};
  for (size_t i = 0; i < std::min(truth.size(), other.size()); ++i) {
    const double difference = std::fabs(static_cast<double>(truth[i]) - other[i]);
    // A NaN must not hide in a maximum.
    if (!(difference <= parity.max_error)) parity.max_error = difference;
    parity.max_value = std::max(parity.max_value, std::fabs(static_cast<double>(truth[i])));
  }
  return parity;
}

// The features of frames [first, first + frames) as the graphs take them; frames before the first
// one are zero.
void SetFeatures(const NetworkTrace& trace, const Config& c, std::ptrdiff_t first, size_t frames,
                 ort::Tensors& values) {
  const auto count = static_cast<int64_t>(frames);
  ort::Tensor erb{{1, 1, count, static_cast<int64_t>(c.erb_bands)}, {}};
  ort::Tensor spec{{1, 2, count, static_cast<int64_t>(c.df_bins)}, {}};
  erb.values.resize(frames * c.erb_bands);
  spec.values.resize(2 * frames * c.df_bins);
  for (size_t i = 0; i < frames; ++i) {
    const std::ptrdiff_t frame = first + static_cast<std::ptrdiff_t>(i);
    if (frame < 0) continue;
    const float* from = &trace.feat_erb[static_cast<size_t>(frame) * c.erb_bands];
    std::copy_n(from, c.erb_bands, &erb.values[i * c.erb_bands]);
    const float* bins = &trace.feat_spec[static_cast<size_t>(frame) * c.df_bins * 2];
    for (size_t k = 0; k < c.df_bins; ++k) {
      spec.values[i * c.df_bins + k] = bins[2 * k];
      spec.values[(frames + i) * c.df_bins + k] = bins[2 * k + 1];
    }
  }
  values["feat_erb"] = std::move(erb);
  values["feat_spec"] = std::move(spec);
}

void Append(const ort::Tensors& values, const char* name, std::vector<float>& to) {
  const auto found = values.find(name);
  if (found == values.end()) return;
  to.insert(to.end(), found->second.values.begin(), found->second.values.end());
}

// How many frames a form is asked for and how it gets them.
struct Schedule {
  size_t frames;  // compared in all
  size_t step;    // new ones a call
  size_t past;    // frames before them that go in too
};

Schedule ScheduleOf(const ExportOptions& options, const Config& c, size_t frames,
                    size_t frames_a_call) {
  if (options.state == StateForm::kFull) return {frames, 1, 0};
  if (options.layout == ExportLayout::kStreaming) {
    const size_t window = c.conv_kernel_inp.t + 3 * (c.conv_kernel.t - 1);
    return {frames, 1, std::max(window, frames_a_call) - 1};
  }
  if (frames_a_call == 1) return {1, 1, 0};
  return {frames, frames, 0};
}

// What the files say to the features of `native`.
Result<NetworkTrace> RunFiles(FileRunner& runner, const NetworkTrace& native, const Config& config,
                              const Schedule& schedule) {
  NetworkTrace trace;
  for (size_t frame = 0; frame < schedule.frames; frame += schedule.step) {
    ort::Tensors values;
    const auto first =
        static_cast<std::ptrdiff_t>(frame) - static_cast<std::ptrdiff_t>(schedule.past);
    SetFeatures(native, config, first, schedule.step + schedule.past, values);
    DFN_CHECK(runner.Step(values));
    Append(values, "lsnr", trace.lsnr_db);
    Append(values, "m", trace.gains);
    Append(values, "coefs", trace.coefs);
  }
  return trace;
}

Result<Parity> CompareNetworks(std::shared_ptr<const Network> network, FileRunner& runner,
                               const ExportOptions& options, std::span<const float> audio) {
  NetworkTrace native;
  const Config& config = network->config();
  DFN_TRY(const std::vector<float> truth, Enhance(NewRecordingNetwork(network, native), audio));
  if (native.frames() == 0) {
    return Error{ErrorCode::kInvalidArgument, "the audio is shorter than the model's look-ahead"};
  }
  const Schedule schedule = ScheduleOf(options, config, native.frames(), runner.frames_a_call());
  DFN_TRY(NetworkTrace files, RunFiles(runner, native, config, schedule));
  Parity parity{.runtime = {}, .frames = files.frames(), .tensors = {}};
  parity.tensors = {Compare("lsnr", native.lsnr_db, files.lsnr_db),
                    Compare("m", native.gains, files.gains),
                    Compare("coefs", native.coefs, files.coefs)};
  DFN_TRY(const std::vector<float> other,
          Enhance(NewReplayingNetwork(config, std::move(files)), audio));
  parity.snr_db = FiniteSnrDb(truth, other);
  if (options.state == StateForm::kFull || schedule.step == native.frames()) {
    parity.least_snr_db = kLeastSnrDb;
    return parity;
  }
  // A first window holds zero features, which are not the zero maps of a start where later layers
  // look back too; the hidden states may keep that difference for good, so nothing can be held to
  // it.
  if (schedule.past > 0 && config.conv_kernel.t > 1) return parity;
  parity.tensors[0].most_error = kMostLsnrErrorDb;
  if (schedule.frames == 1) {
    parity.tensors[1].most_error = parity.tensors[2].most_error = kMostOutputError;
  }
  return parity;
}

Result<Parity> CompareAudio(std::shared_ptr<const Network> network, FileRunner& runner,
                            std::span<const float> audio) {
  const size_t hop = network->config().hop_size;
  DFN_TRY(const std::vector<float> truth, Enhance(std::move(network), audio));
  std::vector<float> other;
  for (size_t at = 0; at + hop <= truth.size(); at += hop) {
    ort::Tensors values;
    values["input_frame"] = {{1, static_cast<int64_t>(hop)},
                             {audio.begin() + static_cast<std::ptrdiff_t>(at),
                              audio.begin() + static_cast<std::ptrdiff_t>(at + hop)}};
    DFN_CHECK(runner.Step(values));
    Append(values, "enhanced_frame", other);
  }
  Parity parity{.runtime = {}, .frames = truth.size() / hop, .tensors = {}};
  parity.tensors = {Compare("enhanced_frame", truth, other)};
  parity.snr_db = FiniteSnrDb(truth, other);
  parity.least_snr_db = kLeastAudioSnrDb;
  return parity;
}

}  // namespace

bool Parity::passed() const {
  const auto within = [](const TensorParity& tensor) {
    return !tensor.most_error || tensor.max_error <= *tensor.most_error;
  };
  return std::all_of(tensors.begin(), tensors.end(), within) &&
         (!least_snr_db || snr_db >= *least_snr_db);
}

Result<Parity> MeasureParity(const Model& source, std::span<const NamedBytes> files,
                             const ExportOptions& options, std::span<const float> audio,
                             std::shared_ptr<const ort::Library> library) {
  DFN_TRY(const Model model, ReadBack(source, files, options));
  DFN_TRY(FileRunner runner, FileRunner::Open(library, files));
  const bool is_audio = options.layout == ExportLayout::kAudio;
  const std::shared_ptr<const Network> network = NewNativeNetwork(model);
  DFN_TRY(Parity parity, is_audio ? CompareAudio(network, runner, audio)
                                  : CompareNetworks(network, runner, options, audio));
  if (options.fp16_weights && (is_audio || options.lower_gru))
    parity.least_snr_db = kLeastHalfSnrDb;
  parity.runtime = "ONNX Runtime " + library->version();
  return parity;
}

std::vector<float> SyntheticSignal(size_t sample_rate_hz) {
  std::vector<float> signal(2 * sample_rate_hz);
  NoiseGenerator random;
  double phase = 0.0;
  for (size_t i = 0; i < signal.size(); ++i) {
    const double time_s = static_cast<double>(i) / static_cast<double>(sample_rate_hz);
    // A pitch that glides between 100 and 180 Hz, spoken three times a second.
    phase += (140.0 + 40.0 * std::sin(2.0 * std::numbers::pi * 0.7 * time_s)) /
             static_cast<double>(sample_rate_hz);
    const double loudness = std::max(0.0, std::sin(2.0 * std::numbers::pi * 3.0 * time_s));
    double voice = 0.0;
    for (int harmonic = 1; harmonic <= 20; ++harmonic) {
      voice += std::sin(2.0 * std::numbers::pi * phase * harmonic) / harmonic;
    }
    const double noise = random.Next();
    signal[i] = static_cast<float>(0.1 * loudness * voice + 0.03 * noise);
  }
  return signal;
}

}  // namespace dfn
