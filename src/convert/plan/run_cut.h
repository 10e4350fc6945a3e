// Cuts a graph for whole sequences into graphs that compute the same frame by frame.
#ifndef DEEPFILTER_CONVERT_PLAN_RUN_CUT_H_
#define DEEPFILTER_CONVERT_PLAN_RUN_CUT_H_

#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "convert/graph/named_graph.h"
#include "convert/plan/run_plan.h"

namespace dfn {

// The stages that compute `results` of `graph`, in the order of a run. The graph is cut between
// nodes that read earlier frames and nodes that pass on a state (GRUs, histories):
//   - nodes that read earlier frames run over a window of that many frames, so that the graph's own
//     padding only matters at the start of a stream;
//   - nodes that pass on a state run over one frame with their state; GRUs that start from zero are
//     given a state;
//   - other nodes run with the second kind where possible.
// Convolutions over a window without padding become padded ones. Values that pass from stage to
// stage are named `part`/...; `results` and the values `given` by other graphs keep their names.
// Errors: kUnsupported (a node that cannot run by frames, a graph for a fixed number of frames that
// needs windows, an attribute that is a sub-graph), kMismatch (no such result, states that do not
// fit), kCorrupt, kLimit; the sentence names file and node.
Result<std::vector<RunStage>> CutByFrames(const NamedGraph& graph, const std::string& part,
                                          const std::vector<std::string>& results,
                                          const std::vector<std::string>& given,
                                          const Limits& limits);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_PLAN_RUN_CUT_H_
