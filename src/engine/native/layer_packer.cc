#include "engine/native/layer_packer.h"

#include <cassert>

namespace dfn {

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
                     linear.weight, {}, precision_),
          ActivationOf(name)};
}

PackedGruLayer LayerPacker::Gru(std::string_view name) const {
  const auto& gru = WeightsOf<dfn::Gru>(name);
  const StateEntry* entry = layout_.Find(name);
  assert(entry != nullptr && entry->size == gru.hidden);
  // The kernel reads and writes the state up to a multiple of kPanel, into the layout's padding.
  static_assert(kAlignmentFloats % kPanel == 0);
  return {PackGru(gru.in, gru.hidden, gru.weight_input, gru.weight_hidden, gru.bias_input,
                  gru.bias_hidden, precision_),
          entry->offset};
}

PackedDots LayerPacker::Head(std::string_view name, size_t inputs) const {
  const auto& head = WeightsOf<ScalarHead>(name);
  std::vector<float> weights = head.weight;
  weights.resize(inputs);
  return PackDots(1, 1, inputs, 1, weights, {&head.bias, 1});
}

}  // namespace dfn
