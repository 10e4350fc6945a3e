#include "convert/plan/frame_levels.h"

#include <algorithm>
#include <set>
#include <utility>

#include "convert/graph/graph_edit.h"
#include "convert/graph/quantized.h"

namespace dfn {
namespace {

using Names = std::set<std::string>;

// A network takes two or three; what is not settled after these is refused.
constexpr size_t kMostRounds = 64;

}  // namespace

class FrameLevels::Finder {
 public:
  Finder(const NamedGraph& named, const FrameFlow& flow) : named_(named), flow_(flow) {}

  Result<FrameLevels> Find() && {
    SetLevels();
    SetKinds();
    RaiseScales();
    DelayFrameNodes();
    DFN_CHECK(CheckKinds());
    return std::move(out_);
  }

 private:
  // Puts each node on the lowest level of its kind that is not below any level it reads from.
  void SetLevels() {
    std::map<std::string, size_t> lowest;  // of shapes too
    for (size_t i = 0; i < named_.graph.nodes.size(); ++i) {
      const onnx::Node& node = named_.graph.nodes[i];
      size_t level = 0;
      for (const std::string& input : node.inputs) {
        const auto found = lowest.find(input);
        if (found != lowest.end()) level = std::max(level, found->second);
      }
      const TimeUse use = flow_.nodes()[i].use;
      const bool other = (use == TimeUse::kWindow && !IsWindowLevel(level)) ||
                         (use == TimeUse::kRecurrent && IsWindowLevel(level));
      if (other) ++level;
      for (const std::string& output : node.outputs) {
        if (output.empty()) continue;
        lowest[output] = level;
        if (use != TimeUse::kNone) out_.level_[output] = level;
      }
    }
  }

  // Notes the values from frames that are no floats, or one number for all frames of a call. These
  // cannot pass from stage to stage.
  void SetKinds() {
    for (size_t i = 0; i < named_.graph.nodes.size(); ++i) {
      if (flow_.nodes()[i].use == TimeUse::kNone) continue;
      const onnx::Node& node = named_.graph.nodes[i];
      bool integers = false;
      bool floats = false;
      bool scales = false;
      for (const std::string& input : node.inputs) {
        if (!flow_.is_data(input)) continue;
        const auto kind = kept_.find(input);
        integers |= kind != kept_.end() && kind->second == NumberKind::kIntegers;
        scales |= kind != kept_.end() && kind->second == NumberKind::kScale;
        floats |= kind == kept_.end();
      }
      for (size_t k = 0; k < node.outputs.size(); ++k) {
        const NumberKind kind = KindOfOutput(node, k, integers, scales && !integers && !floats);
        if (kind != NumberKind::kFloats) kept_[node.outputs[k]] = kind;
      }
    }
  }

  // Moves nodes up to the level of those that take integers or a scale from them.
  void RaiseScales() {
    std::map<std::string, size_t> wanted;
    for (size_t i = named_.graph.nodes.size(); i-- > 0;) {
      const onnx::Node& node = named_.graph.nodes[i];
      if (flow_.nodes()[i].use == TimeUse::kNone) continue;
      size_t level = out_.Of(node);
      if (level == kNoLevel) continue;
      if (flow_.nodes()[i].use == TimeUse::kFrame) {
        for (const std::string& output : node.outputs) {
          const auto found = wanted.find(output);
          if (found != wanted.end()) level = std::max(level, found->second);
        }
        SetLevel(node, level);
      }
      for (const std::string& input : node.inputs) {
        if (!kept_.contains(input)) continue;
        const auto [entry, is_new] = wanted.emplace(input, level);
        if (!is_new) entry->second = std::min(entry->second, level);
      }
    }
  }

