#include <string>
#include <utility>

#include "convert/lift/lift_block.h"
#include "convert/lift/lift_networks.h"

namespace dfn {
namespace {

class ErbDecoderLifter {
 public:
  explicit ErbDecoderLifter(LayerLifter& lifter) : lifter_(lifter), flow_(lifter.flow()) {}

  // From the gains down to the embedding, level by level, see kErbUpward.
  Result<EncoderValues> Lift(ValueId value) {
    for (size_t level = 0; level < out_.e.size(); ++level) {
      DFN_TRY(value, lifter_.Lift(kErbUpward[level], value, Axes::kMap));
      DFN_TRY(value, LiftPathway(level, value));
    }
    const Config& config = lifter_.config();
    DFN_TRY(value, LiftGruBlock(lifter_, value,
                                {.part = "erb_dec",
                                 .skip_name = "erb_dec.gru_skip",
                                 .skip = config.erb_skip,
                                 .inner_identity = config.gru_skip_from_linear_in(),
                                 .axes = Axes::kVectorToMap}));
    out_.emb = flow_.Root(value);
    return out_;
  }

 private:
  // Lifts the pathway of a level off the sum `value`; returns what is left of the sum.
  Result<ValueId> LiftPathway(size_t level, ValueId value) {
    const LayerName name = lifter_.Name(kErbPathways[level]);
    DFN_TRY(const FlowNode* add, lifter_.Expect(value, "Add", Axes::kMap, name));
    DFN_TRY(auto operands, lifter_.Operands(*add, name));
    if (!IsPathway(operands.first)) std::swap(operands.first, operands.second);
    DFN_TRY(const ValueId map, lifter_.Lift(kErbPathways[level], operands.first, Axes::kMap));
    out_.e[level] = flow_.Root(map);
    return operands.second;
  }

  // Whether convolutions over an encoder's map make the value; the map is a graph input or follows
  // a ReLU. The convolutions that make the value from below take a sum.
  bool IsPathway(ValueId value) const {
    const FlowNode* relu = flow_.Maker(value);
    if (!Is(relu, "Relu")) return false;
    const FlowNode* maker = flow_.Maker(relu->input(0));
    if (!Is(maker, "Conv")) return false;
    ValueId input = lifter_.BeforePadding(maker->input(0));
    maker = flow_.producer(input);
    if (Is(maker, "Conv")) {  // of a separable one
      input = lifter_.BeforePadding(maker->input(0));
      maker = flow_.producer(input);
    }
    return flow_.is_input(input) || Is(maker, "Relu");
  }

  LayerLifter& lifter_;
  const DataFlow& flow_;
  EncoderValues out_;
};

// Lifts the alpha head, which shares its input with df_out; some exports lack it.
Status LiftAlpha(LayerLifter& lifter, ValueId hidden) {
  const DataFlow& flow = lifter.flow();
  for (ValueId output : flow.outputs()) {
    if (RoleOf(flow, output) != Role::kAlpha) continue;
    if (flow.Root(LinearUnitInput(flow, flow.Maker(output)->input(0))) != hidden) continue;
    DFN_CHECK(lifter.Lift("df_dec.df_fc_a", output, Axes::kVector));
    return {};
  }
  return {};
}

}  // namespace

Result<EncoderValues> LiftErbDecoder(LayerLifter& lifter, ValueId gains) {
  return ErbDecoderLifter(lifter).Lift(gains);
}

Result<EncoderValues> LiftDfDecoder(LayerLifter& lifter, ValueId coefs) {
  const DataFlow& flow = lifter.flow();
  const Config& config = lifter.config();
  const LayerName sum{"df_dec.coefs", ""};
  DFN_TRY(const FlowNode* add, lifter.Expect(coefs, "Add", Axes::kVector, sum));
  DFN_TRY(auto operands, lifter.Operands(*add, sum));
  const FlowNode* maker = flow.Maker(operands.first);
  if (maker == nullptr || !maker->Is("Tanh")) std::swap(operands.first, operands.second);

  EncoderValues out;
  DFN_TRY(const ValueId hidden, lifter.Lift("df_dec.df_out", operands.first, Axes::kVector));
  DFN_TRY(const ValueId map, lifter.Lift("df_dec.df_convp", operands.second, Axes::kMapToVector));
  out.c0 = flow.Root(map);
  DFN_TRY(const ValueId emb, LiftGruBlock(lifter, hidden,
                                          {.part = "df_dec",
                                           .skip_name = "df_dec.df_skip",
                                           .skip = config.df_skip,
                                           .inner_identity = config.gru_skip_from_linear_in()}));
  out.emb = flow.Root(emb);
  DFN_CHECK(LiftAlpha(lifter, flow.Root(hidden)));
  return out;
}

}  // namespace dfn
