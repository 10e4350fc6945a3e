#include "formats/torch/pickle.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/printable.h"
#include "formats/torch/machine.h"

namespace dfn::torch {
namespace {

// DeepFilterNet's own weights in numpy's arrays are up to 60 MB.
constexpr size_t kMaxPickleBytes = size_t{256} << 20;
// Deeper than trainers nest.
constexpr size_t kMaxDepth = 4;
// How many state dicts a message names, and the most bytes of each key.
constexpr size_t kMaxNamed = 3;
constexpr size_t kMaxKeyBytes = 24;

constexpr std::array<std::string_view, 4> kWrappers = {
    "module", "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"};

// A dictionary that was reached from the result by keys that are strings.
struct Node {
  size_t dict = 0;
  size_t parent = 0;  // in the list of nodes; the first one is its own
  std::string_view key = {};
  size_t depth = 0;
};

// A module that was pickled as a Python object.
struct WholeModel {
  size_t object = 0;
  size_t parent = 0;
  std::string_view key = {};  // empty: the pickle's result
};

class StateDictFinder {
 public:
  StateDictFinder(const Unpickled& unpickled, const std::string& where, const Limits& limits)
      : heap_(unpickled.heap),
        where_(where),
        limits_(limits),
        seen_(heap_.dicts.size()),
        is_module_(heap_.dicts.size()) {}

  // The dictionary with the state dict's tensors.
  Result<size_t> Find(Value result, std::string_view landmark) {
    for (size_t i = 0; i < heap_.dicts.size(); ++i) {
      is_module_[i] = HasKey(i, "_modules") && HasKey(i, "_parameters");
    }
    if (result.kind == Kind::kObject || result.kind == Kind::kGlobal) {
      DFN_CHECK(CheckObject(result));
    } else if (result.kind != Kind::kDict) {
      return Error{ErrorCode::kCorrupt, where_ + ": has " + KindText(result.kind) +
                                            " in place of " + KindText(Kind::kDict)};
    }
    const size_t root =
        result.kind == Kind::kDict ? result.index() : heap_.objects[result.index()].dict.index();
    Visit({.dict = root});
    for (size_t i = 0; i < nodes_.size(); ++i) Walk(i);
    return Choose(landmark);
  }

  Result<std::vector<NamedTensorView>> Tensors(size_t dict) const {
    std::vector<NamedTensorView> tensors;
    for (const auto& [key, value] : heap_.dicts[dict].items) {
      if (key.kind != Kind::kString || value.kind != Kind::kTensor) continue;
      const std::string_view name = heap_.strings[key.index()];
      if (name.size() > limits_.max_name_bytes) {
        return Fail(ErrorCode::kLimit, "has a tensor's name of " + std::to_string(name.size()) +
                                           " bytes, the limit is " +
                                           std::to_string(limits_.max_name_bytes));
      }
      tensors.push_back({std::string(name), heap_.tensors[value.index()]});
    }
    return tensors;
  }

 private:
  Error Fail(ErrorCode code, const std::string& what) const { return {code, where_ + ": " + what}; }

  std::string ClassName(Value value) const {
    const size_t foreign = value.kind == Kind::kObject
                               ? heap_.objects[value.index()].foreign
                               : static_cast<size_t>(value.number - kFirstForeign);
    if (value.kind == Kind::kGlobal && value.number < kFirstForeign) return "a known class";
    const ForeignGlobal& global = heap_.foreign[foreign];
    return Quoted(std::string(global.module.substr(0, limits_.max_name_bytes)) + "." +
                  std::string(global.name.substr(0, limits_.max_name_bytes)));
  }

  bool HasKey(size_t dict, std::string_view key) const {
    const auto& items = heap_.dicts[dict].items;
    return std::any_of(items.begin(), items.end(), [&](const auto& item) {
      return item.first.kind == Kind::kString && heap_.strings[item.first.index()] == key;
    });
  }

