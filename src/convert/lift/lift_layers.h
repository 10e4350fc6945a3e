// Lifts single layers out of a graph, walking back from the value they make.
#ifndef DEEPFILTER_CONVERT_LIFT_LIFT_LAYERS_H_
#define DEEPFILTER_CONVERT_LIFT_LIFT_LAYERS_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "convert/graph/constants.h"
#include "convert/graph/data_flow.h"
#include "model/layers.h"
#include "model/model.h"
#include "model/weights.h"

namespace dfn {

// A layer's name in messages, and the keys of config.ini that its sizes come from.
struct LayerName {
  std::string layer;  // "enc.erb_conv1.dw"
  std::string keys;   // "conv_ch = 64, conv_kernel = 1,3"
};

// How a value's axes may change between the layer that makes it and the one that takes it.
enum class Axes {
  kMap,          // [C, T, F] throughout
  kVector,       // vectors throughout: the innermost axis stays
  kMapToVector,  // [C, T, F] -> [T, F, C], flattened to vectors with channels innermost
  kVectorToMap,  // the way back
};

// Lifts the layers of a model out of one graph. Names, sizes and activations come from the table of
// layers; nodes and every tensor are checked against it. Errors: kMismatch (nodes or shapes are not
// what the config asks for), kUnsupported (an attribute that no DeepFilterNet has), kCorrupt (NaN,
// infinity); the sentence names file, tensor, found, expected and the keys.
class LayerLifter {
 public:
  // All three must outlive the lifter. `layers` is the table of model.config.
  LayerLifter(const DataFlow& flow, const LayerTable& layers, Model& model)
      : flow_(flow), layers_(layers), model_(model) {}

  const DataFlow& flow() const { return flow_; }
  const LayerTable& layers() const { return layers_; }
  const Config& config() const { return model_.config; }
  // Graph inputs that carry state, each once, in the order met: what GRUs start from, and the
  // frames in front of convolutions' inputs.
  const std::vector<ValueId>& state_inputs() const { return state_inputs_; }

  // Lifts the layer of that name into the model. Takes the value that the layer makes (or views of
  // it) and returns what the layer takes (a view of it at most). How it may look in the graph:
  //   - Convolution, 1x1 convolution or none, activation; groups as the weights have them. The time
  //     padding is a Pad node, the convolution's own attribute, or a state: frames of a graph input that Concat puts
  //     in front.
  //   - Grouped linear layer as Einsum or MatMul, then the activation if there is one.
  //   - GRU. Its initial state must be zero or a graph input.
  //   - sigmoid(weight . x + bias), as MatMul and Add or as Gemm.
  Result<ValueId> Lift(std::string_view layer, ValueId value, Axes axes);

  // The name for messages about a layer of the table.
  LayerName Name(std::string_view layer) const {
    return {std::string(layer), layers_[layer].config_keys};
  }

  // The node of that operator which makes `value`.
  Result<const FlowNode*> Expect(ValueId value, std::string_view op_type, Axes axes,
                                 const LayerName& name) const;

  // The two values that an Add or Concat takes.
  Result<std::pair<ValueId, ValueId>> Operands(const FlowNode& node, const LayerName& name) const;

  // Whether a node is a grouped linear layer, and the value it takes.
  bool IsLinear(const FlowNode* node) const { return LinearInput(node) != kNoValue; }
  ValueId LinearInput(const FlowNode* node) const;
  // The value that a convolution takes, in front of its padding or history.
  ValueId BeforePadding(ValueId value) const;

  Error Fail(ErrorCode code, const LayerName& name, const std::string& sentence) const;

 private:
  struct Padding;
  // Each fills in a layer whose sizes are there already, and returns what the layer takes.
  Result<ValueId> LiftLayer(const LayerSpec& spec, ValueId value, Axes axes, ConvLayer& layer);
  Result<ValueId> LiftLayer(const LayerSpec& spec, ValueId value, Axes axes, GroupedLinear& layer);
  Result<ValueId> LiftLayer(const LayerSpec& spec, ValueId value, Axes axes, Gru& layer);
  Result<ValueId> LiftLayer(const LayerSpec& spec, ValueId value, Axes axes, ScalarHead& layer);
  Result<ValueId> LiftConvNode(const FlowNode& node, const LayerName& name, Conv& conv);
  bool IsHistory(const FlowNode* node) const;
  bool IsSeparable(ValueId value) const;
  void AddStateInput(ValueId input);
  Result<Padding> ReadPadding(ValueId* value, const LayerName& name) const;
  Status CheckConvAttributes(const FlowNode& node, const Conv& wanted, const Padding& padding,
                             const std::string& tensor, const LayerName& name) const;
  Result<std::vector<float>> ReadTensor(ValueId value, const std::vector<int64_t>& dims,
                                        const LayerName& name) const;
  Result<std::vector<float>> Checked(FloatConstant constant, const std::vector<int64_t>& dims,
                                     const LayerName& name) const;
  Status CheckGruAttributes(const FlowNode& node, const LayerName& name) const;
  Status CheckInitialState(ValueId value, const LayerName& name);

  const DataFlow& flow_;
  const LayerTable& layers_;
  Model& model_;
  std::vector<ValueId> state_inputs_;
};

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_LIFT_LIFT_LAYERS_H_
