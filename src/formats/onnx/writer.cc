#include "formats/onnx/writer.h"

#include <cstring>
#include <limits>
#include <set>
#include <string>
#include <type_traits>
#include <variant>

#include "base/checked.h"
#include "base/printable.h"
#include "formats/onnx/protobuf.h"

namespace dfn::onnx {
namespace {

using protozero::pbf_writer;

// Field numbers of onnx.proto.
enum ModelField { kIrVersion = 1, kProducerName = 2, kGraph = 7, kOpsetImport = 8, kMetadata = 14 };
enum OpsetField { kDomain = 1, kVersion = 2 };
enum EntryField { kKey = 1, kValue = 2 };
enum GraphField { kNode = 1, kGraphName = 2, kInitializer = 5, kInput = 11, kOutput = 12 };
enum NodeField {
  kNodeInput = 1,
  kNodeOutput = 2,
  kNodeName = 3,
  kOpType = 4,
  kAttribute = 5,
  kNodeDomain = 7
};
enum AttributeField {
  kAttributeName = 1,
  kFloatValue = 2,
  kIntValue = 3,
  kStringValue = 4,
  kTensorValue = 5,
  kFloatValues = 7,
  kIntValues = 8,
  kAttributeType = 20
};
enum AttributeType {
  kTypeFloat = 1,
  kTypeInt = 2,
  kTypeString = 3,
  kTypeTensor = 4,
  kTypeFloats = 6,
  kTypeInts = 7
};
enum TensorField { kDims = 1, kDataType = 2, kTensorName = 8, kRawData = 9 };
enum ValueField { kValueName = 1, kType = 2 };
enum TypeField { kTensorType = 1 };
enum TensorTypeField { kElementType = 1, kShape = 2 };
enum ShapeField { kDimension = 1 };
enum DimensionField { kDimensionValue = 1, kDimensionName = 2 };

constexpr char kMicrosoftDomain[] = "com.microsoft";

void AppendLittleEndian(std::string& to, uint64_t bits, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) to.push_back(static_cast<char>((bits >> (8 * i)) & 0xff));
}

// The tensor's values as raw_data holds them, from whichever field has them.
std::string RawValues(const Tensor& tensor, size_t element_bytes) {
  std::string raw;
  if (!tensor.raw.empty()) {
    raw.assign(reinterpret_cast<const char*>(tensor.raw.data()), tensor.raw.size());
    return raw;
  }
  raw.reserve(tensor.elements * element_bytes);
  if (tensor.type == DataType::kFloat) {
    for (float value : tensor.floats) {
      uint32_t bits;
      std::memcpy(&bits, &value, sizeof(bits));
      AppendLittleEndian(raw, bits, sizeof(bits));
    }
  } else if (tensor.type == DataType::kDouble) {
    for (double value : tensor.doubles) {
      uint64_t bits;
      std::memcpy(&bits, &value, sizeof(bits));
      AppendLittleEndian(raw, bits, sizeof(bits));
    }
  } else {
    for (int64_t value : tensor.ints) {
      AppendLittleEndian(raw, static_cast<uint64_t>(value), element_bytes);
    }
  }
  return raw;
}

Status WriteTensor(pbf_writer&& out, const Tensor& tensor, const std::string& graph) {
  const std::string where = graph + ": tensor " + Quoted(tensor.name);
  const size_t element_bytes = ElementBytes(tensor.type);
  if (element_bytes == 0) {
    return Error{ErrorCode::kUnsupported, where + " has data type " +
                                              std::to_string(static_cast<int>(tensor.type)) +
                                              ", expected numbers"};
  }
  size_t elements = 1;
  for (int64_t dim : tensor.dims) {
    const auto size = CheckedSize(dim);
    const auto product = size ? CheckedMul(elements, *size) : std::nullopt;
    if (!product) {
      return Error{ErrorCode::kInvalidArgument,
                   where + " has shape " + ShapeText(tensor.dims) + ", which no tensor can have"};
    }
    elements = *product;
  }
  const std::string raw = RawValues(tensor, element_bytes);
  if (CheckedMul(elements, element_bytes) != raw.size()) {
    return Error{ErrorCode::kInvalidArgument, where + " of shape " + ShapeText(tensor.dims) +
                                                  " needs " + std::to_string(elements) +
                                                  " values, but has " +
                                                  std::to_string(raw.size() / element_bytes)};
  }
  for (int64_t dim : tensor.dims) out.add_int64(kDims, dim);
  out.add_int32(kDataType, static_cast<int32_t>(tensor.type));
  if (!tensor.name.empty()) out.add_string(kTensorName, tensor.name);
  out.add_bytes(kRawData, raw);
  return {};
}

Status WriteAttribute(pbf_writer&& out, const Attribute& attribute, const std::string& where) {
  out.add_string(kAttributeName, attribute.name);
  Status status;
  std::visit(
      [&](const auto& value) {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, float>) {
          out.add_float(kFloatValue, value);
          out.add_enum(kAttributeType, kTypeFloat);
        } else if constexpr (std::is_same_v<T, int64_t>) {
          out.add_int64(kIntValue, value);
          out.add_enum(kAttributeType, kTypeInt);
        } else if constexpr (std::is_same_v<T, std::string>) {
          out.add_bytes(kStringValue, value);
          out.add_enum(kAttributeType, kTypeString);
        } else if constexpr (std::is_same_v<T, Tensor>) {
          status = WriteTensor(pbf_writer(out, kTensorValue), value, where);
          out.add_enum(kAttributeType, kTypeTensor);
        } else if constexpr (std::is_same_v<T, std::vector<float>>) {
          for (float number : value) out.add_float(kFloatValues, number);
          out.add_enum(kAttributeType, kTypeFloats);
        } else if constexpr (std::is_same_v<T, std::vector<int64_t>>) {
          for (int64_t number : value) out.add_int64(kIntValues, number);
          out.add_enum(kAttributeType, kTypeInts);
        } else {
          status = Error{ErrorCode::kUnsupported,
                         where + ": attribute " + Quoted(attribute.name) +
                             " is of a kind (sub-graph, list of strings) that is not written"};
        }
      },
      attribute.value);
  return status;
}

