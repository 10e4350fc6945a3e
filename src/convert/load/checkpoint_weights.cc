#include "convert/load/checkpoint_weights.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/printable.h"
#include "model/fold_norm.h"
#include "model/layers.h"

namespace dfn {
namespace {

constexpr size_t kConvRank = 4;  // of a convolution's weight; a norm's has one dimension

using Shape = std::vector<size_t>;

std::string ShapeText(const Shape& shape) {
  std::string text = "[";
  for (const size_t size : shape) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(size);
  }
  return text + "]";
}

// Gates r, z, n of PyTorch to z, r, h of ONNX; each has a third of the rows.
std::vector<float> ReorderGates(std::vector<float> gates) {
  const auto third = static_cast<std::ptrdiff_t>(gates.size() / 3);
  std::rotate(gates.begin(), gates.begin() + third, gates.begin() + 2 * third);
  return gates;
}

// Reads the tensors of one layer after the other. The layers' sizes are filled in already.
class WeightReader {
 public:
  WeightReader(StateDict& state, const Config& config, const std::string& name)
      : state_(state), has_df_decoder_(!config.mask_only), name_(name) {}

  bool Has(const LayerSpec& spec) const { return state_.contains(spec.checkpoint_key + ".weight"); }

  // A Conv2dNormAct or ConvTranspose2dNormAct: a sequence of padding (only where the kernel spans
  // several frames), convolution, 1x1 convolution or none, norm and activation, whose tensors are
  // named by their index in the sequence.
  Status Read(const LayerSpec& spec, ConvLayer& layer) {
    size_t index = layer.conv.kernel_t > 1 ? 1 : 0;
    const auto next = [&] { return spec.checkpoint_key + "." + std::to_string(index++); };
    const auto behind =
        state_.find(spec.checkpoint_key + "." + std::to_string(index + 1) + ".weight");
    SetPointwise(layer, behind != state_.end() && behind->second.shape.size() == kConvRank);
    DFN_CHECK(ReadConv(next(), spec, layer.conv));
    if (layer.pointwise) DFN_CHECK(ReadConv(next(), spec, *layer.pointwise));
    Conv& last = layer.pointwise ? *layer.pointwise : layer.conv;
    DFN_TRY(const BatchNorm norm, ReadNorm(next(), spec, last.out_channels));
    FoldNorm(norm, last);
    return {};
  }

  // A GroupedLinearEinsum.
  Status Read(const LayerSpec& spec, GroupedLinear& layer) {
    const size_t groups = layer.groups;
    DFN_TRY(layer.weight, Take(spec.checkpoint_key + ".weight",
                               {groups, layer.in / groups, layer.out / groups}, spec));
    return {};
  }

  // One layer of a torch.nn.GRU.
  Status Read(const LayerSpec& spec, Gru& gru) {
    const auto read = [&](const char* tensor, const Shape& shape, auto& to) -> Status {
      const std::string suffix = "_l" + std::to_string(spec.gru_index);
      DFN_TRY(auto gates, Take(spec.checkpoint_key + "." + tensor + suffix, shape, spec));
      to = ReorderGates(std::move(gates));
      return {};
    };
    const size_t rows = 3 * gru.hidden;
    DFN_CHECK(read("weight_ih", {rows, gru.in}, gru.weight_input));
    DFN_CHECK(read("weight_hh", {rows, gru.hidden}, gru.weight_hidden));
    DFN_CHECK(read("bias_ih", {rows}, gru.bias_input));
    return read("bias_hh", {rows}, gru.bias_hidden);
  }

  // A torch.nn.Linear with one output.
  Status Read(const LayerSpec& spec, ScalarHead& head) {
    DFN_TRY(head.weight, Take(spec.checkpoint_key + ".weight", {1, head.in}, spec));
    DFN_TRY(const std::vector<float> bias, Take(spec.checkpoint_key + ".bias", {1}, spec));
    head.bias = bias[0];
    return {};
  }

  // Checks that every tensor of the three networks was taken: one in excess means that the config
  // belongs to another model.
  Status CheckNothingLeft() const {
    for (const auto& [tensor_name, tensor] : state_) {
      if (taken_.contains(tensor_name) || IsHarmless(tensor_name)) continue;
      return Fail(tensor_name, "has no place in the network that config.ini describes");
    }
    return {};
  }

