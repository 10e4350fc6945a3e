#include "convert/graph/constants.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "base/finite.h"
#include "base/printable.h"
#include "convert/graph/fold_ops.h"

namespace dfn {
namespace {

// Bounds on what one constant may take; a GRU's weights take 8 nodes, PyTorch's Pad amounts 12.
constexpr size_t kMaxNodes = 256;
constexpr size_t kMaxDepth = 32;
// Elements that may be computed: so many without a tensor (initial states of zeros), and for each
// element that is read from a tensor so many more. What a small file can ask for stays small.
constexpr size_t kFreeElements = size_t{1} << 20;
constexpr size_t kComputedPerRead = 16;
// Elements that may be read, as one tensor may be read several times.
constexpr size_t kMaxRead = 4 * kMostFoldedElements;
constexpr size_t kMaxInts = 64;  // elements of a vector of whole numbers; Pad amounts are 8

using Dims = std::vector<int64_t>;
using Folded = std::optional<FoldedTensor>;

constexpr std::array<std::string_view, 22> kFolded = {
    "Abs",    "Add",      "Cast",    "Concat", "ConstantOfShape", "Div",      "Expand", "Flatten",
    "Gather", "Identity", "Mul",     "Neg",    "Reciprocal",      "Reshape",  "Shape",  "Slice",
    "Split",  "Sqrt",     "Squeeze", "Sub",    "Transpose",       "Unsqueeze"};

bool IsFolded(const FlowNode& node) {
  return (node.node->domain.empty() || node.node->domain == "ai.onnx") &&
         std::find(kFolded.begin(), kFolded.end(), node.node->op_type) != kFolded.end();
}

// Whether only constants go into a value. Every visit is paid from one budget.
bool IsMadeOfConstants(const DataFlow& flow, ValueId value, size_t& visits, size_t depth) {
  if (value == kNoValue || depth > kMaxDepth || ++visits > kMaxNodes) return false;
  if (flow.initializer(value) != nullptr) return true;
  const FlowNode* node = flow.producer(value);
  if (node == nullptr) return false;
  if (node->Is("Constant")) return true;
  if (!IsFolded(*node) || node->input(0) == kNoValue) return false;
  return std::all_of(node->inputs.begin(), node->inputs.end(), [&](ValueId input) {
    return input == kNoValue || IsMadeOfConstants(flow, input, visits, depth + 1);
  });
}

Folded FromTensor(const onnx::Tensor& tensor) {
  if (!Elements(tensor.dims)) return std::nullopt;
  if (auto floats = onnx::ToFloats(tensor); floats.ok()) {
    return FoldedTensor{.dims = tensor.dims, .values = std::move(floats).value()};
  }
  auto ints = onnx::ToInts(tensor);
  if (!ints.ok()) return std::nullopt;
  return FoldedTensor{.dims = tensor.dims, .values = std::move(ints).value()};
}

Folded FromConstant(const onnx::Node& node) {
  const auto scalar = [](auto value) {
    return FoldedTensor{.dims = {}, .values = std::vector{value}};
  };
  const auto list = [](const auto& values) {
    return FoldedTensor{.dims = {static_cast<int64_t>(values.size())}, .values = values};
  };
  for (const onnx::Attribute& attribute : node.attributes) {
    if (const auto* t = std::get_if<onnx::Tensor>(&attribute.value)) return FromTensor(*t);
    if (const auto* f = std::get_if<float>(&attribute.value)) return scalar(*f);
    if (const auto* i = std::get_if<int64_t>(&attribute.value)) return scalar(*i);
    if (const auto* f = std::get_if<std::vector<float>>(&attribute.value)) return list(*f);
    if (const auto* i = std::get_if<Dims>(&attribute.value)) return list(*i);
  }
  return std::nullopt;
}

// Computes a tensor from constants. Every visit and every element is paid from one budget, so a
// graph built to be expensive gets no further than a plain one.
class Folder {
 public:
  // `most`: elements of any one tensor.
  Folder(const DataFlow& flow, size_t most) : flow_(flow), most_(most) {}

