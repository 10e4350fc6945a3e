// Finds which nodes of a graph depend on earlier frames, and so whether it can run frame by frame.
#ifndef DEEPFILTER_CONVERT_PLAN_FRAME_FLOW_H_
#define DEEPFILTER_CONVERT_PLAN_FRAME_FLOW_H_

#include <cstddef>
#include <cstdint>
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
  kNone,       // computes constants, shapes, or values from states alone
  kFrame,      // computes each frame by itself
  kWindow,     // puts zeros before the first frame, or reads earlier frames
  kRecurrent,  // passes a state from frame to frame
};

struct NodeTime {
  TimeUse use = TimeUse::kNone;
  size_t past_frames = 0;  // earlier frames that a kWindow node reads
  bool starts_anew =
      false;  // a kRecurrent node without a state input: it starts each call from zero
};

// One entry for each node of the graph, which must be in an order of execution (Extract). Errors:
// kUnsupported (a node that does not compute each frame from that frame and earlier ones alone, or
// for which this cannot be determined: look-ahead, strides, means over time), kCorrupt (no valid
// graph).
class FrameFlow {
 public:
  static Result<FrameFlow> Build(const NamedGraph& graph, const std::vector<RunState>& states);

  const std::vector<NodeTime>& nodes() const { return nodes_; }
  // Whether a value is an input of frames or is computed from one.
  bool is_data(const std::string& value) const { return data_.contains(value); }

  // Whether calls of one frame each, with the states, compute the same as one call on the sequence.
  bool RunsByFrame() const;

 private:
  class Builder;
  std::vector<NodeTime> nodes_;
  std::set<std::string> data_;
};

// The number of frames that an input declares to take, by its rank: [B, C, T, F] or [B, T, W]; -1
// where any number fits or the rank is another.
int64_t DeclaredFrames(const onnx::ValueInfo& input);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_PLAN_FRAME_FLOW_H_
