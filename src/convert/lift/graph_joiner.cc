#include "convert/lift/graph_joiner.h"

#include <algorithm>
#include <array>

#include "base/printable.h"
#include "convert/config/metadata.h"
#include "convert/config/value_names.h"
#include "convert/graph/data_flow.h"
#include "convert/graph/graph_edit.h"
#include "convert/lift/state_output.h"

namespace dfn {
namespace {

// The most inputs or outputs of a part; the largest network has about twenty.
constexpr size_t kMaxInterface = 256;
constexpr std::array<const char*, 3> kHiddenStates = {"h0", "erb_h0", "df_h0"};

}  // namespace

const std::string* GraphJoiner::Source::Metadata(const std::string& key) const {
  return FindMetadata(metadata, key);
}

Status GraphJoiner::Add(const JoinPart& part) {
  const onnx::Graph& graph = part.graph.graph;
  DFN_CHECK(CheckAttributesKept(graph, part.graph.file));
  for (const auto* values : {&graph.inputs, &graph.outputs}) {
    if (values->size() <= kMaxInterface) continue;
    return Error{ErrorCode::kLimit, part.graph.file + ": has " + std::to_string(values->size()) +
                                        " inputs or outputs, the limit is " +
                                        std::to_string(kMaxInterface)};
  }
  Names names;  // of values that get more than the prefix
  DFN_CHECK(NameResults(part, names));
  DFN_CHECK(NameInputs(part, names));
  const auto rename = [&](const std::string& name) {
    if (name.empty()) return name;
    const auto found = names.find(name);
    return found != names.end() ? found->second : part.prefix + name;
  };
  for (onnx::Tensor tensor : graph.initializers) {
    tensor.name = rename(tensor.name);
    out_.initializers.push_back(std::move(tensor));
  }
  for (onnx::Node node : graph.nodes) {
    if (!node.name.empty()) node.name = part.prefix + node.name;
    for (std::string& input : node.inputs) input = rename(input);
    for (std::string& output : node.outputs) output = rename(output);
    out_.nodes.push_back(std::move(node));
  }
  for (const auto& [name, theirs] : part.given_on) {
    if (FindOutput(graph, name) != nullptr) links_[theirs] = rename(name);
  }
  out_.ir_version = std::max(out_.ir_version, graph.ir_version);
  out_.opset = graph.opset;
  out_.producer = sources_.empty() || out_.producer == graph.producer ? graph.producer : "";
  sources_.push_back({graph.bytes, part.prefix, graph.metadata});
  return {};
}

// Values that leave the whole besides the results, under the names that later parts know.
void GraphJoiner::GiveOut(const std::string& name, onnx::ValueInfo info) {
  const auto link = links_.find(name);
  if (link == links_.end()) return;
  if (link->second != name) RenameValue(out_, link->second, name);
  link->second = name;
  info.name = name;
  results_.push_back(std::move(info));
}

// The joined graph; it reads its tensors from the parts' bytes, which it keeps.
Result<onnx::Graph> GraphJoiner::Finish(const std::string& label) {
  std::stable_partition(states_.begin(), states_.end(), [](const State& state) {
    return std::find(kHiddenStates.begin(), kHiddenStates.end(), state.in.name) !=
           kHiddenStates.end();
  });
  out_.inputs = features_;
  out_.outputs = results_;
  for (const State& state : states_) {
    out_.inputs.push_back(state.in);
    if (state.out) out_.outputs.push_back(*state.out);
  }
  JoinMetadata();
  KeepBytes();
  // Finds names that have become the same.
  DFN_TRY(const DataFlow flow, DataFlow::Build(out_, label));
  return std::move(out_);
}

Status GraphJoiner::NameResults(const JoinPart& part, Names& names) {
  for (const std::string& result : part.results) {
    const onnx::ValueInfo* output = FindOutput(part.graph.graph, result);
    if (output == nullptr) {
      return Error{ErrorCode::kMismatch,
                   part.graph.file + ": there is no output " + Quoted(result)};
    }
    names[result] = result;
    taken_.insert(result);
    results_.push_back(*output);
  }
  return {};
}

// Features are shared, what an earlier part gives is wired, states keep their names.
Status GraphJoiner::NameInputs(const JoinPart& part, Names& names) {
  const onnx::Graph& graph = part.graph.graph;
  for (const onnx::ValueInfo& input : graph.inputs) {
    const std::string& name = input.name;
    const onnx::ValueInfo* next = StateOutputOf(graph, name);
    if (IsFeatureName(name)) {
      names[name] = name;
      if (taken_.insert(name).second) features_.push_back(input);
    } else if (const auto link = links_.find(name); link != links_.end()) {
      names[name] = link->second;
    } else if (next != nullptr) {
      AddState(part, input, next, names);
    } else if (IsRead(graph, name)) {
      // A hidden state that does not come out again must still be fed.
      if (!name.ends_with("h0")) return UnknownInput(part, name);
      AddState(part, input, nullptr, names);
    }
  }
  return {};
}

Error GraphJoiner::UnknownInput(const JoinPart& part, const std::string& name) const {
  return {ErrorCode::kMismatch, part.graph.file + ": input " + Quoted(name) +
                                    " is neither a feature nor a state" +
                                    (sources_.empty() ? "" : ", and no other part gives it")};
}

void GraphJoiner::AddState(const JoinPart& part, const onnx::ValueInfo& in,
                           const onnx::ValueInfo* next, Names& names) {
  State state{.in = in, .out = {}};
  if (next != nullptr) state.out = *next;
  const auto is_taken = [&] {
    return taken_.contains(state.in.name) || (state.out && taken_.contains(state.out->name));
  };
  while (is_taken()) {
    state.in.name = part.state_stem + state.in.name;
    if (state.out) state.out->name = part.state_stem + state.out->name;
  }
  names[in.name] = state.in.name;
  taken_.insert(state.in.name);
  if (state.out) {
    names[next->name] = state.out->name;
    taken_.insert(state.out->name);
  }
  states_.push_back(std::move(state));
}

// Joins the metadata of this project's exports where it describes one part.
void GraphJoiner::JoinMetadata() {
  const bool ours = std::all_of(sources_.begin(), sources_.end(), [&](const Source& source) {
    const std::string* format = source.Metadata(kMetaFormat);
    return format != nullptr && *format == kMetaFormatValue;
  });
  std::set<std::string> seen;
  for (const Source& source : sources_) {
    for (const auto& [key, value] : source.metadata) {
      if (!seen.insert(key).second) continue;
      AddMetadata(key, ours);
    }
  }
}

void GraphJoiner::AddMetadata(const std::string& key, bool ours) {
  if (ours && (key == kMetaPart || key == kMetaLayout)) {
    out_.metadata.emplace_back(key, out_.name);
    return;
  }
  if (ours && key == kMetaStates) {
    out_.metadata.emplace_back(key, StatesText());
    return;
  }
  const std::string* first = sources_.front().Metadata(key);
  const bool agreed = std::all_of(sources_.begin(), sources_.end(), [&](const Source& source) {
    const std::string* value = source.Metadata(key);
    return value != nullptr && first != nullptr && *value == *first;
  });
  if (agreed) {
    out_.metadata.emplace_back(key, *first);
    return;
  }
  for (const Source& source : sources_) {
    const std::string* value = source.Metadata(key);
    if (value == nullptr) continue;
    // A window belongs to the whole, whichever part notes it.
    const bool whole = ours && key == kMetaWindow;
    out_.metadata.emplace_back((whole ? "" : source.prefix) + key, *value);
  }
}

std::string GraphJoiner::StatesText() const {
  std::vector<StatePair> states;
  for (const State& state : states_) {
    if (!state.out) continue;
    StatePair pair{.in = state.in.name, .out = state.out->name, .shape = {}};
    for (int64_t dim : state.in.dims) pair.shape.push_back(static_cast<size_t>(dim));
    states.push_back(std::move(pair));
  }
  return StatesJson(states);
}

// Tensors point into the bytes of several files; one owner keeps them all.
void GraphJoiner::KeepBytes() {
  struct Owner {
    std::vector<std::shared_ptr<const std::vector<uint8_t>>> parts;
    std::vector<uint8_t> none;
  };
  auto owner = std::make_shared<Owner>();
  for (const Source& source : sources_) owner->parts.push_back(source.bytes);
  out_.bytes = std::shared_ptr<const std::vector<uint8_t>>(owner, &owner->none);
}

}  // namespace dfn
