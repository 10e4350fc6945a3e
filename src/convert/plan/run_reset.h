// GRUs that apply their reset gate before the recurrent product.
#ifndef DEEPFILTER_CONVERT_PLAN_RUN_RESET_H_
#define DEEPFILTER_CONVERT_PLAN_RUN_RESET_H_

#include <optional>
#include <string>

#include "base/limits.h"
#include "convert/plan/run_plan.h"

namespace dfn {

// ONNX's GRU has linear_before_reset = 0 by default, and PyTorch's GRU is the one with 1: a file
// without it gives another result than the network that was trained, and no other sign shows it.
struct ResetBefore {
  std::string why;  // a sentence that names file and node
  // The plan with 1 everywhere, to measure the difference with; nothing where a graph cannot be
  // written again.
  std::optional<RunPlan> trained;
};

// What to say about a network's plan with such GRUs; nothing where there are none.
std::optional<ResetBefore> FindResetBefore(const RunPlan& plan, const Limits& limits = {});

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_PLAN_RUN_RESET_H_
