// Pairs the inputs and outputs of a graph that are left over once names have been matched: a state
// is what comes out again with the same shape and is named nothing else.
#ifndef DEEPFILTER_CONVERT_PLAN_STATE_PAIRS_H_
#define DEEPFILTER_CONVERT_PLAN_STATE_PAIRS_H_

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "convert/graph/named_graph.h"
#include "formats/onnx/graph.h"

namespace dfn {

struct StatePairing {
  const onnx::ValueInfo* input = nullptr;
  const onnx::ValueInfo* output = nullptr;
  bool by_order = false;  // several outputs fit, and nothing but the order told which
};

// Whether two declared shapes can be one. Fills the open dimensions of `dims` from `other`; a shape
// that is not declared (no dimensions) fits any.
bool UniteDims(const std::vector<int64_t>& other, std::vector<int64_t>& dims);

// Pairs values of float32 whose shapes can be one. In this order: names that differ by words for
// old and new alone ("states" and "out_states", "h_enc_in" and "h_enc_out"); the only output that
// fits; what each output is computed from; the order of the graph's inputs and outputs. A single
// number is paired by its name alone. Inputs that nothing fits stay unpaired.
// Errors: kUnsupported (more outputs than inputs fit, so that the order cannot tell), kCorrupt (the
// nodes have no order of execution); the sentence names file and input.
Result<std::vector<StatePairing>> PairStates(const NamedGraph& graph,
                                             std::vector<const onnx::ValueInfo*> inputs,
                                             std::vector<const onnx::ValueInfo*> outputs);

// Of the values of float32 that can be a frame of samples, the one whose name says most clearly
// that it is sound and no state; the first of several. Null if there is none.
//   hop: the frame's number of samples, or 0 where any number will do
const onnx::ValueInfo* FindFrame(const std::vector<const onnx::ValueInfo*>& values, int64_t hop);

// The samples of a frame [hop], [1, hop] or [1, 1, hop] of float32; 0 if the value has another
// shape or type.
int64_t HopOf(const onnx::ValueInfo& value);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_PLAN_STATE_PAIRS_H_
