// Where the graphs of a network run, and which of their outputs are needed.
#ifndef DEEPFILTER_CONVERT_PLAN_RUN_PLACES_H_
#define DEEPFILTER_CONVERT_PLAN_RUN_PLACES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "convert/plan/run_plan.h"

namespace dfn {

struct RunPlace {
  std::vector<RunStage> RunPlan::*stages;
  RunPart part;
  const char* name;                  // the part of a network that the graph is
  std::vector<std::string> results;  // outputs that later graphs or the network itself take
};

// The names of the input and the output of a streaming encoder's GRU.
struct GruNames {
  const char* input;
  const char* output;
};

// The places in the order of a run, for 1 graph for all parts, 3 networks or the 4 streaming parts.
// has_skip: whether a streaming encoder's convolutions give emb_skip
std::vector<RunPlace> RunPlaces(size_t graphs, const GruNames& gru, bool has_skip);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_PLAN_RUN_PLACES_H_
