#include "convert/graph/constants.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/checked.h"
#include "base/finite.h"
#include "base/printable.h"

namespace dfn {
namespace {

// Views between a tensor and its use, at most; exporters write one or two.
constexpr size_t kMaxViews = 16;
// Bounds on computing a vector of whole numbers; PyTorch's Pad amounts take 12 nodes and 8 values.
constexpr size_t kMaxFoldedNodes = 256;
constexpr size_t kMaxFoldedDepth = 32;
constexpr size_t kMaxFoldedElements = 64;

using Dims = std::vector<int64_t>;

bool IsView(const FlowNode& node) {
  return node.Is("Identity") || node.Is("Cast") || node.Is("Reshape") || node.Is("Squeeze") ||
         node.Is("Unsqueeze") || node.Is("Transpose");
}

std::optional<size_t> Elements(const Dims& dims) {
  size_t elements = 1;
  for (int64_t dim : dims) {
    const auto product = dim < 0 ? std::nullopt : CheckedMul(elements, static_cast<size_t>(dim));
    if (!product) return std::nullopt;
    elements = *product;
  }
  return elements;
}

// The target shape of a Reshape of `elements` values: 0 keeps a dimension, -1 takes the rest.
std::optional<Dims> ReshapedDims(const Dims& from, const Dims& target, size_t elements) {
  Dims dims = target;
  std::optional<size_t> open;
  size_t known = 1;
  for (size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] == -1 && !open) {
      open = i;
      continue;
    }
    if (dims[i] == 0 && i < from.size()) dims[i] = from[i];
    const auto product =
        dims[i] < 0 ? std::nullopt : CheckedMul(known, static_cast<size_t>(dims[i]));
    if (!product) return std::nullopt;
    known = *product;
  }
  if (open) {
    if (known == 0 || elements % known != 0) return std::nullopt;
    dims[*open] = static_cast<int64_t>(elements / known);
    known = elements;
  }
  if (known != elements) return std::nullopt;
  return dims;
}

// Puts the axes in the order `perm` (ONNX Transpose); false when it is no permutation.
template <class T>
bool TransposeValues(const Dims& perm_or_none, Dims& dims, std::vector<T>& values) {
  const size_t rank = dims.size();
  Dims perm = perm_or_none;
  if (perm.empty()) {
    for (size_t i = 0; i < rank; ++i) perm.push_back(static_cast<int64_t>(rank - 1 - i));
  }
  Dims sorted = perm;
  std::sort(sorted.begin(), sorted.end());
  for (size_t i = 0; i < sorted.size(); ++i) {
    if (sorted[i] != static_cast<int64_t>(i)) return false;
  }
  if (perm.size() != rank) return false;
  std::vector<size_t> strides(rank, 1);
  for (size_t i = rank; i-- > 1;) strides[i - 1] = strides[i] * static_cast<size_t>(dims[i]);
  Dims out_dims(rank);
  for (size_t i = 0; i < rank; ++i) out_dims[i] = dims[static_cast<size_t>(perm[i])];

  std::vector<T> out;
  out.reserve(values.size());
  std::vector<int64_t> index(rank, 0);
  for (size_t n = 0; n < values.size(); ++n) {
    size_t from = 0;
    for (size_t i = 0; i < rank; ++i) {
      from += static_cast<size_t>(index[i]) * strides[static_cast<size_t>(perm[i])];
    }
    out.push_back(values[from]);
    for (size_t i = rank; i-- > 0;) {
      if (++index[i] < out_dims[i]) break;
      index[i] = 0;
    }
  }
  dims = std::move(out_dims);
  values = std::move(out);
  return true;
}

// The dimensions after a Squeeze without axes.
Dims WithoutOnes(const Dims& dims) {
  Dims out;
  std::copy_if(dims.begin(), dims.end(), std::back_inserter(out), [](int64_t d) { return d != 1; });
  return out;
}

struct IntTensor {
  Dims dims;
  Dims values;
};

// Computes small integer tensors from constants. Every visit is paid from one budget, so a graph
// built to be expensive gets no further than a plain one.
class IntFolder {
 public:
  explicit IntFolder(const DataFlow& flow) : flow_(flow) {}

  std::optional<IntTensor> Evaluate(ValueId value, size_t depth = 0) {
    if (value == kNoValue || depth > kMaxFoldedDepth || ++visited_ > kMaxFoldedNodes) return {};
    if (const onnx::Tensor* tensor = flow_.initializer(value)) return FromTensor(*tensor);
    const FlowNode* node = flow_.producer(value);
    if (node == nullptr || node->outputs[0] != value) return {};
    if (node->Is("Constant")) return FromConstant(*node->node);
    if (node->Is("Concat")) return Concat(*node, depth);
    if (node->Is("ConstantOfShape")) return Filled(*node, depth);
    auto input = Evaluate(node->input(0), depth + 1);
    if (!input || node->Is("Identity") || node->Is("Cast")) return input;
    if (node->Is("Reshape")) return Reshape(std::move(*input), *node, depth);
    if (node->Is("Slice")) return Slice(*input, *node, depth);
    if (node->Is("Transpose")) {
      if (!TransposeValues(node->node->Ints("perm", {}), input->dims, input->values)) return {};
      return input;
    }
    // Only for vectors, where these operators add or remove axes of one element.
    if ((node->Is("Squeeze") || node->Is("Unsqueeze")) && WithoutOnes(input->dims).size() <= 1) {
      input->dims = {static_cast<int64_t>(input->values.size())};
      return input;
    }
    return {};
  }

