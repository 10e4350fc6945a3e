#include "convert/plan/run_cut.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <variant>

#include "base/printable.h"
#include "convert/config/metadata.h"
#include "convert/config/value_names.h"
#include "convert/graph/graph_edit.h"
#include "convert/lift/whole_sequence.h"
#include "convert/plan/frame_flow.h"
#include "convert/plan/frame_levels.h"
#include "convert/plan/run_check.h"
#include "convert/plan/run_states.h"
#include "formats/onnx/writer.h"

namespace dfn {
namespace {

using Names = std::set<std::string>;

// Changes between windows and states in one graph; a network has three.
constexpr size_t kMaxStages = 32;

// Gives GRUs that start from zero a state, one each.
class StateGiver {
 public:
  StateGiver(onnx::Graph& graph, const std::string& file, const std::string& part)
      : graph_(graph), file_(file), part_(part) {
    Names frames;
    for (const onnx::ValueInfo& input : graph.inputs) {
      if (!IsStateInputName(input.name)) frames.insert(input.name);
    }
    from_frames_ = DependingOn(graph, frames, /*by_shape=*/false);
  }

  Result<std::vector<RunState>> Give(const FrameFlow& flow) {
    for (size_t i = 0; i < flow.nodes().size(); ++i) {
      if (!flow.nodes()[i].starts_anew) continue;
      DFN_CHECK(CheckStart(graph_.nodes[i]));
      GiveTo(graph_.nodes[i]);
    }
    return std::move(given_);
  }

 private:
  Error Fail(const onnx::Node& node, const std::string& sentence) const {
    return {ErrorCode::kUnsupported, file_ + ": " + DescribeNode(node) + " " + sentence};
  }

  static bool IsZero(const onnx::Tensor& tensor) {
    const auto values = onnx::ToFloats(tensor);
    return !values.ok() ||
           std::all_of(values->begin(), values->end(), [](float value) { return value == 0.0f; });
  }

  // Checks that the GRU can be given a state and now starts from zero.
  Status CheckStart(const onnx::Node& gru) const {
    const bool plain = IsGru(gru) && gru.inputs.size() >= 3 && gru.Int("hidden_size", 0) > 0;
    if (!plain) return Fail(gru, "is of a kind that no state can be given to");
    if (gru.inputs.size() <= kGruInitialState || gru.inputs[kGruInitialState].empty()) return {};
    const std::string& start = gru.inputs[kGruInitialState];
    // An input without an output that follows it is replaced by the state.
    if (FindInput(graph_, start) != nullptr) return {};
    if (from_frames_.contains(start)) return Fail(gru, "starts from what the frames say");
    Names needed = {start};
    bool zero = true;
    for (size_t i = graph_.nodes.size(); i-- > 0;) {
      const onnx::Node& node = graph_.nodes[i];
      // A shape gives the number of zeros only, whatever values have it.
      if (!MakesAny(node, needed) || node.op_type == "Shape" || node.op_type == "Size") continue;
      needed.insert(node.inputs.begin(), node.inputs.end());
      for (const onnx::Attribute& attribute : node.attributes) {
        const auto* tensor = std::get_if<onnx::Tensor>(&attribute.value);
        zero = zero && (tensor == nullptr || IsZero(*tensor));
      }
    }
    for (const onnx::Tensor& tensor : graph_.initializers) {
      zero = zero && (!needed.contains(tensor.name) || IsZero(tensor));
    }
    return zero ? Status{} : Fail(gru, "does not start from zero");
  }

  void GiveTo(onnx::Node& gru) {
    const std::string stem = part_ + "/gru" + std::to_string(count_++);
    const Names used = ValueNames(graph_);
    const std::string start = FreeName(stem + "_h0", used);
    const std::string last = GiveGruState(gru, start, FreeName(stem + "_h1", used));
    onnx::ValueInfo info{.name = start,
                         .type = onnx::DataType::kFloat,
                         .dims = {1, 1, gru.Int("hidden_size", 0)},
                         .dim_names = {}};
    graph_.inputs.push_back(info);
    info.name = last;
    if (FindOutput(graph_, last) == nullptr) graph_.outputs.push_back(info);
    given_.push_back(
        {.input = start, .output = last, .shape = {1, 1, static_cast<size_t>(info.dims[2])}});
  }

