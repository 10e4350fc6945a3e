// An ONNX file as plain values. This room knows the format, not the meaning of a graph.
#ifndef DEEPFILTER_FORMATS_ONNX_GRAPH_H_
#define DEEPFILTER_FORMATS_ONNX_GRAPH_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"

namespace dfn::onnx {

// TensorProto.DataType, the values of the format.
enum class DataType : int32_t {
  kUndefined = 0,
  kFloat = 1,
  kUint8 = 2,
  kInt8 = 3,
  kUint16 = 4,
  kInt16 = 5,
  kInt32 = 6,
  kInt64 = 7,
  kString = 8,
  kBool = 9,
  kFloat16 = 10,
  kDouble = 11,
  kUint32 = 12,
  kUint64 = 13,
  kBfloat16 = 16,
};

// A tensor's data in the file's bytes, not copied: the graph's `bytes` keep it alive. The reader
// has checked that the number of stored bytes or values is the one that `dims` and `type` ask for.
struct Tensor {
  std::string name;
  DataType type = DataType::kUndefined;
  std::vector<int64_t> dims;  // none negative
  size_t elements = 0;        // product of dims; 1 for a scalar
  Bytes raw;                  // raw_data, little-endian; empty when the values are in a field below
  std::vector<float> floats;  // float_data
  std::vector<int64_t> ints;  // int32_data (float16 bits too), int64_data
  std::vector<double> doubles;
};

struct Attribute {
  std::string name;
  // Absent kinds (sub-graphs, sparse tensors, strings lists) are std::monostate.
  std::variant<std::monostate, float, int64_t, std::string, Tensor, std::vector<float>,
               std::vector<int64_t>>
      value;
  // Inside a function of the file: the attribute of a call that this one stands for; else empty.
  std::string refers_to = {};
};

struct Node {
  std::string name;
  std::string op_type;
  std::string domain;               // empty: the standard operators
  std::vector<std::string> inputs;  // an empty name: an optional input left out
  std::vector<std::string> outputs;
  std::vector<Attribute> attributes;

  const Attribute* Find(std::string_view attribute_name) const;
  // The attribute of that name and kind, or the given default when it is absent or of another kind.
  int64_t Int(std::string_view attribute_name, int64_t otherwise) const;
  std::vector<int64_t> Ints(std::string_view attribute_name, std::vector<int64_t> otherwise) const;
  std::string String(std::string_view attribute_name, std::string otherwise) const;
};

// A graph's input or output with its declared dimensions: -1 where one is symbolic or unknown, none
// where no shape is declared. Exporters declare wrong shapes, so do not rely on them.
struct ValueInfo {
  std::string name;
  DataType type = DataType::kUndefined;
  std::vector<int64_t> dims;
  // One per dimension, or none at all; empty where the dimension is fixed or unknown.
  std::vector<std::string> dim_names = {};
};

struct Graph {
  std::string name;
  int64_t ir_version = 0;
  int64_t opset = 0;  // of the standard domain
  std::string producer;
  std::vector<Node> nodes;  // those of functions that the file defines in the place of calls
  std::vector<Tensor> initializers;
  std::vector<ValueInfo> inputs;  // without those that are initializers too
  std::vector<ValueInfo> outputs;
  std::vector<std::pair<std::string, std::string>> metadata;
  // The file, which tensors point into; null where the caller keeps it.
  std::shared_ptr<const std::vector<uint8_t>> bytes;
};

// Parses a ModelProto. `name` is the file's name in messages.
// Errors: kCorrupt, kLimit, kUnsupported (no graph, data in other files: see external_data.h).
Result<Graph> ReadGraph(std::shared_ptr<const std::vector<uint8_t>> file, const std::string& name,
                        const Limits& limits);
// The same for a file that the caller keeps for as long as the graph.
Result<Graph> ReadGraph(Bytes file, const std::string& name, const Limits& limits);

// A tensor's values as float32: from float, double, float16 and bfloat16. Errors: kUnsupported.
Result<std::vector<float>> ToFloats(const Tensor& tensor);
// A tensor's values as int64: from any integer type. Errors: kUnsupported.
Result<std::vector<int64_t>> ToInts(const Tensor& tensor);
// Bytes of one element in raw_data, 0 for types that have none.
size_t ElementBytes(DataType type);
// "[64, 1, 3, 3]".
std::string ShapeText(const std::vector<int64_t>& dims);

}  // namespace dfn::onnx

#endif  // DEEPFILTER_FORMATS_ONNX_GRAPH_H_