 private:
  static std::optional<IntTensor> FromTensor(const onnx::Tensor& tensor) {
    if (tensor.elements > kMaxFoldedElements) return {};
    auto values = onnx::ToInts(tensor);
    if (!values.ok()) return {};
    return IntTensor{.dims = tensor.dims, .values = std::move(values).value()};
  }

  static std::optional<IntTensor> FromConstant(const onnx::Node& node) {
    for (const onnx::Attribute& attribute : node.attributes) {
      if (const auto* tensor = std::get_if<onnx::Tensor>(&attribute.value)) {
        return FromTensor(*tensor);
      }
      if (const auto* value = std::get_if<int64_t>(&attribute.value)) {
        return IntTensor{.dims = {}, .values = {*value}};
      }
      if (const auto* values = std::get_if<Dims>(&attribute.value)) {
        if (values->size() > kMaxFoldedElements) return {};
        return IntTensor{.dims = {static_cast<int64_t>(values->size())}, .values = *values};
      }
    }
    return {};
  }

  std::optional<IntTensor> Concat(const FlowNode& node, size_t depth) {
    IntTensor out;
    for (ValueId part : node.inputs) {
      const auto values = Evaluate(part, depth + 1);
      if (!values || values->dims.size() != 1) return {};
      out.values.insert(out.values.end(), values->values.begin(), values->values.end());
      if (out.values.size() > kMaxFoldedElements) return {};
    }
    out.dims = {static_cast<int64_t>(out.values.size())};
    return out;
  }

  std::optional<IntTensor> Filled(const FlowNode& node, size_t depth) {
    const auto shape = Evaluate(node.input(0), depth + 1);
    if (!shape) return {};
    const auto elements = Elements(shape->values);
    if (!elements || *elements > kMaxFoldedElements) return {};
    int64_t fill = 0;
    if (const onnx::Attribute* attribute = node.node->Find("value")) {
      const auto* tensor = std::get_if<onnx::Tensor>(&attribute->value);
      const auto value = tensor == nullptr ? std::nullopt : FromTensor(*tensor);
      if (!value || value->values.size() != 1) return {};
      fill = value->values[0];
    }
    return IntTensor{.dims = shape->values, .values = Dims(*elements, fill)};
  }

  std::optional<IntTensor> Reshape(IntTensor input, const FlowNode& node, size_t depth) {
    const auto target = Evaluate(node.input(1), depth + 1);
    if (!target) return {};
    auto dims = ReshapedDims(input.dims, target->values, input.values.size());
    if (!dims) return {};
    input.dims = std::move(*dims);
    return input;
  }

  // Along the first axis.
  std::optional<IntTensor> Slice(const IntTensor& input, const FlowNode& node, size_t depth) {
    int64_t arguments[4] = {0, 0, 0, 1};  // start, end, axis, step
    for (size_t i = 0; i < 4; ++i) {
      if (node.input(i + 1) == kNoValue) {
        if (i < 2) return {};
        continue;
      }
      const auto value = Evaluate(node.input(i + 1), depth + 1);
      if (!value || value->values.size() != 1) return {};
      arguments[i] = value->values[0];
    }
    auto [start, end, axis, step] = arguments;
    if (axis != 0 || (step != 1 && step != -1) || input.dims.empty()) return {};
    const int64_t rows = input.dims[0];
    if (rows <= 0) return {};
    const size_t row = input.values.size() / static_cast<size_t>(rows);
    if (start < 0) start = start < -rows ? -1 : start + rows;
    if (end < 0) end = end < -rows ? -1 : end + rows;
    start = std::clamp<int64_t>(start, step > 0 ? 0 : -1, step > 0 ? rows : rows - 1);
    end = std::clamp<int64_t>(end, step > 0 ? 0 : -1, rows);
    IntTensor out{.dims = input.dims, .values = {}};
    out.dims[0] = 0;
    for (int64_t i = start; step > 0 ? i < end : i > end; i += step) {
      const auto from = input.values.begin() + static_cast<ptrdiff_t>(static_cast<size_t>(i) * row);
      out.values.insert(out.values.end(), from, from + static_cast<ptrdiff_t>(row));
      ++out.dims[0];
    }
    return out;
  }

  const DataFlow& flow_;
  size_t visited_ = 0;
};

// The views between a constant's tensor and its use, tensor last, and where the tensor is.
struct Origin {
  std::vector<const FlowNode*> views;
  ValueId tensor = kNoValue;
};

