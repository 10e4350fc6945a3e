// Whether graphs can be trusted with frames, before the first one.
#ifndef DEEPFILTER_CONVERT_PLAN_RUN_CHECK_H_
#define DEEPFILTER_CONVERT_PLAN_RUN_CHECK_H_

#include <span>
#include <string>

#include "base/result.h"
#include "convert/graph/named_graph.h"
#include "convert/plan/run_plan.h"
#include "model/config.h"

namespace dfn {

// That no weight is NaN and none of several is infinite: a bound alone may be. Errors: kCorrupt,
// with the tensor's name.
Status CheckFiniteWeights(const NamedGraph& graph);

// That the declared features and gains are as wide as the config says. Errors: kMismatch.
Status CheckConfigWidths(const NamedGraph& graph, const Config& config);

// That every input of a network's graph is a feature, a state or among `known` values. Errors:
// kUnsupported.
Status CheckInputsKnown(const NamedGraph& graph, const std::vector<RunState>& states,
                        std::span<const std::string> known);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_PLAN_RUN_CHECK_H_
