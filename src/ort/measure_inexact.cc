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

// What a network gives for the features.
struct Outputs {
  std::vector<float> gains;  // [T, E]
  std::vector<float> coefs;  // [T, D, O, 2]; empty without a deep filter
};

// The lower of the two ratios: each result is heard by itself.
double LowerSnrDb(const Outputs& expected, const Outputs& found) {
  const double gains_db = SnrDb(expected.gains, found.gains);
  if (expected.coefs.empty()) return gains_db;
  return std::min(gains_db, SnrDb(expected.coefs, found.coefs));
}

Outputs RunFrameByFrame(const Network& network, const Features& features) {
  const Config& config = network.config();
  const size_t size = config.mask_only ? 0 : config.coef_floats();
  const auto workspace = network.NewWorkspace(1);
  AlignedBuffer<float> state(network.state_layout().size());
  network.state_layout().Reset(state.data());
  Outputs outputs{.gains = std::vector<float>(kFrames * config.erb_bands),
                  .coefs = std::vector<float>(kFrames * size)};
  const StreamRows stream = {.state = state.data(), .frames = 1};
  const uint32_t row = 0;
  float lsnr_db = 0.0f;
  for (size_t t = 0; t < kFrames; ++t) {
    network.Encode({&stream, 1}, features.erb.data() + t * config.erb_bands,
                   features.spec.data() + t * 2 * config.df_bins, &lsnr_db, *workspace);
    network.DecodeErb({&stream, 1}, {&row, 1}, outputs.gains.data() + t * config.erb_bands,
                      *workspace);
    if (config.mask_only) continue;
    network.DecodeDf({&stream, 1}, {&row, 1}, outputs.coefs.data() + t * size, *workspace);
  }
  return outputs;
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

// A graph's output by frames, with the shape of one of them.
struct Frames {
  ValueShape shape;
  std::vector<float> values;  // [T, floats of a frame]
};

// Errors: kMismatch (no graph has the output, or it does not have one frame for each).
Result<Frames> FramesOf(const Tensors& values, const char* name, const std::string& files) {
  const auto found = values.find(name);
  if (found == values.end()) {
    return Mismatch(files + ": no graph has the output " + Quoted(name));
  }
  const Tensor& tensor = found->second;
  const auto axis =
      std::find(tensor.shape.begin(), tensor.shape.end(), static_cast<int64_t>(kFrames));
  if (axis == tensor.shape.end()) {
    return Mismatch(files + ": output " + Quoted(name) + " has shape " + DimsText(tensor.shape) +
                    ", expected " + std::to_string(kFrames) + " frames");
  }
  Frames frames{
      .shape = ValueShape::Make(tensor.shape, static_cast<size_t>(axis - tensor.shape.begin())),
      .values = {}};
  const ValueShape& shape = frames.shape;
  frames.values.resize(kFrames * shape.floats());
  for (size_t t = 0; t < kFrames; ++t) {
    float* to = frames.values.data() + t * shape.floats();
    for (size_t b = 0; b < shape.before; ++b) {
      std::copy_n(tensor.values.data() + (b * kFrames + t) * shape.after, shape.after,
                  to + b * shape.after);
    }
  }
  return frames;
}

// Errors: kMismatch.
Result<Outputs> OutputsOf(const Tensors& values, const Config& config, const std::string& files) {
  DFN_TRY(Frames gains, FramesOf(values, "m", files));
  DFN_CHECK(CheckFloats(files, "m", gains.shape, config.erb_bands));
  Outputs outputs{.gains = std::move(gains.values), .coefs = {}};
  // As OrtNetwork gives them.
  for (float& gain : outputs.gains) gain = std::clamp(gain, 0.0f, 1.0f);
  if (config.mask_only) return outputs;
  DFN_TRY(const Frames coefs, FramesOf(values, "coefs", files));
  DFN_TRY(const CoefsOrder order, FindCoefsOrder(files, coefs.shape, config));
  outputs.coefs.resize(coefs.values.size());
  for (size_t t = 0; t < kFrames; ++t) {
    const size_t at = t * coefs.shape.floats();
    OrderCoefs(order, config, coefs.values.data() + at, outputs.coefs.data() + at);
  }
  return outputs;
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
  DFN_TRY(const Outputs whole, OutputsOf(*values, plan.config, Printable(plan.files)));
  const Outputs frame_by_frame = RunFrameByFrame(network, features);
  DFN_CHECK(network.status());
  return std::optional<double>(LowerSnrDb(whole, frame_by_frame));
}

double CompareNetworks(const Network& expected, const Network& found) {
  const Features features = MakeFeatures(expected.config());
  return LowerSnrDb(RunFrameByFrame(expected, features), RunFrameByFrame(found, features));
}

}  // namespace dfn::ort