std::optional<Origin> FindOrigin(const DataFlow& flow, ValueId value) {
  Origin origin;
  while (value != kNoValue && origin.views.size() <= kMaxViews) {
    if (flow.initializer(value) != nullptr) break;
    const FlowNode* node = flow.producer(value);
    if (node == nullptr) return std::nullopt;
    if (node->Is("Constant")) break;
    if (!IsView(*node)) return std::nullopt;
    origin.views.push_back(node);
    value = node->input(0);
  }
  if (value == kNoValue || origin.views.size() > kMaxViews) return std::nullopt;
  origin.tensor = value;
  return origin;
}

Error NotReadable(const DataFlow& flow, ValueId value, const std::string& why) {
  return {ErrorCode::kUnsupported,
          flow.file() + ": tensor " + Quoted(flow.name(value)) + " " + why};
}

Result<FloatConstant> ReadTensor(const DataFlow& flow, ValueId value) {
  FloatConstant constant;
  constant.name = flow.name(value);
  const onnx::Tensor* tensor = flow.initializer(value);
  if (tensor == nullptr) {
    for (const onnx::Attribute& attribute : flow.producer(value)->node->attributes) {
      if (const auto* held = std::get_if<onnx::Tensor>(&attribute.value)) tensor = held;
      if (const auto* scalar = std::get_if<float>(&attribute.value)) constant.values = {*scalar};
      if (const auto* list = std::get_if<std::vector<float>>(&attribute.value)) {
        constant.values = *list;
        constant.dims = {static_cast<int64_t>(list->size())};
      }
    }
  }
  if (tensor != nullptr) {
    auto values = onnx::ToFloats(*tensor);
    if (!values.ok()) return NotReadable(flow, value, "is not of a floating-point type");
    constant.values = std::move(values).value();
    constant.dims = tensor->dims;
  } else if (constant.values.empty()) {
    return NotReadable(flow, value, "is a constant of a kind that is not supported");
  }
  return constant;
}

bool ApplyView(const DataFlow& flow, const FlowNode& view, FloatConstant& constant) {
  if (view.Is("Identity") || view.Is("Cast")) return true;
  if (view.Is("Transpose")) {
    return TransposeValues(view.node->Ints("perm", {}), constant.dims, constant.values);
  }
  if (view.Is("Reshape")) {
    const auto target = ReadInts(flow, view.input(1));
    if (!target.ok()) return false;
    auto dims = ReshapedDims(constant.dims, *target, constant.values.size());
    if (dims) constant.dims = std::move(*dims);
    return dims.has_value();
  }
  Dims axes = view.node->Ints("axes", {});
  if (view.input(1) != kNoValue) {
    auto given = ReadInts(flow, view.input(1));
    if (!given.ok()) return false;
    axes = std::move(given).value();
  }
  if (view.Is("Squeeze")) {
    if (axes.empty()) constant.dims = WithoutOnes(constant.dims);
    const auto rank = static_cast<int64_t>(constant.dims.size());
    for (int64_t& axis : axes) axis += axis < 0 ? rank : 0;
    std::sort(axes.rbegin(), axes.rend());
    for (int64_t axis : axes) {
      if (axis < 0 || axis >= static_cast<int64_t>(constant.dims.size()) ||
          constant.dims[static_cast<size_t>(axis)] != 1) {
        return false;
      }
      constant.dims.erase(constant.dims.begin() + axis);
    }
    return true;
  }
  const auto rank = static_cast<int64_t>(constant.dims.size() + axes.size());
  for (int64_t& axis : axes) axis += axis < 0 ? rank : 0;
  std::sort(axes.begin(), axes.end());
  for (int64_t axis : axes) {
    if (axis < 0 || axis > static_cast<int64_t>(constant.dims.size())) return false;
    constant.dims.insert(constant.dims.begin() + axis, 1);
  }
  return true;
}

}  // namespace

bool IsConstant(const DataFlow& flow, ValueId value) {
  return value != kNoValue && FindOrigin(flow, value).has_value();
}

Result<FloatConstant> ReadFloats(const DataFlow& flow, ValueId value) {
  const auto origin = FindOrigin(flow, value);
  if (!origin) return NotReadable(flow, value, "is computed, expected a constant");
  DFN_TRY(FloatConstant constant, ReadTensor(flow, origin->tensor));
  for (auto view = origin->views.rbegin(); view != origin->views.rend(); ++view) {
    if (ApplyView(flow, **view, constant)) continue;
    return Error{ErrorCode::kCorrupt, flow.file() + ": tensor " + Quoted(constant.name) +
                                          " has shape " + onnx::ShapeText(constant.dims) +
                                          ", which does not fit " + "the " +
                                          (*view)->node->op_type + " that follows"};
  }
  const size_t odd = FirstNotFinite(constant.values);
  if (odd == constant.values.size()) return constant;
  return Error{ErrorCode::kCorrupt, flow.file() + ": tensor " + Quoted(constant.name) +
                                        " holds a value that is not finite, at " +
                                        std::to_string(odd) + " of " +
                                        std::to_string(constant.values.size())};
}

Result<std::vector<int64_t>> ReadInts(const DataFlow& flow, ValueId value) {
  auto tensor = IntFolder(flow).Evaluate(value);
  if (!tensor) return NotReadable(flow, value, "is computed, expected constant whole numbers");
  return std::move(tensor->values);
}

}  // namespace dfn
