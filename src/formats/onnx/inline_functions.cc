#include "formats/onnx/inline_functions.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/printable.h"

namespace dfn::onnx {
namespace {

// Calls within calls; exporters that keep a module a function write one or two.
constexpr size_t kMaxCallDepth = 16;

// The memory that a copy of a node takes, roughly.
size_t BytesOf(const Attribute& attribute) {
  const auto bytes = [](const auto& value) -> size_t {
    using Value = std::decay_t<decltype(value)>;
    if constexpr (std::is_same_v<Value, Tensor>) {
      return (value.floats.size() + value.ints.size() + value.doubles.size()) * sizeof(double);
    } else if constexpr (requires { value.size(); }) {
      return value.size() * sizeof(value[0]);
    } else {
      return 0;
    }
  };
  return sizeof(Attribute) + std::visit(bytes, attribute.value);
}

size_t BytesOf(const Node& node) {
  size_t bytes = sizeof(Node);
  for (const std::string& name : node.inputs) bytes += sizeof(name) + name.size();
  for (const std::string& name : node.outputs) bytes += sizeof(name) + name.size();
  for (const Attribute& attribute : node.attributes) bytes += BytesOf(attribute);
  return bytes;
}

class FunctionInliner {
 public:
  FunctionInliner(const std::vector<LocalFunction>& functions, const Context& context)
      : functions_(functions), context_(context) {}

  Result<std::vector<Node>> Inline(std::vector<Node> nodes) {
    for (Node& node : nodes) DFN_CHECK(Add(std::move(node), 0));
    return std::move(out_);
  }

 private:
  using Names = std::map<std::string, std::string, std::less<>>;

  const LocalFunction* FunctionOf(const Node& node) const {
    const auto found = std::find_if(functions_.begin(), functions_.end(), [&](const auto& f) {
      return f.name == node.op_type && f.domain == node.domain;
    });
    return found == functions_.end() ? nullptr : &*found;
  }

  Status Add(Node node, size_t depth) {
    if (++visited_ > context_.limits().max_graph_nodes) {
      return context_.Fail(ErrorCode::kLimit,
                           "has more than " + std::to_string(context_.limits().max_graph_nodes) +
                               " nodes with those of its functions");
    }
    if (const LocalFunction* function = FunctionOf(node)) return AddCall(*function, node, depth);
    out_.push_back(std::move(node));
    return {};
  }

  Status AddCall(const LocalFunction& function, const Node& call, size_t depth) {
    if (depth == kMaxCallDepth) {
      return context_.Fail(ErrorCode::kLimit, "calls functions within functions, more than " +
                                                  std::to_string(kMaxCallDepth) + " deep");
    }
    const std::string prefix = "call" + std::to_string(++calls_) + "/";
    Names names;
    for (size_t i = 0; i < function.inputs.size(); ++i) {
      names[function.inputs[i]] = i < call.inputs.size() ? call.inputs[i] : std::string();
    }
    for (size_t i = 0; i < function.outputs.size() && i < call.outputs.size(); ++i) {
      if (call.outputs[i].empty()) continue;
      const auto [name, is_new] = names.try_emplace(function.outputs[i], call.outputs[i]);
      if (!is_new) DFN_CHECK(Add(Copy(name->second, call.outputs[i]), depth));
    }
    for (const Node& node : function.nodes) {
      copied_ += BytesOf(node);
      if (copied_ > context_.limits().max_file_bytes) {
        return context_.Fail(ErrorCode::kLimit,
                             "calls its functions too often: their nodes would take more than " +
                                 std::to_string(context_.limits().max_file_bytes) + " bytes");
      }
      Node inner = node;
      inner.name = prefix + node.name;
      for (std::string& name : inner.inputs) Rename(name, prefix, names);
      for (std::string& name : inner.outputs) Rename(name, prefix, names);
      inner.attributes.clear();
      for (const Attribute& attribute : node.attributes) {
        AddAttribute(attribute, function, call, inner);
      }
      DFN_CHECK(Add(std::move(inner), depth + 1));
    }
    return {};
  }

  // An input, or an output under another name, that a function hands on.
  static Node Copy(const std::string& from, const std::string& to) {
    return {.name = {},
            .op_type = "Identity",
            .domain = {},
            .inputs = {from},
            .outputs = {to},
            .attributes = {}};
  }

  static void Rename(std::string& name, const std::string& prefix, const Names& names) {
    if (name.empty()) return;
    const auto found = names.find(name);
    name = found == names.end() ? prefix + name : found->second;
  }

  // An attribute that stands for one of the call's is the call's, else the function's default; where
  // there is neither, it is left out.
  static void AddAttribute(const Attribute& attribute, const LocalFunction& function,
                           const Node& call, Node& node) {
    const Attribute* given = &attribute;
    if (!attribute.refers_to.empty()) {
      given = call.Find(attribute.refers_to);
      for (const Attribute& otherwise : function.defaults) {
        if (given == nullptr && otherwise.name == attribute.refers_to) given = &otherwise;
      }
    }
    if (given == nullptr) return;
    node.attributes.push_back(*given);
    node.attributes.back().name = attribute.name;
  }

  const std::vector<LocalFunction>& functions_;
  const Context& context_;
  std::vector<Node> out_;
  size_t visited_ = 0;
  size_t calls_ = 0;
  size_t copied_ = 0;  // bytes
};

}  // namespace

Status InlineFunctions(const std::vector<LocalFunction>& functions, std::vector<Node>& nodes,
                       const Context& context) {
  for (size_t i = 0; i < functions.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (functions[i].name != functions[j].name || functions[i].domain != functions[j].domain) {
        continue;
      }
      return context.Fail(ErrorCode::kUnsupported,
                          "defines the function " + Quoted(functions[i].name) + " more than once");
    }
  }
  DFN_TRY(nodes, FunctionInliner(functions, context).Inline(std::move(nodes)));
  return {};
}

}  // namespace dfn::onnx
