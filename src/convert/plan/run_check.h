// Checks graphs before they run.
#ifndef DEEPFILTER_CONVERT_PLAN_RUN_CHECK_H_
#define DEEPFILTER_CONVERT_PLAN_RUN_CHECK_H_

#include <span>
#include <string>

#include "base/result.h"
#include "convert/graph/named_graph.h"
#include "convert/plan/run_plan.h"
#include "model/config.h"

namespace dfn {

// Checks that no weight is NaN or infinite; a tensor of one number, such as a bound, may be
// infinite.
// Errors: kCorrupt, with the tensor's name.
Status CheckFiniteWeights(const NamedGraph& graph);

// Checks that the declared widths of features and gains are those of the config. Errors: kMismatch.
Status CheckConfigWidths(const NamedGraph& graph, const Config& config);

// Checks that every input of a network's graph is a feature, a state or among `known` values.
// Errors: kUnsupported.
Status CheckInputsKnown(const NamedGraph& graph, const std::vector<RunState>& states,
                        std::span<const std::string> known);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_PLAN_RUN_CHECK_H_
