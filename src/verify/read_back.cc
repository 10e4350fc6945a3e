#include "verify/read_back.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "convert/load/load.h"
#include "formats/onnx/graph.h"
#include "model/layers.h"

namespace dfn {
namespace {

struct NamedWeight {
  std::string name;
  std::span<const float> values;
};

// Returns every tensor of a network with a name for messages, always in the same order. The alpha
// head is left out, since no deep filter uses it and most forms do not have it.
std::vector<NamedWeight> WeightsOf(const Model& model) {
  std::vector<NamedWeight> weights;
  const auto add = [&weights](const std::string& name, std::span<const float> values) {
    if (!values.empty()) weights.push_back({name, values});
  };
  for (const LayerRef& ref : Layers(model)) {
    if (ref.optional) continue;
    std::visit(
        [&](const auto* layer) {
          using Layer = std::decay_t<decltype(*layer)>;
          if constexpr (std::is_same_v<Layer, Gru>) {
            add(ref.name + ".weight_input", layer->weight_input);
            add(ref.name + ".weight_hidden", layer->weight_hidden);
            add(ref.name + ".bias_input", layer->bias_input);
            add(ref.name + ".bias_hidden", layer->bias_hidden);
          } else {
            add(ref.name + ".weight", layer->weight);
          }
          if constexpr (std::is_same_v<Layer, Conv>) add(ref.name + ".bias", layer->bias);
          if constexpr (std::is_same_v<Layer, ScalarHead>)
            add(ref.name + ".bias", {&layer->bias, 1});
        },
        ref.layer);
  }
  return weights;
}

// Returns half a unit in the last place of float16, which has 11 significant bits, and a constant
// step below 2^-14.
bool IsNearestHalf(float half, float exact) {
  return std::fabs(half - exact) <= std::max(std::fabs(exact) * 0x1p-11f, 0x1p-25f);
}

bool SameBits(float a, float b) { return std::memcmp(&a, &b, sizeof(a)) == 0; }

Error Differs(const std::string& weight) {
  return {ErrorCode::kMismatch,
          "the exported files hold other values for \"" + weight + "\" than the source"};
}

Status CompareWeights(const Model& source, const Model& found, bool halves) {
  const std::vector<NamedWeight> expected = WeightsOf(source);
  const std::vector<NamedWeight> actual = WeightsOf(found);
  if (expected.size() != actual.size()) {
    return Error{ErrorCode::kMismatch, "the exported files hold " + std::to_string(actual.size()) +
                                           " weights, the source has " +
                                           std::to_string(expected.size())};
  }
  for (size_t i = 0; i < expected.size(); ++i) {
    const auto& [name, values] = expected[i];
    const std::span<const float> others = actual[i].values;
    const auto same = [halves](float a, float b) {
      return halves ? IsNearestHalf(b, a) : SameBits(a, b);
    };
    if (!std::equal(values.begin(), values.end(), others.begin(), others.end(), same)) {
      return Differs(name);
    }
  }
  if (!(source.config == found.config)) {
    return Error{ErrorCode::kMismatch,
                 "the exported config.ini holds other values than the source"};
  }
  return {};
}

// Returns a tensor's values in ascending order, which a transposition does not change.
std::vector<float> Sorted(std::vector<float> values) {
  std::sort(values.begin(), values.end());
  return values;
}

// Returns whether `weight` is among `tensors`; the order of a tensor's values does not matter.
bool IsAmong(std::span<const float> weight, const std::vector<std::vector<float>>& tensors,
             bool halves) {
  const std::vector<float> expected = Sorted({weight.begin(), weight.end()});
  return std::any_of(tensors.begin(), tensors.end(), [&](const std::vector<float>& tensor) {
    return tensor.size() == expected.size() &&
           std::equal(expected.begin(), expected.end(), tensor.begin(),
                      [halves](float a, float b) { return halves ? IsNearestHalf(b, a) : a == b; });
  });
}

// Checks that every weight is among the files' tensors. The two biases of a GRU may be two tensors
// or the two halves of one.
Status FindWeights(const Model& source, std::span<const NamedBytes> files, bool halves) {
  std::vector<std::vector<float>> tensors;
  for (const NamedBytes& file : files) {
    if (!file.name.ends_with(".onnx")) continue;
    auto bytes = std::make_shared<const std::vector<uint8_t>>(file.bytes);
    DFN_TRY(const onnx::Graph graph, onnx::ReadGraph(std::move(bytes), file.name, {}));
    for (const onnx::Tensor& tensor : graph.initializers) {
      if (tensor.type == onnx::DataType::kInt64) continue;
      DFN_TRY(std::vector<float> values, onnx::ToFloats(tensor));
      if (tensor.dims.size() >= 2 && tensor.dims[0] == 1 && values.size() % 2 == 0) {
        const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
        tensors.push_back(Sorted({values.begin(), middle}));
        tensors.push_back(Sorted({middle, values.end()}));
      }
      tensors.push_back(Sorted(std::move(values)));
    }
  }
  for (const NamedWeight& weight : WeightsOf(source)) {
    if (!IsAmong(weight.values, tensors, halves)) return Differs(weight.name);
  }
  return {};
}

}  // namespace

Result<Model> ReadBack(const Model& source, std::span<const NamedBytes> files,
                       const ExportOptions& options) {
  if (options.layout == ExportLayout::kAudio || options.lower_gru) {
    DFN_CHECK(FindWeights(source, files, options.fp16_weights));
    return source;
  }
  DFN_TRY(Model found, LoadModelFiles(files, "the export"));
  DFN_CHECK(CompareWeights(source, found, options.fp16_weights));
  return found;
}

}  // namespace dfn
