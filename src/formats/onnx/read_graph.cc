// The reader goes no deeper than ModelProto -> GraphProto or FunctionProto -> NodeProto ->
// AttributeProto -> TensorProto: it skips sub-graphs in attributes, so no file can make it recurse.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "formats/onnx/graph.h"
#include "formats/onnx/inline_functions.h"
#include "formats/onnx/protobuf.h"
#include "formats/onnx/read_attribute.h"
#include "formats/onnx/read_tensor.h"
#include "formats/onnx/wire.h"

namespace dfn::onnx {
namespace {

using protozero::pbf_reader;

// A FlatBuffer with the identifier that ONNX Runtime gives its models.
bool IsOrtFormat(Bytes file) {
  constexpr std::string_view kIdentifier = "ORTM";
  return file.size() >= 8 && std::equal(kIdentifier.begin(), kIdentifier.end(), file.data() + 4);
}

class GraphReader {
 public:
  GraphReader(const std::string& name, const Limits& limits) : context_(Printable(name), limits) {}

  Result<Graph> Read(Bytes file) {
    if (file.empty()) return Fail(ErrorCode::kCorrupt, "is empty");
    if (file.size() > limits().max_file_bytes) {
      return Fail(ErrorCode::kLimit, "has " + std::to_string(file.size()) + " bytes, but at most " +
                                         std::to_string(limits().max_file_bytes) + " are allowed");
    }
    if (IsOrtFormat(file)) {
      return Fail(
          ErrorCode::kUnsupported,
          "is in ONNX Runtime's own format (.ort), expected the .onnx file that it was made "
          "from");
    }
    try {
      DFN_CHECK(ReadModel(pbf_reader(reinterpret_cast<const char*>(file.data()), file.size())));
    } catch (const protozero::end_of_buffer_exception&) {
      return Fail(ErrorCode::kCorrupt,
                  "is cut short, or is no ONNX file; download or copy it again");
    } catch (const protozero::exception& exception) {
      return Fail(ErrorCode::kCorrupt,
                  std::string("is damaged, or is no ONNX file (") + exception.what() + ")");
    }
    DropInitializersFromInputs();
    context_.set_part({});
    if (!functions_.empty()) DFN_CHECK(InlineFunctions(functions_, graph_.nodes, context_));
    return std::move(graph_);
  }

 private:
  const Limits& limits() const { return context_.limits(); }
  Error Fail(ErrorCode code, const std::string& what) const { return context_.Fail(code, what); }

  Status ReadModel(pbf_reader model) {
    bool has_graph = false;
    while (model.next()) {
      switch (model.tag_and_type()) {
        case VarintField(1):
          graph_.ir_version = model.get_int64();
          break;
        case LengthField(2): {
          DFN_TRY(graph_.producer, ReadName(model, context_));
          break;
        }
        case LengthField(7):
          if (has_graph) return Fail(ErrorCode::kCorrupt, "holds more than one graph");
          has_graph = true;
          DFN_CHECK(ReadGraphProto(model.get_message()));
          context_.set_part({});
          break;
        case LengthField(8):
          DFN_CHECK(ReadOpset(model.get_message()));
          break;
        case LengthField(14):
          DFN_CHECK(ReadMetadata(model.get_message()));
          break;
        case LengthField(25):
          DFN_CHECK(ReadFunction(model.get_message()));
          break;
        default:
          model.skip();
      }
    }
    if (!has_graph) return Fail(ErrorCode::kUnsupported, "holds no ONNX graph");
    return {};
  }

  Status ReadOpset(pbf_reader opset) {
    std::string domain;
    int64_t version = 0;
    while (opset.next()) {
      switch (opset.tag_and_type()) {
        case LengthField(1): {
          DFN_TRY(domain, ReadName(opset, context_));
          break;
        }
        case VarintField(2):
          version = opset.get_int64();
          break;
        default:
          opset.skip();
      }
    }
    if (domain.empty() || domain == "ai.onnx") graph_.opset = version;
    return {};
  }

  Status ReadMetadata(pbf_reader entry) {
    DFN_CHECK(context_.CountItem());
    std::pair<std::string, std::string> pair;
    while (entry.next()) {
      switch (entry.tag_and_type()) {
        case LengthField(1): {
          DFN_TRY(pair.first, ReadName(entry, context_));
          break;
        }
        case LengthField(2):
          pair.second = ReadView(entry);
          break;
        default:
          entry.skip();
      }
    }
    graph_.metadata.push_back(std::move(pair));
    return {};
  }

  Status ReadGraphProto(pbf_reader graph) {
    while (graph.next()) {
      context_.set_part({});
      switch (graph.tag_and_type()) {
        case LengthField(1):
          DFN_CHECK(ReadNode(graph.get_message(), graph_.nodes));
          break;
        case LengthField(2): {
          DFN_TRY(graph_.name, ReadName(graph, context_));
          break;
        }
        case LengthField(5): {
          context_.set_part("initializer number " + std::to_string(graph_.initializers.size() + 1));
          DFN_TRY(Tensor tensor, ReadTensor(graph.get_message(), context_));
          graph_.initializers.push_back(std::move(tensor));
          break;
        }
        case LengthField(11):
          DFN_CHECK(ReadValueInfo(graph.get_message(), graph_.inputs));
          break;
        case LengthField(12):
          DFN_CHECK(ReadValueInfo(graph.get_message(), graph_.outputs));
          break;
        case LengthField(15):
          return Fail(ErrorCode::kUnsupported, "holds a sparse initializer");
        default:
          graph.skip();
      }
    }
    return {};
  }