  onnx::Graph& graph_;
  const std::string& file_;
  const std::string& part_;
  Names from_frames_;  // values computed from inputs that are not named like states
  size_t count_ = 0;
  std::vector<RunState> given_;
};

class Cutter {
 public:
  Cutter(onnx::Graph graph, std::vector<RunState> states, const std::string& file,
         const std::string& part, const std::vector<std::string>& results)
      : graph_(std::move(graph)),
        states_(std::move(states)),
        file_(file),
        part_(part),
        results_(results.begin(), results.end()),
        used_(ValueNames(graph_)) {
    for (const RunState& state : states_) state_inputs_.insert(state.input);
  }

  Result<std::vector<RunStage>> Cut() {
    DFN_TRY(flow_, FrameFlow::Build({graph_, file_}, states_));
    DFN_TRY(levels_, FrameLevels::Find({graph_, file_}, flow_));
    if (levels_.count() > kMaxStages) return Fail("changes too often between windows and states");
    DFN_CHECK(CheckFrames());
    for (const std::string& result : results_) {
      if (levels_.Of(result) == kNoLevel) {
        return Fail("the output " + Quoted(result) + " is not computed from the frames");
      }
    }
    // From the last stage to the first, since a stage must give what later stages take.
    wanted_ = results_;
    std::vector<RunStage> stages;
    for (size_t level = levels_.count(); level-- > 0;) {
      Names outputs;
      for (const std::string& value : wanted_) {
        if (levels_.Of(value) == level) outputs.insert(value);
      }
      for (const RunState& state : states_) {
        if (levels_.Of(state.output) == level) outputs.insert(state.output);
      }
      if (outputs.empty()) continue;
      DFN_TRY(RunStage stage, Stage(level, outputs));
      stages.push_back(std::move(stage));
    }
    std::reverse(stages.begin(), stages.end());
    return stages;
  }

 private:
  Error Fail(const std::string& sentence) const {
    return {ErrorCode::kUnsupported, file_ + ": " + sentence};
  }

  // Checks that inputs accept any number of frames if the graph will run over windows.
  Status CheckFrames() const {
    const bool windows = std::any_of(flow_.nodes().begin(), flow_.nodes().end(),
                                     [](const NodeTime& t) { return t.use == TimeUse::kWindow; });
    for (const onnx::ValueInfo& input : graph_.inputs) {
      if (!windows || state_inputs_.contains(input.name)) continue;
      const int64_t frames = DeclaredFrames(input);
      if (frames < 0) continue;
      return Fail("input " + Quoted(input.name) + " takes " +
                  (frames == 1 ? "one frame" : std::to_string(frames) + " frames") +
                  " a call, and its convolutions have no history");
    }
    return {};
  }

  // What a level's values are computed from: values of lower levels, and states.
  struct Needs {
    Names given;
    Names states;
  };
  Needs NeedsOf(size_t level, const Names& outputs) const {
    Needs needs;
    Names computed = outputs;
    for (size_t i = graph_.nodes.size(); i-- > 0;) {
      const onnx::Node& node = graph_.nodes[i];
      if (!MakesAny(node, computed)) continue;
      for (const std::string& input : node.inputs) {
        const size_t from = levels_.Of(input);
        if (state_inputs_.contains(input)) {
          needs.states.insert(input);
        } else if (from != kNoLevel && from < level) {
          needs.given.insert(input);
        } else if (!input.empty()) {
          computed.insert(input);
        }
      }
    }
    return needs;
  }

  // The number of frames before the newest that the outputs of a level depend on.
  size_t PastFrames(size_t level, const Names& outputs) const {
    std::map<std::string, size_t> past;
    for (size_t i = 0; i < graph_.nodes.size(); ++i) {
      const onnx::Node& node = graph_.nodes[i];
      if (levels_.Of(node) != level) continue;
      size_t most = 0;
      for (const std::string& input : node.inputs) {
        const auto found = past.find(input);
        if (found != past.end()) most = std::max(most, found->second);
      }
      for (const std::string& output : node.outputs) {
        past[output] = most + flow_.nodes()[i].past_frames;
      }
    }
    size_t most = 0;
    for (const std::string& output : outputs) most = std::max(most, past[output]);
    return most;
  }

