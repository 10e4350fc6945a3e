// Cuts a graph for whole sequences into graphs that give the same frame by frame.
#ifndef DEEPFILTER_CONVERT_PLAN_RUN_CUT_H_
#define DEEPFILTER_CONVERT_PLAN_RUN_CUT_H_

#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "convert/graph/named_graph.h"
#include "convert/plan/run_plan.h"

namespace dfn {

// The stages, in order, that give `results` of `graph`. Between nodes that look at earlier frames
// and nodes that hand a state on (GRUs, histories) the graph is cut: the first get a window of as
// many frames as they look at, in which the graph's own padding is only met at the start of a
// stream; the second get one frame and their state, which GRUs that start from zero are given. What
// does neither stands in the second. Values that pass from stage to stage are named `part`/...,
// `results` and what is `given` by other graphs keep their names; convolutions over a window
// without padding become padded ones. Errors: kUnsupported (a node that cannot be run by frames, a
// graph for a fixed number of frames that needs windows, an attribute that is a sub-graph),
// kMismatch (no such result, states that do not fit), kCorrupt, kLimit; the sentence names file and
// node.
Result<std::vector<RunStage>> CutByFrames(const NamedGraph& graph, const std::string& part,
                                          const std::vector<std::string>& results,
                                          const std::vector<std::string>& given,
                                          const Limits& limits);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_PLAN_RUN_CUT_H_