  bool IsModule(Value value) const {
    if (value.kind != Kind::kObject) return false;
    const Value dict = heap_.objects[value.index()].dict;
    return dict.kind == Kind::kDict && is_module_[dict.index()];
  }

  // Whether an object that is the pickle's result has a dictionary to look into.
  Status CheckObject(Value result) const {
    if (IsModule(result)) return WholeModelError(result, "");
    if (result.kind == Kind::kObject && heap_.objects[result.index()].dict.kind == Kind::kDict) {
      return {};
    }
    return Fail(ErrorCode::kUnsupported,
                "asks for " + ClassName(result) + ", which no state dict needs; nothing was run");
  }

  Error WholeModelError(Value module, const std::string& place) const {
    return Fail(ErrorCode::kUnsupported,
                "is a whole model of class " + ClassName(module) +
                    ", which only Python can read; save its weights with: python3 -c \"import "
                    "torch; torch.save(torch.load('FILE', weights_only=False)" +
                    place + ".state_dict(), 'model.ckpt')\"");
  }

  void Visit(const Node& node) {
    if (seen_[node.dict]) return;
    seen_[node.dict] = true;
    nodes_.push_back(node);
  }

  // Notes the dictionaries and whole models in a node.
  void Walk(size_t index) {
    const Node node = nodes_[index];
    for (const auto& [key, value] : heap_.dicts[node.dict].items) {
      if (key.kind != Kind::kString) continue;
      const std::string_view name = heap_.strings[key.index()];
      if (IsModule(value)) {
        if (!whole_model_) whole_model_ = WholeModel{value.index(), index, name};
        continue;
      }
      Value dict = value;
      if (value.kind == Kind::kObject) dict = heap_.objects[value.index()].dict;
      if (dict.kind != Kind::kDict || node.depth == kMaxDepth) continue;
      Visit({.dict = dict.index(), .parent = index, .key = name, .depth = node.depth + 1});
    }
  }

  // ['a']['b'] as in Python; nothing for the first node.
  std::string Place(size_t index) const {
    if (index == 0) return "";
    return Place(nodes_[index].parent) + Key(nodes_[index].key);
  }
  static std::string Key(std::string_view key) {
    const bool is_long = key.size() > kMaxKeyBytes;
    return "['" + Printable(key.substr(0, kMaxKeyBytes)) + (is_long ? "...']" : "']");
  }

  bool HasTensor(size_t dict) const {
    const auto& items = heap_.dicts[dict].items;
    return std::any_of(items.begin(), items.end(), [](const auto& item) {
      return item.first.kind == Kind::kString && item.second.kind == Kind::kTensor;
    });
  }

  bool HasLandmark(size_t dict, std::string_view landmark) const {
    const auto& items = heap_.dicts[dict].items;
    return std::any_of(items.begin(), items.end(), [&](const auto& item) {
      if (item.first.kind != Kind::kString || item.second.kind != Kind::kTensor) return false;
      const std::string_view key = heap_.strings[item.first.index()];
      if (key.size() > limits_.max_name_bytes) return false;
      const std::string name = WithoutWrappers(key);
      const size_t at = name.find(landmark);
      return at == 0 || (at != std::string::npos && name[at - 1] == '.');
    });
  }

  Result<size_t> Choose(std::string_view landmark) const {
    std::vector<size_t> with_tensors;
    std::vector<size_t> with_landmark;
    for (size_t i = 0; i < nodes_.size(); ++i) {
      if (!HasTensor(nodes_[i].dict)) continue;
      with_tensors.push_back(i);
      if (!landmark.empty() && HasLandmark(nodes_[i].dict, landmark)) with_landmark.push_back(i);
    }
    if (with_landmark.size() == 1) return nodes_[with_landmark[0]].dict;
    if (with_landmark.size() > 1) return Several(with_landmark);
    if (whole_model_) {
      return WholeModelError({Kind::kObject, static_cast<int64_t>(whole_model_->object)},
                             Place(whole_model_->parent) + Key(whole_model_->key));
    }
    if (with_tensors.size() > 1 && with_tensors[0] != 0) return Several(with_tensors);
    if (!with_tensors.empty()) return nodes_[with_tensors[0]].dict;
    DFN_CHECK(CheckFirstEntry(nodes_[0].dict));
    return nodes_[0].dict;
  }