  // Errors: kUnsupported (integers or a scale would have to pass from stage to stage).
  Status CheckKinds() const {
    for (size_t i = 0; i < named_.graph.nodes.size(); ++i) {
      const onnx::Node& node = named_.graph.nodes[i];
      const size_t level = out_.Of(node);
      if (level == kNoLevel) continue;
      for (const std::string& input : node.inputs) {
        const size_t from = out_.Of(input);
        if (!kept_.contains(input) || from == kNoLevel || from == level) continue;
        return Error{ErrorCode::kUnsupported,
                     named_.file + ": " + DescribeNode(node) +
                         " takes integers from where the graph must be cut"};
      }
    }
    return {};
  }

  bool IsDelayed(const onnx::Node& node, const std::map<std::string, size_t>& before) const {
    return std::any_of(node.outputs.begin(), node.outputs.end(), [&](const std::string& output) {
      const auto found = before.find(output);
      return found != before.end() && found->second < out_.Of(output);
    });
  }

  void SetLevel(const onnx::Node& node, size_t level) {
    for (const std::string& output : node.outputs) {
      if (!output.empty()) out_.level_[output] = level;
    }
  }

  // Moves nodes that no convolution of their window reads from to the level behind it: every node
  // of a window computes all of the window's frames. Nodes that take integers or a scale stay with
  // those that give them.
  void DelayFrameNodes() {
    std::set<size_t> staying;
    size_t rounds = 1;
    while (DelayAllBut(staying) && rounds < kMostRounds) ++rounds;
    for (const auto& [value, level] : out_.level_) out_.count_ = std::max(out_.count_, level + 1);
  }

  // Whether further nodes have to stay; they are then in `staying`, and every node is back at its
  // level.
  bool DelayAllBut(std::set<size_t>& staying) {
    const std::map<std::string, size_t> before = out_.level_;
    Names awaited;
    for (size_t i = named_.graph.nodes.size(); i-- > 0;) {
      const onnx::Node& node = named_.graph.nodes[i];
      const TimeUse use = flow_.nodes()[i].use;
      if (use == TimeUse::kNone || node.outputs.empty()) continue;
      const size_t level = out_.Of(node);
      if (use == TimeUse::kFrame && IsWindowLevel(level) && !MakesAny(node, awaited) &&
          !staying.contains(i)) {
        SetLevel(node, level + 1);
        continue;
      }
      if (!IsWindowLevel(level)) continue;
      for (const std::string& input : node.inputs) {
        if (out_.Of(input) == level) awaited.insert(input);
      }
    }
    const size_t stayed = staying.size();
    for (size_t i = 0; i < named_.graph.nodes.size(); ++i) {
      const onnx::Node& node = named_.graph.nodes[i];
      if (flow_.nodes()[i].use != TimeUse::kFrame) continue;
      const size_t level = out_.Of(node);
      const auto is_parted = [&](const std::string& input) {
        const size_t from = out_.Of(input);
        return kept_.contains(input) && from != kNoLevel && from < level;
      };
      if (level == kNoLevel || !IsDelayed(node, before)) continue;
      if (!std::any_of(node.inputs.begin(), node.inputs.end(), is_parted)) continue;
      staying.insert(i);
      SetLevel(node, level - 1);
    }
    if (staying.size() == stayed) return false;
    out_.level_ = before;
    return true;
  }

  const NamedGraph& named_;
  const FrameFlow& flow_;
  FrameLevels out_;
  std::map<std::string, NumberKind> kept_;  // values that cannot pass from level to level
};

Result<FrameLevels> FrameLevels::Find(const NamedGraph& graph, const FrameFlow& flow) {
  return Finder(graph, flow).Find();
}

size_t FrameLevels::Of(const std::string& value) const {
  const auto found = level_.find(value);
  return found == level_.end() ? kNoLevel : found->second;
}

size_t FrameLevels::Of(const onnx::Node& node) const {
  for (const std::string& output : node.outputs) {
    if (const size_t level = Of(output); level != kNoLevel) return level;
  }
  return kNoLevel;
}

}  // namespace dfn
