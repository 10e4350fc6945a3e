// Lifts single layers out of a graph, walking back from the value they make.
#ifndef DEEPFILTER_CONVERT_LIFT_LIFT_LAYERS_H_
#define DEEPFILTER_CONVERT_LIFT_LIFT_LAYERS_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "convert/graph/data_flow.h"
#include "model/weights.h"

namespace dfn {

// A layer under the name messages give it, and the keys of config.ini that its sizes come from.
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

template <class Layer>
struct Lifted {
  Layer layer;
  ValueId input = kNoValue;  // what the layer takes; a view of it at most
};

// Each function takes the value that a layer makes (or views of it), checks the nodes that make it
// and every tensor against `wanted` (sizes alone, see Architecture), and returns the layer with its
// weights. Errors: kMismatch (nodes or shapes are not what the config asks for), kUnsupported (an
// attribute that no DeepFilterNet has), kCorrupt (NaN, infinity); the sentence names file, tensor,
// found, expected and the keys.
class LayerLifter {
 public:
  // `flow` must outlive the lifter.
  explicit LayerLifter(const DataFlow& flow) : flow_(flow) {}

  const DataFlow& flow() const { return flow_; }
  // Graph inputs that carry state, each once, in the order met: what GRUs start from, and the
  // frames in front of convolutions' inputs.
  const std::vector<ValueId>& state_inputs() const { return state_inputs_; }

  // The node of that operator which makes `value`.
  Result<const FlowNode*> Expect(ValueId value, std::string_view op_type, Axes axes,
                                 const LayerName& name) const;

  // Convolution, 1x1 convolution when `wanted` is separable, activation (Relu, Sigmoid). The time
  // padding may be a Pad node, in the convolution's own attribute, or a state: frames of a graph
  // input that Concat puts in front.
  Result<Lifted<ConvLayer>> LiftConv(ValueId value, Axes axes, std::string_view activation,
                                     const ConvLayer& wanted, const LayerName& name);

  // Grouped linear, as Einsum or MatMul, then the activation unless its name is empty.
  Result<Lifted<GroupedLinear>> LiftLinear(ValueId value, Axes axes, std::string_view activation,
                                           const GroupedLinear& wanted,
                                           const LayerName& name) const;

  // One GRU. Its initial state must be zero or a graph input.
  Result<Lifted<Gru>> LiftGru(ValueId value, Axes axes, const Gru& wanted, const LayerName& name);

  // sigmoid(weight . x + bias), as MatMul and Add or as Gemm.
  Result<Lifted<ScalarHead>> LiftHead(ValueId value, size_t width, const LayerName& name) const;

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
  Result<Conv> LiftConvNode(const FlowNode& node, const Conv& wanted, const LayerName& name,
                            ValueId* input);
  bool IsHistory(const FlowNode* node) const;
  void AddStateInput(ValueId input);
  Result<Padding> ReadPadding(ValueId* value, const LayerName& name) const;
  Status CheckConvAttributes(const FlowNode& node, const Conv& wanted, const Padding& padding,
                             const std::string& tensor, const LayerName& name) const;
  Result<std::vector<float>> ReadTensor(ValueId value, const std::vector<int64_t>& dims,
                                        const LayerName& name, std::string* tensor = nullptr) const;
  Status CheckGruAttributes(const FlowNode& node, const LayerName& name) const;
  Status CheckInitialState(ValueId value, const LayerName& name);

  const DataFlow& flow_;
  std::vector<ValueId> state_inputs_;
};

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_LIFT_LIFT_LAYERS_H_
