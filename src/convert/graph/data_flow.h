// A graph as data flow: which node makes which value, whatever the order and names of nodes.
#ifndef DEEPFILTER_CONVERT_GRAPH_DATA_FLOW_H_
#define DEEPFILTER_CONVERT_GRAPH_DATA_FLOW_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/onnx/graph.h"

namespace dfn {

// One value of a graph: an input, an initializer or an output of a node.
using ValueId = uint32_t;
inline constexpr ValueId kNoValue = UINT32_MAX;  // an optional input left out

struct FlowNode {
  const onnx::Node* node = nullptr;
  std::vector<ValueId> inputs;
  std::vector<ValueId> outputs;

  // Whether this is the standard operator of that name.
  bool Is(std::string_view op_type) const;
  ValueId input(size_t i) const { return i < inputs.size() ? inputs[i] : kNoValue; }
};

// Whether `node` is not null and is the standard operator of that name.
inline bool Is(const FlowNode* node, std::string_view op_type) {
  return node != nullptr && node->Is(op_type);
}

class DataFlow {
 public:
  // Resolves every name of the graph, which must outlive the result. `file` is its name
  // in messages. Errors: kCorrupt (a value made twice or by nothing, a cycle).
  static Result<DataFlow> Build(const onnx::Graph& graph, std::string file);

  const std::string& file() const { return file_; }
  const std::vector<ValueId>& inputs() const { return inputs_; }
  const std::vector<ValueId>& outputs() const { return outputs_; }
  // The input or output of that name, or kNoValue.
  ValueId input(const std::string& name) const { return Find(inputs_, name); }
  ValueId output(const std::string& name) const { return Find(outputs_, name); }
  // In the graph's order.
  const std::vector<FlowNode>& nodes() const { return nodes_; }
  // These functions accept kNoValue, which has an empty name and no producer.
  const std::string& name(ValueId value) const;
  bool is_input(ValueId value) const { return value != kNoValue && values_[value].input; }

  // The node that makes the value, or null.
  const FlowNode* producer(ValueId value) const;
  // The initializer that the value is, or null.
  const onnx::Tensor* initializer(ValueId value) const;

  // The value that `value` is only a view of: goes back over nodes that change nothing but the
  // shape (Reshape, Transpose, Squeeze, Unsqueeze, Flatten, Identity) or the precision (Cast to a
  // floating-point type). `transposes`, if not null, receives the permutations on the way, last
  // first.
  ValueId Root(ValueId value, std::vector<std::vector<int64_t>>* transposes = nullptr) const;
  // The node that makes the root of `value`, or null.
  const FlowNode* Maker(ValueId value) const { return producer(Root(value)); }

 private:
  struct Value {
    const std::string* name = nullptr;
    const onnx::Tensor* initializer = nullptr;
    uint32_t producer = UINT32_MAX;
    bool input = false;
    bool defined() const { return input || initializer != nullptr || producer != UINT32_MAX; }
  };
  class Builder;

  ValueId Find(const std::vector<ValueId>& among, const std::string& name) const;

  std::string file_;
  std::vector<Value> values_;
  std::vector<FlowNode> nodes_;
  std::vector<ValueId> inputs_;
  std::vector<ValueId> outputs_;
  std::string no_name_;  // of kNoValue
};

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_GRAPH_DATA_FLOW_H_
