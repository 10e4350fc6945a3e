// Where the graphs of a network run, and which of their outputs are needed.
#ifndef DEEPFILTER_CONVERT_PLAN_RUN_PLACES_H_
#define DEEPFILTER_CONVERT_PLAN_RUN_PLACES_H_

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

// How a network is cut into graphs.
enum class GraphSet {
  kCombined,  // one graph for all parts
  kNetworks,
  kStreaming,  // with the encoder in two
};

// The places of the graphs in the order of a run, without a DF decoder if config.mask_only.
// has_skip: whether a streaming encoder's convolutions give emb_skip
std::vector<RunPlace> RunPlaces(GraphSet set, const Config& config, const GruNames& gru,
                                bool has_skip);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_PLAN_RUN_PLACES_H_
