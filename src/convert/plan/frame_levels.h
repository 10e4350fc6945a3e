// The stages that a graph is cut into: which of its nodes run together.
#ifndef DEEPFILTER_CONVERT_PLAN_FRAME_LEVELS_H_
#define DEEPFILTER_CONVERT_PLAN_FRAME_LEVELS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"
#include "convert/graph/named_graph.h"
#include "convert/plan/frame_flow.h"

namespace dfn {

// Inputs, constants and shapes have no level.
inline constexpr size_t kNoLevel = SIZE_MAX;
// Even levels run over windows, odd levels over one frame with states.
inline bool IsWindowLevel(size_t level) { return level % 2 == 0; }

// The level of each value that is made from frames. A node reads from its own level and from lower
// ones; what passes from a level to a higher one is frames of floats.
class FrameLevels {
 public:
  // Nodes that read earlier frames are on even levels, those that pass on a state on odd ones, and
  // the others on odd levels where that is possible, since a node of a window computes all of the
  // window's frames. `flow` is that of the graph. Errors: kUnsupported (integers, or their scale,
  // would have to pass from level to level).
  static Result<FrameLevels> Find(const NamedGraph& graph, const FrameFlow& flow);

  // The level of a value, and that of a node: of its outputs.
  size_t Of(const std::string& value) const;
  size_t Of(const onnx::Node& node) const;
  size_t count() const { return count_; }

 private:
  class Finder;
  std::map<std::string, size_t> level_;
  size_t count_ = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_PLAN_FRAME_LEVELS_H_