  // What went wrong: the operator that does not fit, and the tensor that it was to take.
  struct Misfit {
    std::string op_type;
    Dims dims;
  };
  const std::optional<Misfit>& misfit() const { return misfit_; }

  Folded Evaluate(ValueId value, size_t depth = 0) {
    if (value == kNoValue || depth > kMaxDepth || ++visits_ > kMaxNodes) return std::nullopt;
    if (const onnx::Tensor* tensor = flow_.initializer(value)) {
      return tensor->elements > most_ ? std::nullopt : Read(FromTensor(*tensor));
    }
    const FlowNode* node = flow_.producer(value);
    if (node == nullptr) return std::nullopt;
    if (node->Is("Constant")) return Read(FromConstant(*node->node));
    if (!IsFolded(*node)) return std::nullopt;
    auto first = Evaluate(node->input(0), depth + 1);
    if (!first) return std::nullopt;
    const Dims dims = first->dims;
    Folded result = Apply(*node, value, std::move(*first), depth + 1);
    if (result && result->size() <= Most()) {
      computed_ += result->size();
      return result;
    }
    if (!misfit_) misfit_ = {node->node->op_type, dims};
    return std::nullopt;
  }

 private:
  // Counts the elements of a tensor of the file.
  Folded Read(Folded tensor) {
    if (!tensor || tensor->size() > most_ || tensor->size() > kMaxRead - read_) return {};
    read_ += tensor->size();
    return tensor;
  }

  // The most elements that a step may compute.
  size_t Most() const {
    return std::min(most_, kFreeElements + kComputedPerRead * read_ - computed_);
  }

  // Whole numbers from an input, or from the attribute of that name as older opsets have it;
  // `otherwise` where there is neither.
  std::optional<Dims> Ints(const FlowNode& node, size_t input, const char* attribute, size_t depth,
                           Dims otherwise = {}) {
    if (node.input(input) == kNoValue) return node.node->Ints(attribute, std::move(otherwise));
    const auto tensor = Evaluate(node.input(input), depth);
    if (!tensor || tensor->ints() == nullptr || tensor->size() > kMaxInts) return std::nullopt;
    return *tensor->ints();
  }

  Folded Apply(const FlowNode& node, ValueId value, FoldedTensor first, size_t depth) {
    const onnx::Node& n = *node.node;
    if (node.Is("Identity")) return first;
    if (node.Is("Cast")) return CastTo(std::move(first), n.Int("to", 0));
    if (node.Is("Transpose")) return Transposed(first, n.Ints("perm", {}));
    if (node.Is("Flatten")) return Flattened(std::move(first), n.Int("axis", 1));
    if (node.Is("Shape")) return ShapeOf(first, n);
    if (node.Is("Slice")) return Slice(std::move(first), node, depth);
    if (node.Is("Split")) return Split(first, node, value, depth);
    if (node.Is("Concat")) return Concat(std::move(first), node, depth);
    if (node.Is("ConstantOfShape")) return Filled(first, n);
    if (node.Is("Reshape") || node.Is("Expand")) {
      const auto shape = Ints(node, 1, "shape", depth);
      if (!shape) return std::nullopt;
      if (node.Is("Expand")) return Expanded(first, *shape, Most());
      return Reshaped(std::move(first), *shape, n.Int("allowzero", 0) != 0);
    }
    if (node.Is("Squeeze") || node.Is("Unsqueeze")) {
      auto axes = Ints(node, 1, "axes", depth);
      if (!axes) return std::nullopt;
      return node.Is("Squeeze") ? Squeezed(std::move(first), std::move(*axes))
                                : Unsqueezed(std::move(first), std::move(*axes));
    }
    if (node.inputs.size() == 1) return Mapped(n.op_type, std::move(first));
    const auto second = Evaluate(node.input(1), depth);
    if (!second) return std::nullopt;
    if (node.Is("Gather")) return Gathered(first, n.Int("axis", 0), *second, Most());
    return Combined(n.op_type, first, *second, Most());
  }

