// Builds an ONNX graph node by node, with names, shared constants, declared inputs and outputs.
#ifndef DEEPFILTER_CONVERT_GRAPH_GRAPH_BUILDER_H_
#define DEEPFILTER_CONVERT_GRAPH_GRAPH_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "formats/onnx/graph.h"

namespace dfn {

// A tensor that nodes take or give, by its name in the graph.
using Value = std::string;

// One dimension of a declared input or output: a number, or the name of a dimension that each call
// chooses.
struct Dim {
  Dim(size_t fixed) : size(static_cast<int64_t>(fixed)) {}
  Dim(const char* symbol) : size(-1), name(symbol) {}
  int64_t size;
  std::string name;
};
using Dims = std::vector<Dim>;

// The operators are ONNX's; the ones in use have the same form in opsets 14 to 21. Names of nodes
// and values are path-like, unique, and the same for the same calls. Equal constants are stored
// once. Not thread-safe.
class GraphBuilder {
 public:
  // Weights are stored as float16 and cast back where they are used if `fp16_weights`.
  GraphBuilder(std::string name, int64_t opset, bool fp16_weights);

  // Sets the prefix of the names of all nodes, values and weights from now on: "part/", or empty.
  void SetPrefix(std::string prefix) { prefix_ = std::move(prefix); }

  // Declares a graph input; values may refer to it by name before that.
  Value Input(const std::string& name, const Dims& dims);
  // Declares `value` as the graph output `name`, which must not be in use.
  void Output(const Value& value, const std::string& name, const Dims& dims);

  // A node of any operator with one output, named after `name`.
  Value Add(const std::string& op_type, const std::string& name, std::vector<Value> inputs,
            std::vector<onnx::Attribute> attributes = {});
  // The same with several outputs.
  std::vector<Value> AddMany(size_t outputs, const std::string& op_type, const std::string& name,
                             std::vector<Value> inputs,
                             std::vector<onnx::Attribute> attributes = {});

  // A weight: its own tensor called `name`, in float16 if the builder was made with fp16_weights.
  Value Weight(const std::string& name, std::vector<size_t> dims, std::vector<float> values);
  // A constant that is never rounded to float16.
  Value Constant(const std::string& name, std::vector<size_t> dims, std::vector<float> values);
  // A scalar, [1].
  Value Number(float value);
  // A list of integers, [N].
  Value Ints(const std::vector<int64_t>& values);

  Value Concat(const std::string& name, std::vector<Value> values, int64_t axis);
  // values[.., from : to, ..] along one axis; negative indices count from the end.
  Value Slice(const std::string& name, const Value& value, int64_t axis, int64_t from, int64_t to);
  // The last `count` entries along one axis.
  Value Last(const std::string& name, const Value& value, int64_t axis, int64_t count);
  // All entries along one axis, last first.
  Value Reversed(const std::string& name, const Value& value, int64_t axis);
  // 0 keeps a dimension, -1 takes the rest.
  Value Reshape(const std::string& name, const Value& value, const std::vector<int64_t>& shape);
  Value Transpose(const std::string& name, const Value& value, std::vector<int64_t> permutation);

  void AddMetadata(const std::string& key, const std::string& value);

  // The graph. Call it once. Errors: kUnsupported (a weight that float16 cannot hold).
  Result<onnx::Graph> Finish() &&;

 private:
  std::string Unique(const std::string& name);
  void AddFloats(const std::string& name, std::vector<size_t> dims, std::vector<float> values);

  onnx::Graph graph_;
  bool fp16_weights_;
  std::string prefix_;
  std::set<std::string> names_;
  std::set<Value> computed_;  // by nodes
  std::map<std::vector<int64_t>, Value> ints_;
  std::map<uint32_t, Value> numbers_;  // by bits
  std::map<Value, Value> renamed_;     // values that became outputs
  std::optional<Error> error_;         // the first weight that could not be stored
};

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_GRAPH_GRAPH_BUILDER_H_