  Result<RunStage> Stage(size_t level, const Names& outputs) {
    const Needs needs = NeedsOf(level, outputs);
    RunStage stage;
    stage.file = file_;
    for (const RunState& state : states_) {
      const bool leaves = levels_.Of(state.output) == level;
      if (needs.states.contains(state.input) != leaves) {
        return Fail("the state " + Quoted(state.input) + " is not read where " +
                    Quoted(state.output) + " is made");
      }
      if (leaves) stage.states.push_back(state);
    }
    stage.window_frames = 1 + (IsWindowLevel(level) ? PastFrames(level, outputs) : 0);
    DFN_TRY(stage.model, Write(needs.given, outputs));
    wanted_.insert(needs.given.begin(), needs.given.end());
    return stage;
  }

  Result<std::vector<uint8_t>> Write(const Names& given, const Names& outputs) {
    std::vector<onnx::ValueInfo> inputs;
    for (const std::string& value : given) inputs.push_back(Info(value));
    std::vector<onnx::ValueInfo> results;
    for (const std::string& value : outputs) results.push_back(Info(value));
    DFN_TRY(onnx::Graph part, Extract(graph_, file_, inputs, results));
    part.metadata.clear();
    for (const Names* names : {&given, &outputs}) {
      for (const std::string& value : *names) {
        const bool is_state = std::any_of(states_.begin(), states_.end(),
                                          [&](const RunState& s) { return s.output == value; });
        if (!results_.contains(value) && !is_state) RenameValue(part, value, PassedName(value));
      }
    }
    return onnx::WriteGraph(part);
  }

  const std::string& PassedName(const std::string& value) {
    std::string& name = passed_[value];
    if (!name.empty()) return name;
    name = FreeName(part_ + "/" + value, used_);
    used_.insert(name);
    return name;
  }

  // Keeps the declared shape except for maps and vectors, where exporters often declare wrong ones.
  onnx::ValueInfo Info(const std::string& value) const {
    const onnx::ValueInfo* output = FindOutput(graph_, value);
    if (output != nullptr && !IsMapName(value)) return *output;
    return {.name = value, .type = onnx::DataType::kFloat, .dims = {}, .dim_names = {}};
  }

  const onnx::Graph graph_;
  const std::vector<RunState> states_;
  const std::string& file_;
  const std::string& part_;
  const Names results_;
  Names used_;
  std::map<std::string, std::string> passed_;  // new names of values between stages
  Names state_inputs_;
  FrameFlow flow_;
  FrameLevels levels_;
  Names wanted_;
};

}  // namespace

Result<std::vector<RunStage>> CutByFrames(const NamedGraph& graph, const std::string& part,
                                          const std::vector<std::string>& results,
                                          const std::vector<std::string>& given,
                                          const Limits& limits) {
  DFN_CHECK(CheckAttributesKept(graph.graph, graph.file));
  DFN_TRY(std::vector<RunState> states, FindRunStates(graph, StateNames::kNetwork, limits));
  DFN_TRY(const onnx::Graph padded, ToWholeSequence(graph.graph, graph.file));
  std::vector<onnx::ValueInfo> outputs;
  for (const std::string& result : results) {
    DFN_TRY(outputs.emplace_back(), RequireOutput({padded, graph.file}, result));
  }
  for (const RunState& state : states) outputs.push_back(*FindOutput(padded, state.output));
  DFN_TRY(onnx::Graph ordered, Extract(padded, graph.file, {}, outputs));
  std::erase_if(states,
                [&](const RunState& state) { return FindInput(ordered, state.input) == nullptr; });
  DFN_TRY(const FrameFlow flow, FrameFlow::Build({ordered, graph.file}, states));
  DFN_TRY(const auto added, StateGiver(ordered, graph.file, part).Give(flow));
  states.insert(states.end(), added.begin(), added.end());
  DFN_TRY(ordered, Extract(ordered, graph.file, {}, ordered.outputs));
  DFN_CHECK(CheckInputsKnown({ordered, graph.file}, states, given));
  return Cutter(std::move(ordered), std::move(states), graph.file, part, results).Cut();
}

}  // namespace dfn