  // A result without tensors is told by its first entry. An empty one is an empty state dict.
  Status CheckFirstEntry(size_t dict) const {
    if (heap_.dicts[dict].items.empty()) return {};
    const auto& [key, value] = heap_.dicts[dict].items[0];
    if (key.kind != Kind::kString) {
      return Fail(ErrorCode::kUnsupported, std::string("has a dictionary key that is ") +
                                               KindText(key.kind) + ", expected a string");
    }
    const bool is_foreign = value.kind == Kind::kObject;
    return Fail(ErrorCode::kUnsupported, "entry " + Quoted(heap_.strings[key.index()]) + " is " +
                                             KindText(value.kind) +
                                             (is_foreign ? " from " + ClassName(value) : "") +
                                             ", but a state dict holds tensors alone");
  }

  Error Several(const std::vector<size_t>& nodes) const {
    std::string named;
    for (size_t i = 0; i < std::min(nodes.size(), kMaxNamed); ++i) {
      named += (i == 0 ? "" : ", ") + (nodes[i] == 0 ? "the outermost one" : Place(nodes[i]));
    }
    if (nodes.size() > kMaxNamed) named += ", ...";
    return Fail(ErrorCode::kUnsupported,
                "holds " + std::to_string(nodes.size()) + " state dicts, " + named +
                    "; save the one you want by itself, for example: python3 -c \"import torch; "
                    "torch.save(torch.load('FILE', weights_only=False)" +
                    Place(nodes[0]) + ", 'model.ckpt')\"");
  }

  const Heap& heap_;
  const std::string& where_;
  const Limits& limits_;
  // By dictionary: whether it was visited, so that circles end, and whether its keys are those
  // under which a torch.nn.Module keeps its parts.
  std::vector<bool> seen_;
  std::vector<bool> is_module_;
  std::vector<Node> nodes_;
  std::optional<WholeModel> whole_model_;
};

}  // namespace

Result<std::vector<NamedTensorView>> ReadStateDictPickle(Bytes pickle, const std::string& where,
                                                         const Limits& limits,
                                                         std::string_view landmark) {
  const size_t limit = std::min(kMaxPickleBytes, limits.max_file_bytes);
  if (pickle.size() > limit) {
    return Error{ErrorCode::kLimit, where + ": is " + std::to_string(pickle.size()) +
                                        " bytes long, the limit is " + std::to_string(limit)};
  }
  DFN_TRY(const Unpickled unpickled, RunPickle(pickle, where, limits));
  return FindStateDict(unpickled, where, limits, landmark);
}

Result<std::vector<NamedTensorView>> FindStateDict(const Unpickled& unpickled,
                                                   const std::string& where, const Limits& limits,
                                                   std::string_view landmark) {
  StateDictFinder finder(unpickled, where, limits);
  DFN_TRY(const size_t dict, finder.Find(unpickled.result, landmark));
  return finder.Tensors(dict);
}

std::string WithoutWrappers(std::string_view name) {
  std::string own;
  while (!name.empty()) {
    const size_t dot = name.find('.');
    const std::string_view part = name.substr(0, dot);
    const bool is_last = dot == std::string_view::npos;
    if (is_last || std::find(kWrappers.begin(), kWrappers.end(), part) == kWrappers.end()) {
      own += part;
      if (!is_last) own += '.';
    }
    name = is_last ? std::string_view() : name.substr(dot + 1);
  }
  return own;
}

}  // namespace dfn::torch