  Status ReadFunction(pbf_reader message) {
    DFN_CHECK(context_.CountItem());
    LocalFunction function;
    while (message.next()) {
      context_.set_part(function.name.empty() ? "a function" : "function " + Quoted(function.name));
      switch (message.tag_and_type()) {
        case LengthField(1): {
          DFN_TRY(function.name, ReadName(message, context_));
          break;
        }
        case LengthField(4):
          DFN_CHECK(AppendName(message, function.inputs));
          break;
        case LengthField(5):
          DFN_CHECK(AppendName(message, function.outputs));
          break;
        case LengthField(7):
          DFN_CHECK(ReadNode(message.get_message(), function.nodes));
          break;
        case LengthField(10): {
          DFN_TRY(function.domain, ReadName(message, context_));
          break;
        }
        case LengthField(11): {
          DFN_CHECK(context_.CountItem());
          DFN_TRY(Attribute attribute, ReadAttribute(message.get_message(), context_));
          function.defaults.push_back(std::move(attribute));
          break;
        }
        default:
          message.skip();
      }
    }
    context_.set_part({});
    functions_.push_back(std::move(function));
    return {};
  }

  Status ReadNode(pbf_reader message, std::vector<Node>& nodes) {
    if (nodes_++ == limits().max_graph_nodes) {
      return Fail(ErrorCode::kLimit,
                  "has more than " + std::to_string(limits().max_graph_nodes) + " nodes");
    }
    Node& node = nodes.emplace_back();
    const std::string number = "node number " + std::to_string(nodes.size());
    while (message.next()) {
      context_.set_part(node.name.empty() ? number : "node " + Quoted(node.name));
      switch (message.tag_and_type()) {
        case LengthField(1):
          DFN_CHECK(AppendName(message, node.inputs));
          break;
        case LengthField(2):
          DFN_CHECK(AppendName(message, node.outputs));
          break;
        case LengthField(3): {
          DFN_TRY(node.name, ReadName(message, context_));
          break;
        }
        case LengthField(4): {
          DFN_TRY(node.op_type, ReadName(message, context_));
          break;
        }
        case LengthField(5): {
          DFN_CHECK(context_.CountItem());
          DFN_TRY(Attribute attribute, ReadAttribute(message.get_message(), context_));
          node.attributes.push_back(std::move(attribute));
          break;
        }
        case LengthField(7): {
          DFN_TRY(node.domain, ReadName(message, context_));
          break;
        }
        default:
          message.skip();
      }
    }
    return {};
  }

  Status AppendName(pbf_reader& message, std::vector<std::string>& names) {
    DFN_CHECK(context_.CountItem());
    DFN_TRY(std::string name, ReadName(message, context_));
    names.push_back(std::move(name));
    return {};
  }

  Status ReadValueInfo(pbf_reader message, std::vector<ValueInfo>& values) {
    DFN_CHECK(context_.CountItem());
    ValueInfo info;
    context_.set_part("a graph input or output");
    while (message.next()) {
      switch (message.tag_and_type()) {
        case LengthField(1): {
          DFN_TRY(info.name, ReadName(message, context_));
          context_.set_part("graph input or output " + Quoted(info.name));
          break;
        }
        case LengthField(2):
          DFN_CHECK(ReadType(message.get_message(), info));
          break;
        default:
          message.skip();
      }
    }
    values.push_back(std::move(info));
    return {};
  }

  // TypeProto: only tensors; sequences, maps and the like leave the type undefined.
  Status ReadType(pbf_reader type, ValueInfo& info) {
    while (type.next(1, protozero::pbf_wire_type::length_delimited)) {
      pbf_reader tensor = type.get_message();
      while (tensor.next()) {
        switch (tensor.tag_and_type()) {
          case VarintField(1):
            info.type = static_cast<DataType>(tensor.get_int32());
            break;
          case LengthField(2):
            DFN_CHECK(ReadShape(tensor.get_message(), info));
            break;
          default:
            tensor.skip();
        }
      }
    }
    return {};
  }

  Status ReadShape(pbf_reader shape, ValueInfo& info) {
    while (shape.next(1, protozero::pbf_wire_type::length_delimited)) {
      if (info.dims.size() == limits().max_tensor_rank) {
        return Fail(ErrorCode::kLimit,
                    "has more than " + std::to_string(limits().max_tensor_rank) + " dimensions");
      }
      pbf_reader dim = shape.get_message();
      int64_t value = -1;
      std::string symbol;
      while (dim.next()) {
        switch (dim.tag_and_type()) {
          case VarintField(1):
            value = dim.get_int64();
            break;
          case LengthField(2): {
            DFN_TRY(symbol, ReadName(dim, context_));
            break;
          }
          default:
            dim.skip();
        }
      }
      info.dims.push_back(std::max<int64_t>(value, -1));
      info.dim_names.push_back(value >= 0 ? std::string() : std::move(symbol));
    }
    return {};
  }

  // Exporters before IR version 4 list every initializer as an input too.
  void DropInitializersFromInputs() {
    std::unordered_set<std::string_view> names;
    for (const Tensor& tensor : graph_.initializers) names.insert(tensor.name);
    std::erase_if(graph_.inputs, [&](const ValueInfo& info) { return names.contains(info.name); });
  }

  Context context_;
  Graph graph_;
  std::vector<LocalFunction> functions_;
  size_t nodes_ = 0;  // of the graph and of functions
};

}  // namespace

Result<Graph> ReadGraph(std::shared_ptr<const std::vector<uint8_t>> file, const std::string& name,
                        const Limits& limits) {
  DFN_TRY(Graph graph, ReadGraph(Bytes(*file), name, limits));
  graph.bytes = std::move(file);
  return graph;
}

Result<Graph> ReadGraph(Bytes file, const std::string& name, const Limits& limits) {
  return GraphReader(name, limits).Read(file);
}

}  // namespace dfn::onnx
