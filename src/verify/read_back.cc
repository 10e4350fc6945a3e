#include "verify/read_back.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "convert/load.h"
#include "formats/onnx/graph.h"

namespace dfn {
namespace {

struct NamedWeight {
  std::string name;
  const std::vector<float>* values;
};

// Every tensor of a network under a name for messages, always in the same order.
class WeightList {
 public:
  explicit WeightList(const Model& model) {
    const EncoderWeights& encoder = model.encoder;
    const ErbDecoderWeights& erb = model.erb_decoder;
    const DfDecoderWeights& df = model.df_decoder;
    for (size_t i = 0; i < 4; ++i) Add("enc.erb_conv" + std::to_string(i), encoder.erb_conv[i]);
    for (size_t i = 0; i < 2; ++i) Add("enc.df_conv" + std::to_string(i), encoder.df_conv[i]);
    Add("enc.df_fc_emb", encoder.df_fc_emb.weight);
    Add("enc", encoder.emb_gru);
    Add("enc.lsnr", encoder.lsnr.weight);
    Add("erb_dec", erb.emb_gru);
    for (size_t i = 0; i < 4; ++i) {
      Add("erb_dec.conv" + std::to_string(i) + "p", erb.convp[i]);
    }
    Add("erb_dec.convt3", erb.convt3);
    Add("erb_dec.convt2", erb.convt2);
    Add("erb_dec.convt1", erb.convt1);
    Add("erb_dec.conv0_out", erb.conv0_out);
    Add("df_dec", df.df_gru);
    Add("df_dec.df_convp", df.df_convp);
    Add("df_dec.df_out", df.df_out.weight);
  }
  const std::vector<NamedWeight>& weights() const { return weights_; }

 private:
  void Add(const std::string& name, const std::vector<float>& values) {
    if (!values.empty()) weights_.push_back({name, &values});
  }
  void Add(const std::string& name, const Conv& conv) {
    Add(name + ".weight", conv.weight);
    Add(name + ".bias", conv.bias);
  }
  void Add(const std::string& name, const ConvLayer& layer) {
    Add(name, layer.conv);
    if (layer.pointwise) Add(name + ".pointwise", *layer.pointwise);
  }
  void Add(const std::string& name, const GruBlock& block) {
    Add(name + ".linear_in", block.linear_in.weight);
    for (size_t i = 0; i < block.layers.size(); ++i) {
      const std::string layer = name + ".gru" + std::to_string(i);
      Add(layer + ".weight_input", block.layers[i].weight_input);
      Add(layer + ".weight_hidden", block.layers[i].weight_hidden);
      Add(layer + ".bias_input", block.layers[i].bias_input);
      Add(layer + ".bias_hidden", block.layers[i].bias_hidden);
    }
    if (block.linear_out) Add(name + ".linear_out", block.linear_out->weight);
    if (block.skip) Add(name + ".skip", block.skip->weight);
  }

  std::vector<NamedWeight> weights_;
};

// Half a unit in the last place of float16: 11 significant bits, and the smallest step below 2^-14.
bool IsNearestHalf(float half, float exact) {
  return std::fabs(half - exact) <= std::max(std::fabs(exact) * 0x1p-11f, 0x1p-25f);
}

bool SameBits(float a, float b) { return std::memcmp(&a, &b, sizeof(a)) == 0; }

Error Differs(const std::string& weight) {
  return {ErrorCode::kMismatch,
          "the exported files hold other values for \"" + weight + "\" than the source"};
}

Status CompareWeights(const Model& source, const Model& found, bool halves) {
  const WeightList expected(source);
  const WeightList actual(found);
  if (expected.weights().size() != actual.weights().size()) {
    return Error{ErrorCode::kMismatch,
                 "the exported files hold " + std::to_string(actual.weights().size()) +
                     " weights, the source has " + std::to_string(expected.weights().size())};
  }
  for (size_t i = 0; i < expected.weights().size(); ++i) {
    const auto& [name, values] = expected.weights()[i];
    const std::vector<float>& others = *actual.weights()[i].values;
    const auto same = [halves](float a, float b) {
      return halves ? IsNearestHalf(b, a) : SameBits(a, b);
    };
    if (!std::equal(values->begin(), values->end(), others.begin(), others.end(), same)) {
      return Differs(name);
    }
  }
  if (!(source.config == found.config)) {
    return Error{ErrorCode::kMismatch,
                 "the exported config.ini holds other values than the source"};
  }
  return {};
}

// All finite values of a tensor in ascending order: what stays the same when it is transposed.
std::vector<float> Sorted(std::vector<float> values) {
  std::sort(values.begin(), values.end());
  return values;
}

// Whether `weight` is among `tensors`, each of them in any order of its values.
bool IsAmong(const std::vector<float>& weight, const std::vector<std::vector<float>>& tensors,
             bool halves) {
  const std::vector<float> expected = Sorted(weight);
  return std::any_of(tensors.begin(), tensors.end(), [&](const std::vector<float>& tensor) {
    return tensor.size() == expected.size() &&
           std::equal(expected.begin(), expected.end(), tensor.begin(),
                      [halves](float a, float b) { return halves ? IsNearestHalf(b, a) : a == b; });
  });
}

// GRU biases may stand alone or as the two halves of one tensor.
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
  const WeightList list(source);
  for (const NamedWeight& weight : list.weights()) {
    if (!IsAmong(*weight.values, tensors, halves)) return Differs(weight.name);
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
