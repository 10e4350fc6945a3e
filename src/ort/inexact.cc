#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/noise.h"
#include "base/printable.h"
#include "dsp/snr.h"
#include "ort/network_outputs.h"
#include "ort/ort_network.h"

namespace dfn {
namespace {

// Two seconds, past which hidden states have settled; no size of a network, so that the axis of
// time is seen at once.
constexpr size_t kFrames = 211;

struct Features {
  std::vector<float> erb;   // [T, E]
  std::vector<float> spec;  // [T, D, 2]
};

// Noise that comes and goes twice a second, in the range of real features.
Features MakeFeatures(const Config& config) {
  NoiseGenerator generator;
  const auto noise = [&generator](size_t frame) {
    const float loudness = frame / 25 % 2 == 0 ? 1.0f : 0.2f;
    return loudness * generator.Next();
  };
  Features features;
  for (size_t t = 0; t < kFrames; ++t) {
    for (size_t e = 0; e < config.erb_bands; ++e) features.erb.push_back(noise(t));
    for (size_t d = 0; d < 2 * config.df_bins; ++d) features.spec.push_back(noise(t));
  }
  return features;
}

// [T, D, O, 2] of the network, frame by frame.
std::vector<float> RunFrameByFrame(const Network& network, const Features& features) {
  const Config& config = network.config();
  const size_t size = config.df_bins * config.df_order * 2;
  const auto workspace = network.NewWorkspace(1);
  AlignedBuffer<float> state(network.state_layout().size());
  network.state_layout().Reset(state.data());
  std::vector<float> coefs(kFrames * size);
  std::vector<float> gains(config.erb_bands);
  const StreamRows stream = {.state = state.data(), .frames = 1};
  const uint32_t row = 0;
  float lsnr_db = 0.0f;
  for (size_t t = 0; t < kFrames; ++t) {
    network.Encode({&stream, 1}, features.erb.data() + t * config.erb_bands,
                   features.spec.data() + t * 2 * config.df_bins, &lsnr_db, *workspace);
    network.DecodeErb({&stream, 1}, {&row, 1}, gains.data(), *workspace);
    network.DecodeDf({&stream, 1}, {&row, 1}, coefs.data() + t * size, *workspace);
  }
  return coefs;
}

// Every graph once on the whole sequence; its values by name. Nothing when one does not take it.
std::optional<ort::Tensors> RunWhole(
    const std::vector<std::shared_ptr<const ort::Session>>& sessions,
    const std::vector<RunStage>& stages, const Config& config, const Features& features) {
  const int64_t frames = static_cast<int64_t>(kFrames);
  const int64_t bins = static_cast<int64_t>(config.df_bins);
  ort::Tensors values;
  values["feat_erb"] = {{1, 1, frames, static_cast<int64_t>(config.erb_bands)}, features.erb};
  ort::Tensor spec{.shape = {1, 2, frames, bins}, .values = {}};
  for (size_t part = 0; part < 2; ++part) {
    for (size_t i = part; i < features.spec.size(); i += 2) {
      spec.values.push_back(features.spec[i]);
    }
  }
  values["feat_spec"] = std::move(spec);
  for (size_t i = 0; i < stages.size(); ++i) {
    for (const ort::TensorInfo& input : sessions[i]->inputs()) {
      if (values.contains(input.name)) continue;
      Dims dims = input.shape;
      for (int64_t& dimension : dims) dimension = std::max<int64_t>(dimension, 1);
      values[input.name] = {dims, std::vector<float>(FloatsOf(dims))};
    }
    auto outputs = sessions[i]->Run(values);
    if (!outputs.ok()) return std::nullopt;
    for (auto& [name, tensor] : *outputs) {
      std::string value = name;
      for (const auto& [from, to] : stages[i].renamed) {
        if (from == name) value = to;
      }
      values[value] = std::move(tensor);
    }
  }
  return values;
}

// [T, D, O, 2] from what the graphs call "coefs". Errors: kMismatch.
Result<std::vector<float>> CoefsOf(const ort::Tensor& coefs, const Config& config,
                                   const std::string& files) {
  const auto axis =
      std::find(coefs.shape.begin(), coefs.shape.end(), static_cast<int64_t>(kFrames));
  if (axis == coefs.shape.end()) {
    return Error{ErrorCode::kMismatch, files + ": output \"coefs\" has shape " +
                                           DimsText(coefs.shape) + ", expected " +
                                           std::to_string(kFrames) + " frames"};
  }
  const ValueShape shape =
      ValueShape::Make(coefs.shape, static_cast<size_t>(axis - coefs.shape.begin()));
  DFN_TRY(const CoefsOrder order, FindCoefsOrder(files, shape, config));
  std::vector<float> all(kFrames * shape.floats());
  std::vector<float> frame(shape.floats());
  for (size_t t = 0; t < kFrames; ++t) {
    for (size_t b = 0; b < shape.before; ++b) {
      std::copy_n(coefs.values.data() + (b * kFrames + t) * shape.after, shape.after,
                  frame.data() + b * shape.after);
    }
    OrderCoefs(order, config, frame.data(), all.data() + t * shape.floats());
  }
  return all;
}

}  // namespace

Result<std::optional<double>> MeasureInexact(const std::shared_ptr<const ort::Library>& library,
                                             const RunPlan& plan, const Network& network,
                                             const ort::SessionOptions& options) {
  const std::optional<double> nothing;
  if (plan.whole.empty()) return nothing;
  std::vector<std::shared_ptr<const ort::Session>> sessions;
  for (const RunStage& stage : plan.whole) {
    DFN_TRY(auto session,
            ort::Session::Create(library, stage.model, Printable(stage.file), options));
    sessions.push_back(std::move(session));
  }
  const Features features = MakeFeatures(plan.config);
  const auto values = RunWhole(sessions, plan.whole, plan.config, features);
  if (!values) return nothing;
  const auto coefs = values->find("coefs");
  if (coefs == values->end()) {
    return Error{ErrorCode::kMismatch,
                 Printable(plan.files) + ": no graph has the output \"coefs\""};
  }
  DFN_TRY(const std::vector<float> whole,
          CoefsOf(coefs->second, plan.config, Printable(plan.files)));
  const std::vector<float> frame_by_frame = RunFrameByFrame(network, features);
  DFN_CHECK(network.status());
  return std::optional<double>(SnrDb(whole, frame_by_frame));
}

}  // namespace dfn
