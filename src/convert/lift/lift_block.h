// Lifts a recurrent block: grouped linear, GRU layers, grouped linear, and its skips.
#ifndef DEEPFILTER_CONVERT_LIFT_LIFT_BLOCK_H_
#define DEEPFILTER_CONVERT_LIFT_LIFT_BLOCK_H_

#include <cstddef>
#include <optional>
#include <string>

#include "base/result.h"
#include "convert/graph/data_flow.h"
#include "convert/lift/lift_layers.h"
#include "model/config.h"
#include "model/weights.h"

namespace dfn {

struct BlockPlan {
  const GruBlock* wanted;  // sizes, see Architecture
  // DeepFilterNet2's decoders: linear_in's output is added to the GRU's, before linear_out.
  bool inner_identity = false;
  Skip skip = Skip::kNone;  // added to the block's output
  Axes axes = Axes::kVector;
  std::string part;       // "enc"
  std::string skip_name;  // "gru_skip"
  std::string keys;       // of config.ini, for messages
};

// Walks from the block's output `value` to its input. A skip is told from the block by where it
// comes from, not by its place in the Add. Errors: those of LayerLifter.
Result<Lifted<GruBlock>> LiftGruBlock(LayerLifter& lifter, ValueId value, const BlockPlan& plan);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_LIFT_LIFT_BLOCK_H_
