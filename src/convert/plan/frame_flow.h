// What a graph's nodes remember of earlier frames, and so how the graph may be run frame by frame.
#ifndef DEEPFILTER_CONVERT_PLAN_FRAME_FLOW_H_
#define DEEPFILTER_CONVERT_PLAN_FRAME_FLOW_H_

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "convert/graph/data_flow.h"
#include "convert/graph/named_graph.h"
#include "convert/plan/run_plan.h"
#include "formats/onnx/graph.h"

namespace dfn {

// How a node treats time, the third axis of a map [B, C, T, F].
enum class TimeUse {
  kNone,       // makes constants, shapes, or what comes from states alone
  kFrame,      // each frame by itself
  kWindow,     // puts zeros in front of the first frame, or looks at frames before
  kRecurrent,  // hands a state on from frame to frame
};

struct NodeTime {
  TimeUse use = TimeUse::kNone;
  size_t past_frames = 0;    // that a kWindow node looks at
  bool starts_anew = false;  // kRecurrent, but no state comes in: zero at each call's start
};

// One entry for each node of the graph, which must be in an order of execution (Extract). Errors:
// kUnsupported (a node after which frames no longer depend on those before them alone, or of which
// that cannot be told: look-ahead, strides, means over time), kCorrupt (no valid graph).
class FrameFlow {
 public:
  static Result<FrameFlow> Build(const NamedGraph& graph, const std::vector<RunState>& states);

  const std::vector<NodeTime>& nodes() const { return nodes_; }
  // Values computed from the frames that come in, these included.
  bool is_data(const std::string& value) const { return data_.contains(value); }

  // Whether one frame a call, with the states, gives what the whole sequence gives.
  bool RunsByFrame() const;

 private:
  class Builder;
  std::vector<NodeTime> nodes_;
  std::set<std::string> data_;
};

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_PLAN_FRAME_FLOW_H_