 private:
  Error Fail(std::string_view tensor_name, const std::string& what) const {
    return {ErrorCode::kMismatch, name_ + ": tensor " + Quoted(tensor_name) + " " + what};
  }

  // Takes out the values of a tensor, which must have that shape.
  Result<std::vector<float>> Take(const std::string& tensor_name, const Shape& shape,
                                  const LayerSpec& spec) {
    const auto found = state_.find(tensor_name);
    if (found == state_.end()) {
      return Error{ErrorCode::kMismatch, name_ + ": has no tensor " + Quoted(tensor_name) +
                                             ", but config.ini asks for one (" + spec.config_keys +
                                             ")"};
    }
    CheckpointTensor& tensor = found->second;
    if (tensor.shape != shape) {
      return Fail(tensor_name, "has shape " + ShapeText(tensor.shape) +
                                   ", but config.ini asks for " + ShapeText(shape) + " (" +
                                   spec.config_keys + ")");
    }
    if (tensor.floats.empty()) {
      return Fail(tensor_name, std::string("is of type ") + torch::ElementTypeName(tensor.type) +
                                   ", expected a floating-point type");
    }
    taken_.insert(tensor_name);
    return std::move(tensor.floats);
  }

  Status ReadConv(const std::string& conv_name, const LayerSpec& spec, Conv& conv) {
    const auto found = state_.find(conv_name + ".weight");
    if (found != state_.end() && found->second.shape.size() == kConvRank) {
      conv.groups = GroupsOf(conv, found->second.shape[1]);
    }
    const size_t first = conv.transposed ? conv.in_channels : conv.out_channels;
    const size_t second = (conv.transposed ? conv.out_channels : conv.in_channels) / conv.groups;
    DFN_TRY(conv.weight,
            Take(conv_name + ".weight", {first, second, conv.kernel_t, conv.kernel_f}, spec));
    return {};
  }

  // The package keeps torch.nn.BatchNorm2d's default epsilon.
  Result<BatchNorm> ReadNorm(const std::string& norm_name, const LayerSpec& spec, size_t channels) {
    BatchNorm norm;
    DFN_TRY(norm.weight, Take(norm_name + ".weight", {channels}, spec));
    DFN_TRY(norm.bias, Take(norm_name + ".bias", {channels}, spec));
    DFN_TRY(norm.mean, Take(norm_name + ".running_mean", {channels}, spec));
    DFN_TRY(norm.variance, Take(norm_name + ".running_var", {channels}, spec));
    return norm;
  }

  // A state dict also has the filter banks and buffers of the signal path, and a DF decoder where
  // mask_only leaves it out. df.checkpoint passes over start states and "erb_comp".
  bool IsHarmless(std::string_view tensor_name) const {
    const bool in_network = tensor_name.starts_with("enc.") ||
                            tensor_name.starts_with("erb_dec.") ||
                            (has_df_decoder_ && tensor_name.starts_with("df_dec."));
    return !in_network || tensor_name.ends_with(".num_batches_tracked") ||
           tensor_name.ends_with(".h0") || tensor_name.find("erb_comp") != std::string_view::npos;
  }

  StateDict& state_;
  const bool has_df_decoder_;
  const std::string& name_;
  std::set<std::string, std::less<>> taken_;
};

}  // namespace

Result<Model> ModelFromStateDict(StateDict state, const Config& config, const std::string& name) {
  WeightReader reader(state, config, name);
  Model model;
  model.config = config;
  for (const LayerSpec& spec : LayerTable(config)) {
    if (spec.optional && !reader.Has(spec)) continue;
    const auto read = [&]<class Layer>(const Layer& sizes) {
      return reader.Read(spec, spec.Make<Layer>(model) = sizes);
    };
    DFN_CHECK(std::visit(read, spec.sizes));
  }
  DFN_CHECK(reader.CheckNothingLeft());
  model.origin.source = name;
  model.origin.form = "PyTorch checkpoint";
  DFN_CHECK(ValidateModel(model, name));
  return model;
}

}  // namespace dfn