Status WriteNode(pbf_writer&& out, const Node& node, const std::string& graph) {
  for (const std::string& input : node.inputs) out.add_string(kNodeInput, input);
  for (const std::string& output : node.outputs) out.add_string(kNodeOutput, output);
  if (!node.name.empty()) out.add_string(kNodeName, node.name);
  out.add_string(kOpType, node.op_type);
  const std::string where =
      graph + ": node " + Quoted(node.name) + " (" + Printable(node.op_type) + ")";
  for (const Attribute& attribute : node.attributes) {
    DFN_CHECK(WriteAttribute(pbf_writer(out, kAttribute), attribute, where));
  }
  if (!node.domain.empty()) out.add_string(kNodeDomain, node.domain);
  return {};
}

void WriteValueInfo(pbf_writer&& out, const ValueInfo& value) {
  out.add_string(kValueName, value.name);
  if (value.type == DataType::kUndefined) return;
  pbf_writer type(out, kType);
  pbf_writer tensor_type(type, kTensorType);
  tensor_type.add_int32(kElementType, static_cast<int32_t>(value.type));
  if (value.dims.empty()) return;  // a shape that is not declared
  pbf_writer shape(tensor_type, kShape);
  for (size_t i = 0; i < value.dims.size(); ++i) {
    if (value.dims[i] >= 0) {
      pbf_writer(shape, kDimension).add_int64(kDimensionValue, value.dims[i]);
    } else if (i < value.dim_names.size() && !value.dim_names[i].empty()) {
      pbf_writer(shape, kDimension).add_string(kDimensionName, value.dim_names[i]);
    } else {
      // A nested writer would leave an empty message out, and the rank would shrink.
      shape.add_message(kDimension, std::string());
    }
  }
}

Status WriteGraphMessage(pbf_writer&& out, const Graph& graph) {
  const std::string shown = Printable(graph.name);
  for (const Node& node : graph.nodes) {
    DFN_CHECK(WriteNode(pbf_writer(out, kNode), node, shown));
  }
  out.add_string(kGraphName, graph.name);
  for (const Tensor& tensor : graph.initializers) {
    DFN_CHECK(WriteTensor(pbf_writer(out, kInitializer), tensor, shown));
  }
  for (const ValueInfo& value : graph.inputs) WriteValueInfo(pbf_writer(out, kInput), value);
  for (const ValueInfo& value : graph.outputs) WriteValueInfo(pbf_writer(out, kOutput), value);
  return {};
}

void WriteOpset(pbf_writer&& out, const std::string& domain, int64_t version) {
  out.add_string(kDomain, domain);
  out.add_int64(kVersion, version);
}

void WriteEntry(pbf_writer&& out, const std::string& key, const std::string& value) {
  out.add_string(kKey, key);
  out.add_string(kValue, value);
}

// The domains beyond the standard one, each of which needs an opset of its own.
Result<std::set<std::string>> ForeignDomains(const Graph& graph) {
  std::set<std::string> domains;
  for (const Node& node : graph.nodes) {
    if (node.domain.empty() || node.domain == "ai.onnx") continue;
    if (node.domain != kMicrosoftDomain) {
      return Error{ErrorCode::kUnsupported,
                   Printable(graph.name) + ": node " + Quoted(node.name) + " is of the domain " +
                       Quoted(node.domain) + ", expected the standard one or " + kMicrosoftDomain};
    }
    domains.insert(node.domain);
  }
  return domains;
}

// Room for everything but the tensors' values is small; 1 MiB of it keeps the sum a true bound.
Status CheckSize(const Graph& graph) {
  constexpr size_t kMost = static_cast<size_t>(std::numeric_limits<int32_t>::max()) - (1 << 20);
  size_t total = 0;
  for (const Tensor& tensor : graph.initializers) {
    const size_t values = tensor.floats.size() * 4 + tensor.ints.size() * 8 +
                          tensor.doubles.size() * 8 + tensor.raw.size();
    const auto sum = CheckedAdd(total, values);
    if (!sum || *sum > kMost) {
      return Error{ErrorCode::kLimit,
                   Printable(graph.name) +
                       ": the weights fill more than 2 GiB, which is more than an ONNX " +
                       "file can hold"};
    }
    total = *sum;
  }
  return {};
}

}  // namespace

Result<std::vector<uint8_t>> WriteGraph(const Graph& graph) {
  DFN_CHECK(CheckSize(graph));
  DFN_TRY(const std::set<std::string> domains, ForeignDomains(graph));
  std::string bytes;
  pbf_writer out(bytes);
  out.add_int64(kIrVersion, graph.ir_version);
  if (!graph.producer.empty()) out.add_string(kProducerName, graph.producer);
  DFN_CHECK(WriteGraphMessage(pbf_writer(out, kGraph), graph));
  WriteOpset(pbf_writer(out, kOpsetImport), "", graph.opset);
  for (const std::string& domain : domains) WriteOpset(pbf_writer(out, kOpsetImport), domain, 1);
  for (const auto& [key, value] : graph.metadata) {
    WriteEntry(pbf_writer(out, kMetadata), key, value);
  }
  return std::vector<uint8_t>(bytes.begin(), bytes.end());
}

}  // namespace dfn::onnx
