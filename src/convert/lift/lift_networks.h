// Lifts the three networks out of a graph, each from its output back to its inputs.
#ifndef DEEPFILTER_CONVERT_LIFT_LIFT_NETWORKS_H_
#define DEEPFILTER_CONVERT_LIFT_LIFT_NETWORKS_H_

#include <array>

#include "base/result.h"
#include "convert/graph/data_flow.h"
#include "convert/lift/lift_layers.h"

namespace dfn {

// Values that pass between the networks, as roots (DataFlow::Root). In a graph of one network they
// are the graph's inputs, in a merged one the encoder's.
struct EncoderValues {
  std::array<ValueId, 4> e = {kNoValue, kNoValue, kNoValue, kNoValue};
  ValueId c0 = kNoValue;
  ValueId emb = kNoValue;
};

// An output's role, told by the nodes in front of it.
enum class Role {
  kLocalSnr,  // sigmoid of one linear unit, scaled and shifted
  kAlpha,     // sigmoid of one linear unit
  kGains,     // sigmoid of a convolution
  kCoefs,     // tanh of a linear layer plus a convolution
  kOther,     // a feature map, a state
};
Role RoleOf(const DataFlow& flow, ValueId output);

// The input of the linear unit (Gemm, or MatMul and Add of a constant) that makes `value`; kNoValue
// if no linear unit makes it.
ValueId LinearUnitInput(const DataFlow& flow, ValueId value);

// Each lifts one network into the lifter's model, from its output back, and returns the values that
// it takes from the encoder: the ERB decoder e0 .. e3 and emb, the DF decoder c0 and emb. The
// encoder returns those that it makes. The DF decoder's alpha head is lifted where an output gives
// it. Errors: those of LayerLifter.
Result<EncoderValues> LiftEncoder(LayerLifter& lifter, ValueId lsnr);
Result<EncoderValues> LiftErbDecoder(LayerLifter& lifter, ValueId gains);
Result<EncoderValues> LiftDfDecoder(LayerLifter& lifter, ValueId coefs);

// A sigmoid of one linear unit behind any number of scalar factors and terms:
// value = scale * sigmoid + offset. The sigmoid is kNoValue if `output` is made in another way.
struct ScaledSigmoid {
  ValueId sigmoid = kNoValue;
  double scale = 1.0;
  double offset = 0.0;
};
ScaledSigmoid FindScaledSigmoid(const DataFlow& flow, ValueId output);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_LIFT_LIFT_NETWORKS_H_
