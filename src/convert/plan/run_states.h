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

// What else a graph's inputs and outputs are, besides states.
enum class StateNames {
  kNetwork,  // features, and what the parts of a network give each other
  kAudio,    // a frame of samples; further names make a pair: X -> new_X, X_out, X_new, next_X;
             // X_in -> X_out; both of one fixed shape
};

// The states in the order of the graph's inputs: the pairs that the metadata entry "states" lists,
// those of the names X0 and X1, and what is left over and fits (PairStates). A dimension that neither input nor output fixes is
// a batch of 1. All states are the encoder's until AssignParts. Errors: kMismatch (the shapes of
// input and output, or of metadata and graph, differ; the metadata names an input or output that
// does not exist), kCorrupt (the metadata is not a list of states),
// kUnsupported (a state that is not float32 or declares no shape, one that several outputs fit),
// kLimit; the sentence names file and input.
Result<std::vector<RunState>> FindRunStates(const NamedGraph& graph, StateNames names,
                                            const Limits& limits);

// Sets the part of each state in a graph for all parts: the encoder, if the local SNR or both
// results depend on the state; else the decoder whose result depends on it.
void AssignParts(const onnx::Graph& graph, std::vector<RunState>& states);

// The graph with all states named X0 and X1, as the code that takes graphs apart knows them.
onnx::Graph WithPlainStateNames(onnx::Graph graph, const std::vector<RunState>& states);

// Adds a sentence to `notes` for the states that only their order pairs, if there are any.
void NoteStatesByOrder(const NamedGraph& graph, const std::vector<RunState>& states,
                       std::vector<std::string>& notes);

const RunState* FindState(const std::vector<RunState>& states, std::string_view input);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_PLAN_RUN_STATES_H_
