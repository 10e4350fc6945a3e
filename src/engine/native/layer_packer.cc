#include "engine/native/layer_packer.h"

#include <cassert>
#include <variant>

namespace dfn {

namespace {

// Packed, a convolution's weights are repeated for some of its bins.
constexpr size_t kConvCopies = 4;

size_t RoomOf(const ConvLayer& layer, Precision) {
  size_t weights = layer.conv.weight.size() + layer.conv.bias.size();
  if (layer.pointwise) weights += layer.pointwise->weight.size() + layer.pointwise->bias.size();
  return kConvCopies * MemoryRoom::BytesOf<float>(weights);
}
size_t RoomOf(const GroupedLinear& linear, Precision precision) {
  return MatrixBytes(linear.groups, linear.in / linear.groups, linear.out / linear.groups,
                     precision);
}
size_t RoomOf(const Gru& gru, Precision precision) {
  return GruBytes(gru.in, gru.hidden, precision);
}
size_t RoomOf(const ScalarHead& head, Precision) {
  return MemoryRoom::BytesOf<float>(RoundUp(head.in, kDotLanes)) + kAlignmentBytes;
}

}  // namespace

size_t LayerPacker::RoomBytes() const {
  size_t bytes = 0;
  for (const LayerSpec& spec : layers_) {
    const auto add = [&]<class Layer>(const Layer&) {
      if (const Layer* layer = spec.Find<Layer>(model_)) bytes += RoomOf(*layer, precision_);
    };
    std::visit(add, spec.sizes);
  }
  return bytes;
}

Activation LayerPacker::ActivationOf(std::string_view name) const {
  const std::string_view activation = layers_[name].activation;
  if (activation == "Relu") return Activation::kRelu;
  if (activation == "Sigmoid") return Activation::kSigmoid;
  if (activation == "Tanh") return Activation::kTanh;
  assert(activation.empty());
  return Activation::kNone;
}

PackedConv LayerPacker::Conv(std::string_view name) const {
  return {WeightsOf<ConvLayer>(name), layers_[name].bins, ActivationOf(name)};
}

CausalConv LayerPacker::Causal(std::string_view name) const { return {Conv(name), layout_, name}; }

TransposedFirConv LayerPacker::TransposedFir(std::string_view name) const {
  return {WeightsOf<ConvLayer>(name), layers_[name].bins, ActivationOf(name), layout_, name};
}

PackedLinear LayerPacker::Linear(std::string_view name) const {
  const auto& linear = WeightsOf<GroupedLinear>(name);
  return {PackMatrix(linear.groups, 1, linear.in / linear.groups, linear.out / linear.groups,
                     linear.weight, {}, precision_, room_),
          ActivationOf(name)};
}

PackedGruLayer LayerPacker::Gru(std::string_view name) const {
  const auto& gru = WeightsOf<dfn::Gru>(name);
  const StateEntry* entry = layout_.Find(name);
  assert(entry != nullptr && entry->size == gru.hidden);
  // The kernel reads and writes the state up to a multiple of kPanel, into the layout's padding.
  static_assert(kAlignmentFloats % kPanel == 0);
  return {PackGru(gru.in, gru.hidden, gru.weight_input, gru.weight_hidden, gru.bias_input,
                  gru.bias_hidden, precision_, room_),
          entry->offset};
}

PackedDots LayerPacker::Head(std::string_view name, size_t inputs) const {
  const auto& head = WeightsOf<ScalarHead>(name);
  std::vector<float> weights = head.weight;
  weights.resize(inputs);
  return PackDots(1, 1, inputs, 1, weights, {&head.bias, 1});
}

}  // namespace dfn
