#include "convert/plan/run_states.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/checked.h"
#include "base/printable.h"
#include "convert/config/metadata.h"
#include "convert/config/value_names.h"
#include "convert/graph/graph_edit.h"
#include "convert/lift/state_output.h"
#include "convert/plan/state_pairs.h"

namespace dfn {
namespace {

using Dims = std::vector<int64_t>;

constexpr size_t kMaxStates = 4096;
constexpr int64_t kMaxStateDim = int64_t{1} << 31;

// One entry of the metadata.
struct ListedState {
  std::string in;
  std::string out;
  Dims shape;
};

// Reads the JSON that StatesJson writes, with any white space and any order of keys. Strings with
// escapes are refused: StatesJson writes none.
class StateListReader {
 public:
  explicit StateListReader(std::string_view text) : text_(text) {}

  std::optional<std::vector<ListedState>> Read() {
    std::vector<ListedState> states;
    const bool fine = List([&] {
      ListedState state;
      if (states.size() == kMaxStates || !Object(state)) return false;
      states.push_back(std::move(state));
      return true;
    });
    SkipSpace();
    if (!fine || !text_.empty()) return std::nullopt;
    return states;
  }

 private:
  void SkipSpace() {
    while (!text_.empty() &&
           (text_[0] == ' ' || text_[0] == '\n' || text_[0] == '\r' || text_[0] == '\t')) {
      text_.remove_prefix(1);
    }
  }

  bool Take(char expected) {
    SkipSpace();
    if (text_.empty() || text_[0] != expected) return false;
    text_.remove_prefix(1);
    return true;
  }

  template <class Item>
  bool List(Item item, char open = '[', char close = ']') {
    if (!Take(open)) return false;
    if (Take(close)) return true;
    do {
      if (!item()) return false;
    } while (Take(','));
    return Take(close);
  }

  bool String(std::string& out) {
    if (!Take('"')) return false;
    const size_t end = text_.find_first_of("\"\\");
    if (end == std::string_view::npos || text_[end] == '\\') return false;
    out = text_.substr(0, end);
    text_.remove_prefix(end + 1);
    return true;
  }

  bool Number(int64_t& out) {
    SkipSpace();
    size_t digits = 0;
    out = 0;
    while (digits < text_.size() && text_[digits] >= '0' && text_[digits] <= '9') {
      out = out * 10 + (text_[digits] - '0');
      if (out > kMaxStateDim) return false;
      ++digits;
    }
    text_.remove_prefix(digits);
    return digits > 0;
  }

  bool Object(ListedState& state) {
    const bool fine = List(
        [&] {
          std::string key;
          if (!String(key) || !Take(':')) return false;
          if (key == "in") return String(state.in);
          if (key == "out") return String(state.out);
          return key == "shape" && List([&] {
                   int64_t dim = 0;
                   if (state.shape.size() == kMaxRank || !Number(dim)) return false;
                   state.shape.push_back(dim);
                   return true;
                 });
        },
        '{', '}');
    return fine && !state.in.empty() && !state.out.empty();
  }

  static constexpr size_t kMaxRank = 8;
  std::string_view text_;
};

class StateFinder {
 public:
  StateFinder(const NamedGraph& named, StateNames names, const Limits& limits)
      : graph_(named.graph), file_(named.file), names_(names), limits_(limits) {}

  Result<std::vector<RunState>> Find() const {
    DFN_TRY(const std::vector<ListedState> listed, ReadMetadata());
    std::map<const onnx::ValueInfo*, RunState> found;
    std::set<std::string> taken;
    for (const onnx::ValueInfo& input : graph_.inputs) {
      const auto entry = std::find_if(listed.begin(), listed.end(), [&](const ListedState& state) {
        return state.in == input.name;
      });
      const bool is_listed = entry != listed.end();
      const onnx::ValueInfo* output =
          is_listed ? FindOutput(graph_, entry->out) : OutputByName(input);
      if (output == nullptr) continue;
      if (!taken.insert(output->name).second) {
        return Error{ErrorCode::kMismatch,
                     file_ + ": output " + Quoted(output->name) + " is the next of two states"};
      }
      DFN_TRY(found[&input], Pair(input, *output, is_listed ? &entry->shape : nullptr));
    }
    DFN_CHECK(AddLeftOver(taken, found));
    std::vector<RunState> states;
    for (const onnx::ValueInfo& input : graph_.inputs) {
      const auto state = found.find(&input);
      if (state != found.end()) states.push_back(std::move(state->second));
    }
    return states;
  }

