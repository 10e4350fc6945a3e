#include "convert/graph/graph_builder.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "base/half.h"

namespace dfn {
namespace {

constexpr char kProducer[] = "deepfilter";
// Lists up to this length are named after their values.
constexpr size_t kMostNamedInts = 8;

// The IR version that came with an opset (ONNX's table of releases): older runtimes refuse newer
// ones.
int64_t IrVersion(int64_t opset) {
  if (opset < 15) return 7;
  if (opset < 19) return 8;
  if (opset < 21) return 9;
  return 10;
}

uint32_t Bits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

// The nearest float16, ties to even; nothing for values that are or would become infinite, or NaN.
std::optional<uint16_t> ToHalf(float value) {
  if (!(std::fabs(value) < 65520.0f)) return std::nullopt;
  return HalfFromFloat(value);
}

std::vector<int64_t> Signed(const std::vector<size_t>& dims) { return {dims.begin(), dims.end()}; }

onnx::ValueInfo Declaration(const std::string& name, const Dims& dims) {
  onnx::ValueInfo info{.name = name, .type = onnx::DataType::kFloat, .dims = {}, .dim_names = {}};
  for (const Dim& dim : dims) {
    info.dims.push_back(dim.size);
    info.dim_names.push_back(dim.name);
  }
  return info;
}

}  // namespace

GraphBuilder::GraphBuilder(std::string name, int64_t opset, bool fp16_weights)
    : fp16_weights_(fp16_weights) {
  graph_.name = std::move(name);
  graph_.opset = opset;
  graph_.ir_version = IrVersion(opset);
  graph_.producer = kProducer;
}

std::string GraphBuilder::Unique(const std::string& name) {
  std::string unique = name;
  for (size_t i = 1; !names_.insert(unique).second; ++i) unique = name + "_" + std::to_string(i);
  return unique;
}

Value GraphBuilder::Input(const std::string& name, const Dims& dims) {
  names_.insert(name);
  graph_.inputs.push_back(Declaration(name, dims));
  return name;
}

void GraphBuilder::Output(const Value& value, const std::string& name, const Dims& dims) {
  Value source = value;
  // A value can bear one output's name, and an input has its own; another output is a copy.
  if (renamed_.contains(value) || !computed_.contains(value))
    source = Add("Identity", name + "/copy", {value});
  names_.insert(name);
  renamed_[source] = name;
  graph_.outputs.push_back(Declaration(name, dims));
}

std::vector<Value> GraphBuilder::AddMany(size_t outputs, const std::string& op_type,
                                         const std::string& name, std::vector<Value> inputs,
                                         std::vector<onnx::Attribute> attributes) {
  onnx::Node node{.name = Unique(prefix_ + name),
                  .op_type = op_type,
                  .domain = {},
                  .inputs = std::move(inputs),
                  .outputs = {},
                  .attributes = std::move(attributes)};
  node.outputs.push_back(node.name);
  for (size_t i = 1; i < outputs; ++i) {
    node.outputs.push_back(Unique(node.name + ":" + std::to_string(i)));
  }
  computed_.insert(node.outputs.begin(), node.outputs.end());
  graph_.nodes.push_back(node);
  return node.outputs;
}

Value GraphBuilder::Add(const std::string& op_type, const std::string& name,
                        std::vector<Value> inputs, std::vector<onnx::Attribute> attributes) {
  return AddMany(1, op_type, name, std::move(inputs), std::move(attributes)).front();
}

void GraphBuilder::AddFloats(const std::string& name, std::vector<size_t> dims,
                             std::vector<float> values) {
  onnx::Tensor tensor;
  tensor.name = name;
  tensor.type = onnx::DataType::kFloat;
  tensor.dims = Signed(dims);
  tensor.elements = values.size();
  tensor.floats = std::move(values);
  graph_.initializers.push_back(std::move(tensor));
}

Value GraphBuilder::Weight(const std::string& name, std::vector<size_t> dims,
                           std::vector<float> values) {
  const std::string unique = Unique(prefix_ + name);
  if (!fp16_weights_) {
    AddFloats(unique, std::move(dims), std::move(values));
    return unique;
  }
  onnx::Tensor tensor;
  tensor.name = unique;
  tensor.type = onnx::DataType::kFloat16;
  tensor.dims = Signed(dims);
  tensor.elements = values.size();
  tensor.ints.reserve(values.size());
  for (float value : values) {
    const std::optional<uint16_t> half = ToHalf(value);
    if (!half && !error_) {
      error_ =
          Error{ErrorCode::kUnsupported, "the weight \"" + unique + "\" holds " +
                                             std::to_string(value) + ", but float16 ends at 65504"};
    }
    tensor.ints.push_back(half.value_or(0));
  }
  graph_.initializers.push_back(std::move(tensor));
  return Add("Cast", name + "/float", {unique},
             {{"to", static_cast<int64_t>(onnx::DataType::kFloat)}});
}

Value GraphBuilder::Constant(const std::string& name, std::vector<size_t> dims,
                             std::vector<float> values) {
  const std::string unique = Unique(prefix_ + name);
  AddFloats(unique, std::move(dims), std::move(values));
  return unique;
}

Value GraphBuilder::Number(float value) {
  const auto known = numbers_.find(Bits(value));
  if (known != numbers_.end()) return known->second;
  const std::string name = Unique("number/" + std::to_string(numbers_.size()));
  AddFloats(name, {1}, {value});
  return numbers_[Bits(value)] = name;
}

Value GraphBuilder::Ints(const std::vector<int64_t>& values) {
  const auto known = ints_.find(values);
  if (known != ints_.end()) return known->second;
  std::string name = "ints";
  if (values.size() > kMostNamedInts) {
    name += "/table";
  } else {
    for (int64_t value : values) {
      // "end" is easier to read than the number that means the end.
      constexpr int64_t kEnd = std::numeric_limits<int64_t>::max();
      name += "/" + (value == kEnd    ? std::string("end")
                     : value == -kEnd ? std::string("-end")
                                      : std::to_string(value));
    }
  }
  onnx::Tensor tensor;
  tensor.name = Unique(name);
  tensor.type = onnx::DataType::kInt64;
  tensor.dims = {static_cast<int64_t>(values.size())};
  tensor.elements = values.size();
  tensor.ints = values;
  graph_.initializers.push_back(std::move(tensor));
  return ints_[values] = graph_.initializers.back().name;
}

Value GraphBuilder::Concat(const std::string& name, std::vector<Value> values, int64_t axis) {
  return Add("Concat", name, std::move(values), {{"axis", axis}});
}

Value GraphBuilder::Slice(const std::string& name, const Value& value, int64_t axis, int64_t from,
                          int64_t to) {
  return Add("Slice", name, {value, Ints({from}), Ints({to}), Ints({axis})});
}

Value GraphBuilder::Last(const std::string& name, const Value& value, int64_t axis, int64_t count) {
  return Slice(name, value, axis, -count, std::numeric_limits<int64_t>::max());
}

Value GraphBuilder::Reversed(const std::string& name, const Value& value, int64_t axis) {
  // An end before the first entry, whatever the length.
  constexpr int64_t kBeforeAll = -std::numeric_limits<int64_t>::max();
  return Add("Slice", name, {value, Ints({-1}), Ints({kBeforeAll}), Ints({axis}), Ints({-1})});
}

Value GraphBuilder::Reshape(const std::string& name, const Value& value,
                            const std::vector<int64_t>& shape) {
  return Add("Reshape", name, {value, Ints(shape)});
}

Value GraphBuilder::Transpose(const std::string& name, const Value& value,
                              std::vector<int64_t> permutation) {
  return Add("Transpose", name, {value}, {{"perm", std::move(permutation)}});
}

void GraphBuilder::AddMetadata(const std::string& key, const std::string& value) {
  graph_.metadata.emplace_back(key, value);
}

Result<onnx::Graph> GraphBuilder::Finish() && {
  if (error_) return *error_;
  const auto rename = [this](Value& value) {
    const auto found = renamed_.find(value);
    if (found != renamed_.end()) value = found->second;
  };
  for (onnx::Node& node : graph_.nodes) {
    for (Value& input : node.inputs) rename(input);
    for (Value& output : node.outputs) rename(output);
  }
  return std::move(graph_);
}

}  // namespace dfn
