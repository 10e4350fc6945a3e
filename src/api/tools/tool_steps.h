// The steps of a long piece of work, which its caller hears of and may end.
#ifndef DEEPFILTER_API_TOOLS_TOOL_STEPS_H_
#define DEEPFILTER_API_TOOLS_TOOL_STEPS_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>

#include "base/result.h"

namespace dfn {

// Hears that `done` of `total` steps are done. Its error ends the work, except at the last step.
using StepFunction = std::function<Status(uint64_t done, uint64_t total)>;

class ToolSteps {
 public:
  // `function` may be empty.
  ToolSteps(StepFunction function, uint64_t total)
      : function_(std::move(function)), total_(total) {}

  // Tells that `steps` more are done. Errors: those of the function.
  Status Done(uint64_t steps = 1) {
    done_ = std::min(total_, done_ + steps);
    return Tell(done_);
  }

  // Tells that `part` of `whole` of the next `steps` is done; they are not counted as done.
  Status Partly(uint64_t steps, uint64_t part, uint64_t whole) const {
    return Tell(done_ + steps * std::min(part, whole) / std::max<uint64_t>(whole, 1));
  }

 private:
  Status Tell(uint64_t done) const {
    if (!function_) return {};
    Status told = function_(done, total_);
    return done < total_ ? std::move(told) : Status();
  }

  StepFunction function_;
  uint64_t total_;
  uint64_t done_ = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_API_TOOLS_TOOL_STEPS_H_
