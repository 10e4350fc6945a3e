// Which outputs of a graph come back as which inputs.
#ifndef DEEPFILTER_CONVERT_PLAN_RUN_STATES_H_
#define DEEPFILTER_CONVERT_PLAN_RUN_STATES_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "convert/graph/named_graph.h"
#include "convert/plan/run_plan.h"

namespace dfn {

// What counts as a pair besides metadata "states" and X0 -> X1.
enum class StateNames {
  kNetwork,  // nothing; features and encoder maps (e0) are no states
  kAudio,    // X -> new_X, X_out, X_new, next_X; X_in -> X_out; of one fixed shape
};

// In the order of the graph's inputs. A dimension that neither side fixes is a batch: 1. All are of
// the encoder until AssignParts. Errors: kMismatch (shapes of in and out, or of metadata and graph,
// differ; metadata names what is not there), kCorrupt (metadata that is no list of states),
// kUnsupported (a state that is not float32 or declares no shape), kLimit; the sentence names file
// and input.
Result<std::vector<RunState>> FindRunStates(const NamedGraph& graph, StateNames names,
                                            const Limits& limits);

// Sets whose each state of a graph for all parts is: the encoder's when the local SNR comes from
// it, or both results do; else the decoder's whose result does.
void AssignParts(const onnx::Graph& graph, std::vector<RunState>& states);

const RunState* FindState(const std::vector<RunState>& states, std::string_view input);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_PLAN_RUN_STATES_H_