 private:
  Result<std::vector<ListedState>> ReadMetadata() const {
    const std::string* text = FindMetadata(graph_.metadata, kMetaStates);
    if (text == nullptr) return std::vector<ListedState>();
    auto listed = StateListReader(*text).Read();
    if (!listed) {
      return Error{ErrorCode::kCorrupt,
                   file_ + ": metadata \"states\" is no list of {\"in\", \"out\", \"shape\"}"};
    }
    for (const ListedState& state : *listed) {
      const bool has_input = FindInput(graph_, state.in) != nullptr;
      if (has_input && FindOutput(graph_, state.out) != nullptr) continue;
      return Error{ErrorCode::kMismatch,
                   file_ + ": metadata \"states\" names the " +
                       (has_input ? "output " + Quoted(state.out) : "input " + Quoted(state.in)) +
                       ", which the graph does not have"};
    }
    return std::move(*listed);
  }

  // Adds the pairs that no convention of names makes.
  // taken: outputs of states that are known
  Status AddLeftOver(const std::set<std::string>& taken,
                     std::map<const onnx::ValueInfo*, RunState>& found) const {
    const bool audio = names_ == StateNames::kAudio;
    const auto is_other = [&](const std::string& name) {
      return !audio && (IsFeatureName(name) || IsMapName(name) || IsResultName(name));
    };
    std::vector<const onnx::ValueInfo*> inputs;
    std::vector<const onnx::ValueInfo*> outputs;
    for (const onnx::ValueInfo& input : graph_.inputs) {
      if (!found.contains(&input) && !is_other(input.name)) inputs.push_back(&input);
    }
    for (const onnx::ValueInfo& output : graph_.outputs) {
      if (!taken.contains(output.name) && !is_other(output.name)) outputs.push_back(&output);
    }
    if (audio) {
      const onnx::ValueInfo* frame = FindFrame(inputs, 0);
      if (frame == nullptr) return {};
      std::erase(inputs, frame);
      std::erase(outputs, FindFrame(outputs, HopOf(*frame)));
    }
    DFN_TRY(const std::vector<StatePairing> pairs,
            PairStates({graph_, file_}, std::move(inputs), std::move(outputs)));
    for (const StatePairing& pair : pairs) {
      DFN_TRY(RunState state, Pair(*pair.input, *pair.output, nullptr));
      state.by_order = pair.by_order;
      found[pair.input] = std::move(state);
    }
    return {};
  }

  const onnx::ValueInfo* OutputByName(const onnx::ValueInfo& input) const {
    const std::string& name = input.name;
    if (const onnx::ValueInfo* output = StateOutputOf(graph_, name)) return output;
    if (names_ != StateNames::kAudio) return nullptr;
    std::vector<std::string> next = {"new_" + name, "next_" + name, name + "_out", name + "_new"};
    if (name.ends_with("_in")) next.push_back(name.substr(0, name.size() - 2) + "out");
    for (const std::string& candidate : next) {
      const onnx::ValueInfo* output = FindOutput(graph_, candidate);
      if (output != nullptr && output->dims == input.dims && IsFixed(input.dims)) return output;
    }
    return nullptr;
  }

  static bool IsFixed(const Dims& dims) {
    return std::all_of(dims.begin(), dims.end(), [](int64_t dim) { return dim >= 0; });
  }