  static Folded CastTo(FoldedTensor tensor, int64_t type) {
    switch (static_cast<onnx::DataType>(type)) {
      case onnx::DataType::kFloat:
      case onnx::DataType::kDouble:
      case onnx::DataType::kFloat16:
      case onnx::DataType::kBfloat16:
        return Cast(std::move(tensor), true);
      case onnx::DataType::kInt32:
      case onnx::DataType::kInt64:
        return Cast(std::move(tensor), false);
      default:
        return std::nullopt;
    }
  }

  static Folded ShapeOf(const FoldedTensor& tensor, const onnx::Node& node) {
    const auto rank = static_cast<int64_t>(tensor.dims.size());
    const auto place = [&](const char* name, int64_t otherwise) {
      const int64_t at = node.Int(name, otherwise);
      return std::clamp<int64_t>(at < 0 && at >= -rank ? at + rank : at, 0, rank);
    };
    const int64_t start = place("start", 0);
    const int64_t end = std::max(start, place("end", rank));
    Dims dims(tensor.dims.begin() + start, tensor.dims.begin() + end);
    return FoldedTensor{.dims = {end - start}, .values = std::move(dims)};
  }

  // Keeps the elements at some places of an axis.
  Folded Along(const FoldedTensor& tensor, int64_t axis, Dims places) const {
    FoldedTensor indices{.dims = {static_cast<int64_t>(places.size())}};
    indices.values = std::move(places);
    return Gathered(tensor, axis, indices, Most());
  }

  Folded Slice(FoldedTensor tensor, const FlowNode& node, size_t depth) {
    const auto starts = Ints(node, 1, "starts", depth);
    const auto ends = Ints(node, 2, "ends", depth);
    if (!starts || !ends || starts->size() != ends->size()) return std::nullopt;
    Dims all;
    for (size_t i = 0; i < starts->size(); ++i) all.push_back(static_cast<int64_t>(i));
    const auto axes = Ints(node, 3, "axes", depth, all);
    const auto steps = Ints(node, 4, "steps", depth, Dims(starts->size(), 1));
    if (!axes || !steps || axes->size() != all.size() || steps->size() != all.size()) return {};
    const auto rank = static_cast<int64_t>(tensor.dims.size());
    for (size_t i = 0; i < all.size(); ++i) {
      const int64_t axis = (*axes)[i] < 0 ? (*axes)[i] + rank : (*axes)[i];
      if (axis < 0 || axis >= rank) return std::nullopt;
      auto places = SlicedIndices(tensor.dims[static_cast<size_t>(axis)], (*starts)[i], (*ends)[i],
                                  (*steps)[i]);
      Folded part = places ? Along(tensor, axis, std::move(*places)) : std::nullopt;
      if (!part) return std::nullopt;
      tensor = std::move(*part);
    }
    return tensor;
  }

  // The part of a tensor that the output `value` takes. Without sizes all parts are equal, but for
  // a smaller last one.
  Folded Split(const FoldedTensor& tensor, const FlowNode& node, ValueId value, size_t depth) {
    int64_t axis = node.node->Int("axis", 0);
    if (axis < 0) axis += static_cast<int64_t>(tensor.dims.size());
    if (axis < 0 || axis >= static_cast<int64_t>(tensor.dims.size())) return std::nullopt;
    const int64_t length = tensor.dims[static_cast<size_t>(axis)];
    const auto outputs = static_cast<int64_t>(node.outputs.size());
    auto sizes =
        Ints(node, 1, "split", depth, Dims(node.outputs.size(), (length + outputs - 1) / outputs));
    if (!sizes || sizes->size() != node.outputs.size()) return std::nullopt;
    int64_t start = 0;
    for (size_t i = 0; i < sizes->size(); ++i) {
      const int64_t size = std::min((*sizes)[i], length - start);
      if (size < 0) return std::nullopt;
      if (node.outputs[i] != value) {
        start += size;
        continue;
      }
      auto places = SlicedIndices(length, start, start + size, 1);
      return places ? Along(tensor, axis, std::move(*places)) : std::nullopt;
    }
    return std::nullopt;
  }

