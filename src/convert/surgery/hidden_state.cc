#include "convert/surgery/hidden_state.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "base/printable.h"
#include "convert/graph/data_flow.h"
#include "convert/graph/graph_edit.h"
#include "convert/lift/state_output.h"

namespace dfn {
namespace {

// Slice takes its bounds as inputs from this version on.
constexpr int64_t kLeastOpset = 10;

onnx::Tensor Index(std::string name, int64_t value) {
  onnx::Tensor tensor;
  tensor.name = std::move(name);
  tensor.type = onnx::DataType::kInt64;
  tensor.dims = {1};
  tensor.elements = 1;
  tensor.ints = {value};
  return tensor;
}

onnx::Node MakeNode(const char* op_type, const std::string& name, std::vector<std::string> inputs,
                    const std::string& output, std::vector<onnx::Attribute> attributes = {}) {
  return {.name = name,
          .op_type = op_type,
          .domain = {},
          .inputs = std::move(inputs),
          .outputs = {output},
          .attributes = std::move(attributes)};
}

class StateMaker {
 public:
  StateMaker(onnx::Graph graph, const std::string& file, const std::string& stem)
      : graph_(std::move(graph)), file_(file), in_(stem + "0"), out_(stem + "1") {}

  Result<onnx::Graph> Make() {
    for (size_t i = 0; i < graph_.nodes.size(); ++i) {
      if (IsGru(graph_.nodes[i])) grus_.push_back(i);
    }
    if (grus_.empty()) return Fail("holds no GRU");
    DFN_TRY(const std::set<std::string> states, PresentStates());
    if (states.size() > 1) return Fail("its GRUs start from several inputs, expected one");
    if (states.size() == 1) {
      DFN_CHECK(RenameState(*states.begin()));
    } else {
      DFN_CHECK(AddState());
    }
    return Extract(graph_, file_, {}, graph_.outputs);
  }

 private:
  Error Fail(const std::string& sentence) const {
    return {ErrorCode::kUnsupported, file_ + ": " + sentence};
  }

  // The state inputs that the GRUs start from.
  Result<std::set<std::string>> PresentStates() const {
    DFN_TRY(const DataFlow flow, DataFlow::Build(graph_, file_));
    std::set<std::string> states;
    for (size_t gru : grus_) {
      ValueId value = flow.Root(flow.nodes()[gru].input(kGruInitialState));
      for (const FlowNode* node = flow.producer(value);
           node != nullptr && node->input(0) != kNoValue &&
           (node->Is("Slice") || node->Is("Gather") || node->Is("Split") || node->Is("Expand"));
           node = flow.producer(value)) {
        value = flow.Root(node->input(0));
      }
      if (flow.is_input(value) && StateOutputOf(graph_, flow.name(value)) != nullptr) {
        states.insert(flow.name(value));
      }
    }
    return states;
  }

  Status RenameState(const std::string& in) {
    const std::string out = StateOutputOf(graph_, in)->name;
    DFN_CHECK(Rename(in, in_));
    return Rename(out, out_);
  }

  Status Rename(const std::string& from, const std::string& to) {
    if (from == to) return {};
    if (ValueNames(graph_).contains(to)) return Fail("the value " + Quoted(to) + " is no state");
    RenameValue(graph_, from, to);
    return {};
  }

  Status CheckGru(const onnx::Node& gru, int64_t hidden) const {
    if (hidden > 0 && gru.String("direction", "forward") == "forward" &&
        gru.Int("layout", 0) == 0 && gru.Int("hidden_size", 0) == hidden &&
        gru.inputs.size() >= 3) {
      return {};
    }
    return Fail("GRU " + Quoted(gru.name) + " is not of the kind that a state can be given to");
  }

  Status AddState() {
    const int64_t hidden = graph_.nodes[grus_[0]].Int("hidden_size", 0);
    const std::set<std::string> used = ValueNames(graph_);
    if (graph_.opset < kLeastOpset) {
      return Fail("has opset " + std::to_string(graph_.opset) + ", expected at least " +
                  std::to_string(kLeastOpset));
    }
    // An input without an output that follows it is replaced by the state.
    const bool is_input = FindInput(graph_, in_) != nullptr;
    if ((used.contains(in_) && !is_input) || used.contains(out_)) {
      return Fail("the value \"" + (used.contains(out_) ? out_ : in_) + "\" is no state");
    }
    std::vector<std::string> last;
    for (size_t i = 0; i < grus_.size(); ++i) {
      DFN_CHECK(CheckGru(graph_.nodes[grus_[i]], hidden));
      const std::string start = grus_.size() == 1 ? in_ : Layer(i, used);
      onnx::Node& gru = graph_.nodes[grus_[i]];
      last.push_back(GiveGruState(gru, start, FreeName(out_ + "/layer" + std::to_string(i), used)));
    }
    if (last.size() == 1) {
      graph_.nodes.push_back(MakeNode("Identity", FreeName(out_ + "/copy", used), last, out_));
    } else {
      graph_.nodes.push_back(
          MakeNode("Concat", FreeName(out_ + "/join", used), last, out_, {{"axis", int64_t{0}}}));
    }
    const onnx::ValueInfo info{.name = in_,
                               .type = onnx::DataType::kFloat,
                               .dims = {static_cast<int64_t>(grus_.size()), 1, hidden},
                               .dim_names = {}};
    std::erase_if(graph_.inputs, [&](const onnx::ValueInfo& input) { return input.name == in_; });
    graph_.inputs.push_back(info);
    graph_.outputs.push_back(info);
    graph_.outputs.back().name = out_;
    return {};
  }

  // The state of one layer. Nodes are only appended: those before them keep their indices.
  std::string Layer(size_t i, const std::set<std::string>& used) {
    const std::string name = FreeName(in_ + "/layer" + std::to_string(i), used);
    std::vector<std::string> inputs = {in_};
    const int64_t from = static_cast<int64_t>(i);
    for (const auto& [part, value] : {std::pair("/from", from), {"/to", from + 1}, {"/axis", 0}}) {
      inputs.push_back(FreeName(name + part, used));
      graph_.initializers.push_back(Index(inputs.back(), value));
    }
    graph_.nodes.push_back(MakeNode("Slice", name, std::move(inputs), name));
    return name;
  }

  onnx::Graph graph_;
  const std::string& file_;
  const std::string in_;
  const std::string out_;
  std::vector<size_t> grus_;
};

}  // namespace

Result<onnx::Graph> WithHiddenState(const onnx::Graph& graph, const std::string& file,
                                    const std::string& stem) {
  DFN_TRY(onnx::Graph ordered, Extract(graph, file, {}, graph.outputs));
  return StateMaker(std::move(ordered), file, stem).Make();
}

}  // namespace dfn
