// Finds the states of a graph: pairs of an output and the input that it is in the next call.
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

// The names that make a pair, besides the metadata "states" and X0 -> X1.
enum class StateNames {
  kNetwork,  // no other names
  kAudio,    // X -> new_X, X_out, X_new, next_X; X_in -> X_out; both of one fixed shape
};

// The states in the order of the graph's inputs. A dimension that neither input nor output fixes is
// a batch of 1. All states are the encoder's until AssignParts. Errors: kMismatch (the shapes of
// input and output, or of metadata and graph, differ; the metadata names an input or output that
// does not exist), kCorrupt (the metadata is not a list of states),
// kUnsupported (a state that is not float32 or declares no shape), kLimit; the sentence names file
// and input.
Result<std::vector<RunState>> FindRunStates(const NamedGraph& graph, StateNames names,
                                            const Limits& limits);

// Sets the part of each state in a graph for all parts: the encoder, if the local SNR or both
// results depend on the state; else the decoder whose result depends on it.
void AssignParts(const onnx::Graph& graph, std::vector<RunState>& states);

const RunState* FindState(const std::vector<RunState>& states, std::string_view input);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_PLAN_RUN_STATES_H_
