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
#include "ort/feature_tensors.h"
#include "ort/graph_chain.h"
#include "ort/network.h"
#include "ort/network_outputs.h"
#include "ort/refusal.h"

namespace dfn::ort {
namespace {

// Two seconds, after which hidden states have settled. No dimension of a network has this size, so
// it tells the axis of time.
constexpr size_t kFrames = 211;

struct Features {
  std::vector<float> erb;   // [T, E]
  std::vector<float> spec;  // [T, D, 2]
};

// Noise in the range of real features, louder and softer twice a second.
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

// What the SNR is measured on: the coefficients or, without a deep filter, the gains.
const char* MeasuredName(const Config& config) { return config.mask_only ? "m" : "coefs"; }
size_t MeasuredFloats(const Config& config) {
  return config.mask_only ? config.erb_bands : config.coef_floats();
}

// The measured output of the network, [T, D, O, 2] or [T, E], frame by frame.
std::vector<float> RunFrameByFrame(const Network& network, const Features& features) {
  const Config& config = network.config();
  const size_t size = MeasuredFloats(config);
  const auto workspace = network.NewWorkspace(1);
  AlignedBuffer<float> state(network.state_layout().size());
  network.state_layout().Reset(state.data());
  std::vector<float> measured(kFrames * size);
  std::vector<float> unmeasured(config.erb_bands);
  const StreamRows stream = {.state = state.data(), .frames = 1};
  const uint32_t row = 0;
  float lsnr_db = 0.0f;
  for (size_t t = 0; t < kFrames; ++t) {
    network.Encode({&stream, 1}, features.erb.data() + t * config.erb_bands,
                   features.spec.data() + t * 2 * config.df_bins, &lsnr_db, *workspace);
    float* to = measured.data() + t * size;
    network.DecodeErb({&stream, 1}, {&row, 1}, config.mask_only ? to : unmeasured.data(),
                      *workspace);
    if (!config.mask_only) network.DecodeDf({&stream, 1}, {&row, 1}, to, *workspace);
  }
  return measured;
}

// The values of one run on the whole sequence; nothing when a graph does not take it. Errors: those
// of Session::Create.
Result<std::optional<Tensors>> RunWhole(const std::shared_ptr<const Library>& library,
                                        const RunPlan& plan, const SessionOptions& options,
                                        const Features& features) {
  GraphChain chain;
  for (const RunStage& stage : plan.whole) {
    DFN_TRY(auto graph, Session::Create(library, stage.model, Printable(stage.file), options));
    chain.Add({.graph = std::move(graph), .renamed = stage.renamed, .zeros_for_the_rest = true});
  }
  Tensors values;
  SetFeatures(plan.config, features.erb, features.spec, 0, kFrames, values);
  if (!chain.Step(values).ok()) return std::optional<Tensors>();
  return std::optional(std::move(values));
}

// The graphs' measured output as [T, D, O, 2] or [T, E]. Errors: kMismatch.
Result<std::vector<float>> MeasuredOf(const Tensor& output, const Config& config,
                                      const std::string& files) {
  const auto axis =
      std::find(output.shape.begin(), output.shape.end(), static_cast<int64_t>(kFrames));
  if (axis == output.shape.end()) {
    return Mismatch(files + ": output " + Quoted(MeasuredName(config)) + " has shape " +
                    DimsText(output.shape) + ", expected " + std::to_string(kFrames) + " frames");
  }
  const ValueShape shape =
      ValueShape::Make(output.shape, static_cast<size_t>(axis - output.shape.begin()));
  CoefsOrder order = CoefsOrder::kBinsFirst;
  if (config.mask_only) {
    DFN_CHECK(CheckFloats(files, "m", shape, config.erb_bands));
  } else {
    DFN_TRY(order, FindCoefsOrder(files, shape, config));
  }
  std::vector<float> all(kFrames * shape.floats());
  std::vector<float> frame(shape.floats());
  for (size_t t = 0; t < kFrames; ++t) {
    for (size_t b = 0; b < shape.before; ++b) {
      std::copy_n(output.values.data() + (b * kFrames + t) * shape.after, shape.after,
                  frame.data() + b * shape.after);
    }
    float* to = all.data() + t * shape.floats();
    if (config.mask_only) {
      std::copy(frame.begin(), frame.end(), to);
    } else {
      OrderCoefs(order, config, frame.data(), to);
    }
  }
  return all;
}

}  // namespace

Result<std::optional<double>> MeasureInexact(const std::shared_ptr<const Library>& library,
                                             const RunPlan& plan, const Network& network,
                                             const SessionOptions& options) {
  const std::optional<double> nothing;
  if (plan.whole.empty()) return nothing;
  const Features features = MakeFeatures(plan.config);
  DFN_TRY(const auto values, RunWhole(library, plan, options, features));
  if (!values) return nothing;
  const char* const name = MeasuredName(plan.config);
  const auto output = values->find(name);
  if (output == values->end()) {
    return Mismatch(Printable(plan.files) + ": no graph has the output " + Quoted(name));
  }
  DFN_TRY(const std::vector<float> whole,
          MeasuredOf(output->second, plan.config, Printable(plan.files)));
  const std::vector<float> frame_by_frame = RunFrameByFrame(network, features);
  DFN_CHECK(network.status());
  return std::optional<double>(SnrDb(whole, frame_by_frame));
}

}  // namespace dfn::ort
