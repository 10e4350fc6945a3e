// Lifts a recurrent block: grouped linear, GRU layers, grouped linear, and its skips.
#ifndef DEEPFILTER_CONVERT_LIFT_LIFT_BLOCK_H_
#define DEEPFILTER_CONVERT_LIFT_LIFT_BLOCK_H_

#include <string>

#include "base/result.h"
#include "convert/graph/data_flow.h"
#include "convert/lift/lift_layers.h"
#include "model/config.h"

namespace dfn {

struct BlockPlan {
  std::string part;             // "enc"
  std::string skip_name;        // the skip's layer: "enc.gru_skip"
  Skip skip = Skip::kNone;      // added to the block's output
  bool inner_identity = false;  // Config::gru_skip_from_linear_in, in the decoders
  Axes axes = Axes::kVector;
};

// Lifts the block that makes `value` and returns what the block takes. A skip is told from the
// block by where it comes from, not by its place in the Add. Errors: those of LayerLifter.
Result<ValueId> LiftGruBlock(LayerLifter& lifter, ValueId value, const BlockPlan& plan);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_LIFT_LIFT_BLOCK_H_