  Folded Concat(FoldedTensor first, const FlowNode& node, size_t depth) {
    std::vector<FoldedTensor> parts;
    parts.push_back(std::move(first));
    for (size_t i = 1; i < node.inputs.size(); ++i) {
      auto part = Evaluate(node.inputs[i], depth);
      if (!part) return std::nullopt;
      parts.push_back(std::move(*part));
    }
    return Concatenated(parts, node.node->Int("axis", 0), Most());
  }

  Folded Filled(const FoldedTensor& shape, const onnx::Node& node) const {
    FoldedTensor fill{.dims = {}, .values = std::vector<float>{0.0f}};
    if (const onnx::Attribute* attribute = node.Find("value")) {
      const auto* tensor = std::get_if<onnx::Tensor>(&attribute->value);
      auto value = tensor == nullptr ? std::nullopt : FromTensor(*tensor);
      if (!value || value->size() != 1) return std::nullopt;
      fill.values = std::move(value->values);
    }
    if (shape.ints() == nullptr) return std::nullopt;
    const auto elements = Elements(*shape.ints());
    return elements ? Expanded(fill, *shape.ints(), Most()) : std::nullopt;
  }

  const DataFlow& flow_;
  const size_t most_;
  size_t visits_ = 0;
  size_t read_ = 0;      // elements
  size_t computed_ = 0;  // elements
  std::optional<Misfit> misfit_;
};

// The name of the first tensor that goes into a constant.
const std::string& TensorName(const DataFlow& flow, ValueId value) {
  // Ends, as the graph has no cycle.
  for (const FlowNode* node = flow.producer(value); node != nullptr && node->input(0) != kNoValue;
       node = flow.producer(value)) {
    value = node->input(0);
  }
  return flow.name(value);
}

Error NotReadable(const DataFlow& flow, ValueId value, const std::string& why) {
  return {ErrorCode::kUnsupported,
          flow.file() + ": tensor " + Quoted(flow.name(value)) + " " + why};
}

}  // namespace

bool IsConstant(const DataFlow& flow, ValueId value) {
  size_t visits = 0;
  return IsMadeOfConstants(flow, value, visits, 0);
}

Result<FloatConstant> ReadFloats(const DataFlow& flow, ValueId value) {
  if (!IsConstant(flow, value)) {
    return NotReadable(flow, value, "is computed, expected a constant");
  }
  Folder folder(flow, kMostFoldedElements);
  auto tensor = folder.Evaluate(value);
  const std::string& name = TensorName(flow, value);
  if (!tensor && folder.misfit()) {
    return Error{ErrorCode::kCorrupt, flow.file() + ": tensor " + Quoted(name) + " has shape " +
                                          onnx::ShapeText(folder.misfit()->dims) +
                                          ", which does not fit the " + folder.misfit()->op_type +
                                          " that follows"};
  }
  if (!tensor) return NotReadable(flow, value, "is a constant of a kind that is not supported");
  auto* values = std::get_if<std::vector<float>>(&tensor->values);
  if (values == nullptr) {
    return Error{ErrorCode::kUnsupported,
                 flow.file() + ": tensor " + Quoted(name) + " is not of a floating-point type"};
  }
  const size_t odd = FirstNotFinite(*values);
  if (odd == values->size()) {
    return FloatConstant{
        .name = name, .dims = std::move(tensor->dims), .values = std::move(*values)};
  }
  return Error{ErrorCode::kCorrupt,
               flow.file() + ": tensor " + Quoted(name) + " holds a value that is not finite, at " +
                   std::to_string(odd) + " of " + std::to_string(values->size())};
}

Result<std::vector<int64_t>> ReadInts(const DataFlow& flow, ValueId value) {
  const auto tensor = Folder(flow, kMaxInts).Evaluate(value);
  if (!tensor || tensor->ints() == nullptr) {
    return NotReadable(flow, value, "is computed, expected constant whole numbers");
  }
  return *tensor->ints();
}

}  // namespace dfn
