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
#include "ort/feature_tensors.h"
#include "ort/graph_chain.h"
#include "stream/denoise/denoiser.h"
#include "verify/open_export.h"
#include "verify/read_back.h"
#include "verify/record_replay.h"

namespace dfn {
namespace {

// A different order of sums in float32 gives 110 to 135 dB; a lost history gives less than 50.
constexpr double kLeastSnrDb = 100.0;
// The audio graph's transforms are matrix products, whose rounding errors exceed those of an FFT.
constexpr double kLeastAudioSnrDb = 90.0;
// Weights that cannot be read back into a network are compared rounded against unrounded.
constexpr double kLeastHalfSnrDb = 50.0;
// The rounding of float32 sums in a different order, with a margin for networks that amplify it.
constexpr double kMostLsnrErrorDb = 1e-3;
constexpr double kMostOutputError = 1e-4;
// This is beyond the SNR of any two different signals of float32.
constexpr double kIdenticalSnrDb = 200.0;

// Returns the enhanced samples of all whole hops, with the delay at the beginning. The post filter
// is on where the config says so, as it is inside an audio graph.
Result<std::vector<float>> Enhance(std::shared_ptr<const Network> network,
                                   std::span<const float> audio) {
  DenoiserOptions options;
  options.controls.post_filter = network->config().post_filter;
  options.controls.post_filter_beta = network->config().post_filter_beta;
  DFN_TRY(const auto denoiser, Denoiser::Create(std::move(network), options));
  const size_t hops = audio.size() / denoiser->hop_size();
  std::vector<float> enhanced(hops * denoiser->hop_size());
  const float* input = audio.data();
  float* output = enhanced.data();
  denoiser->Process(&input, &output, hops, nullptr);
  return enhanced;
}

// Identical samples are reported with the largest figure.
double FiniteSnrDb(const std::vector<float>& truth, const std::vector<float>& other) {
  const double snr_db = SnrDb(truth, other);
  return snr_db == std::numeric_limits<double>::infinity() ? kIdenticalSnrDb : snr_db;
}

TensorParity Compare(std::string name, const std::vector<float>& truth,
                     const std::vector<float>& other) {
  TensorParity parity{.name = std::move(name)};
  for (size_t i = 0; i < std::min(truth.size(), other.size()); ++i) {
    const double difference = std::fabs(static_cast<double>(truth[i]) - other[i]);
    // The reverse comparison would ignore a NaN.
    if (!(difference <= parity.max_error)) parity.max_error = difference;
    parity.max_value = std::max(parity.max_value, std::fabs(static_cast<double>(truth[i])));
  }
  return parity;
}

void Append(const ort::Tensors& values, const char* name, std::vector<float>& to) {
  const auto found = values.find(name);
  if (found == values.end()) return;
  to.insert(to.end(), found->second.values.begin(), found->second.values.end());
}

// How many frames a form of files computes, and how they are fed.
struct Schedule {
  size_t frames;  // compared in all
  size_t step;    // new frames a call
  size_t past;    // frames before the new ones that are fed again
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

// Returns the files' outputs for the features of `native`.
Result<NetworkTrace> RunFiles(ort::GraphChain& graphs, const NetworkTrace& native,
                              const Config& config, const Schedule& schedule,
                              const FrameFunction& frame_done) {
  NetworkTrace trace;
  for (size_t frame = 0; frame < schedule.frames; frame += schedule.step) {
    ort::Tensors values;
    const auto first =
        static_cast<std::ptrdiff_t>(frame) - static_cast<std::ptrdiff_t>(schedule.past);
    ort::SetFeatures(config, native.feat_erb, native.feat_spec, first,
                     schedule.step + schedule.past, values);
    DFN_CHECK(graphs.Step(values));
    Append(values, "lsnr", trace.lsnr_db);
    Append(values, "m", trace.gains);
    Append(values, "coefs", trace.coefs);
    if (frame_done) DFN_CHECK(frame_done(frame + schedule.step, schedule.frames));
  }
  return trace;
}

Result<Parity> CompareNetworks(std::shared_ptr<const Network> network, ort::GraphChain& graphs,
                               const ExportOptions& options, std::span<const float> audio,
                               const FrameFunction& frame_done) {
  NetworkTrace native;
  const Config& config = network->config();
  DFN_TRY(const std::vector<float> truth, Enhance(NewRecordingNetwork(network, native), audio));
  if (native.frames() == 0) {
    return Error{ErrorCode::kInvalidArgument, "the audio is shorter than the model's look-ahead"};
  }
  const Schedule schedule = ScheduleOf(options, config, native.frames(), FramesACall(graphs));
  DFN_TRY(NetworkTrace files, RunFiles(graphs, native, config, schedule, frame_done));
  Parity parity{.runtime = {}, .frames = files.frames(), .tensors = {}};
  parity.tensors = {Compare("lsnr", native.lsnr_db, files.lsnr_db),
                    Compare("m", native.gains, files.gains)};
  if (!config.mask_only) parity.tensors.push_back(Compare("coefs", native.coefs, files.coefs));
  DFN_TRY(const std::vector<float> other,
          Enhance(NewReplayingNetwork(config, std::move(files)), audio));
  parity.snr_db = FiniteSnrDb(truth, other);
  if (options.state == StateForm::kFull || schedule.step == native.frames()) {
    parity.least_snr_db = kLeastSnrDb;
    return parity;
  }
  // The first windows are filled up with zero features. If later layers look back too, they have
  // zero maps at a stream's start, and the hidden states may keep that difference for good, so no
  // figure can decide.
  if (schedule.past > 0 && config.conv_kernel.t > 1) return parity;
  parity.tensors[0].most_error = kMostLsnrErrorDb;
  if (schedule.frames == 1) {
    for (size_t i = 1; i < parity.tensors.size(); ++i) {
      parity.tensors[i].most_error = kMostOutputError;
    }
  }
  return parity;
}

Result<Parity> CompareAudio(std::shared_ptr<const Network> network, ort::GraphChain& graphs,
                            std::span<const float> audio, const FrameFunction& frame_done) {
  const size_t hop = network->config().hop_size;
  DFN_TRY(const std::vector<float> truth, Enhance(std::move(network), audio));
  std::vector<float> other;
  for (size_t at = 0; at + hop <= truth.size(); at += hop) {
    ort::Tensors values;
    values["input_frame"] = {{1, static_cast<int64_t>(hop)},
                             {audio.begin() + static_cast<std::ptrdiff_t>(at),
                              audio.begin() + static_cast<std::ptrdiff_t>(at + hop)}};
    DFN_CHECK(graphs.Step(values));
    Append(values, "enhanced_frame", other);
    if (frame_done) DFN_CHECK(frame_done(at / hop + 1, truth.size() / hop));
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
                             std::shared_ptr<const ort::Library> library,
                             const FrameFunction& frame_done) {
  DFN_TRY(const Model model, ReadBack(source, files, options));
  DFN_TRY(ort::GraphChain graphs, OpenExport(library, files));
  const bool is_audio = options.layout == ExportLayout::kAudio;
  const std::shared_ptr<const Network> network = NewNativeNetwork(model);
  DFN_TRY(Parity parity, is_audio ? CompareAudio(network, graphs, audio, frame_done)
                                  : CompareNetworks(network, graphs, options, audio, frame_done));
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