  Result<RunState> Pair(const onnx::ValueInfo& input, const onnx::ValueInfo& output,
                        const Dims* listed) const {
    const std::string subject = file_ + ": state " + Quoted(input.name);
    if (input.type != onnx::DataType::kFloat || output.type != onnx::DataType::kFloat) {
      return Error{ErrorCode::kUnsupported, subject + " is not of float32 numbers"};
    }
    Dims dims = input.dims;
    if (!UniteDims(output.dims, dims)) {
      return Error{ErrorCode::kMismatch, subject + " has shape " + onnx::ShapeText(input.dims) +
                                             ", but " + Quoted(output.name) + " has " +
                                             onnx::ShapeText(output.dims)};
    }
    if (listed != nullptr && !UniteDims(*listed, dims)) {
      return Error{ErrorCode::kMismatch, subject + " has shape " + onnx::ShapeText(dims) +
                                             ", but metadata \"states\" says " +
                                             onnx::ShapeText(*listed)};
    }
    if (dims.empty()) {
      return Error{ErrorCode::kUnsupported, subject + " declares no shape"};
    }
    RunState state{.input = input.name, .output = output.name, .shape = {}};
    size_t elements = 1;
    for (int64_t dim : dims) {
      const auto size = dim < 0 ? std::optional<size_t>(1) : CheckedSize(dim);
      const auto product = size ? CheckedMul(elements, *size) : std::nullopt;
      if (!product || *product > limits_.max_tensor_elements || *product == 0) {
        return Error{ErrorCode::kLimit,
                     subject + " has shape " + onnx::ShapeText(dims) + ", expected 1 to " +
                         std::to_string(limits_.max_tensor_elements) + " numbers"};
      }
      state.shape.push_back(*size);
      elements = *product;
    }
    return state;
  }

  const onnx::Graph& graph_;
  const std::string& file_;
  const StateNames names_;
  const Limits& limits_;
};

}  // namespace

Result<std::vector<RunState>> FindRunStates(const NamedGraph& graph, StateNames names,
                                            const Limits& limits) {
  return StateFinder(graph, names, limits).Find();
}

void AssignParts(const onnx::Graph& graph, std::vector<RunState>& states) {
  for (RunState& state : states) {
    const std::set<std::string> reached = DependingOn(graph, {state.input}, /*by_shape=*/false);
    const bool gains = reached.contains("m");
    const bool coefs = reached.contains("coefs");
    state.part = RunPart::kEncoder;
    if (reached.contains("lsnr") || gains == coefs) continue;
    state.part = gains ? RunPart::kErbDecoder : RunPart::kDfDecoder;
  }
}

void NoteStatesByOrder(const NamedGraph& graph, const std::vector<RunState>& states,
                       std::vector<std::string>& notes) {
  std::string pairs;
  for (const RunState& state : states) {
    if (!state.by_order) continue;
    pairs += (pairs.empty() ? "" : ", ") + Quoted(state.input) + " -> " + Quoted(state.output);
  }
  if (pairs.empty()) return;
  notes.push_back(graph.file + ": states of one shape are paired by their order alone (" + pairs +
                  "); if that is wrong, name the pairs in the metadata entry \"states\"");
}

onnx::Graph WithPlainStateNames(onnx::Graph graph, const std::vector<RunState>& states) {
  bool renamed = false;
  for (const RunState& state : states) {
    const onnx::ValueInfo* output = StateOutputOf(graph, state.input);
    if (output != nullptr && output->name == state.output) continue;
    const std::set<std::string> used = ValueNames(graph);
    std::string stem = state.input + "/state";
    while (used.contains(stem + "0") || used.contains(stem + "1")) stem += "_";
    RenameValue(graph, state.input, stem + "0");
    RenameValue(graph, state.output, stem + "1");
    renamed = true;
  }
  if (renamed) graph.metadata.clear();  // it lists the states by their old names
  return graph;
}

const RunState* FindState(const std::vector<RunState>& states, std::string_view input) {
  const auto found = std::find_if(states.begin(), states.end(),
                                  [&](const RunState& state) { return state.input == input; });
  return found == states.end() ? nullptr : &*found;
}

}  // namespace dfn
