#include "convert/lift/lift_block.h"

#include <tuple>
#include <utility>

namespace dfn {
namespace {

class BlockLifter {
 public:
  BlockLifter(LayerLifter& lifter, const BlockPlan& plan)
      : lifter_(lifter), flow_(lifter.flow()), plan_(plan) {}

  Result<Lifted<GruBlock>> Lift(ValueId value) {
    Lifted<GruBlock> lifted;
    Axes axes = plan_.axes;
    ValueId skip = kNoValue;
    if (plan_.skip != Skip::kNone) {
      DFN_TRY(const FlowNode* add, lifter_.Expect(value, "Add", axes, Name(plan_.skip_name)));
      DFN_TRY(auto operands, lifter_.Operands(*add, Name(plan_.skip_name)));
      if (IsSkipOf(operands.first, operands.second)) std::swap(operands.first, operands.second);
      std::tie(value, skip) = operands;
      axes = Axes::kVector;
    }
    if (plan_.wanted->linear_out) {
      DFN_TRY(auto linear, lifter_.LiftLinear(value, axes, "Relu", *plan_.wanted->linear_out,
                                              Name("linear_out")));
      lifted.layer.linear_out = std::move(linear.layer);
      value = linear.input;
      axes = Axes::kVector;
    }
    DFN_TRY(value, LiftLayers(value, axes, lifted.layer));
    DFN_TRY(auto linear, lifter_.LiftLinear(value, Axes::kVector, "Relu", plan_.wanted->linear_in,
                                            Name("linear_in")));
    lifted.layer.linear_in = std::move(linear.layer);
    lifted.input = linear.input;
    DFN_CHECK(LiftSkip(skip, lifted));
    return lifted;
  }

 private:
  LayerName Name(const std::string& layer) const { return {plan_.part + "." + layer, plan_.keys}; }

  // The GRUs, last first, with the inner skip around them; returns what the first one takes.
  Result<ValueId> LiftLayers(ValueId value, Axes axes, GruBlock& block) {
    ValueId around = kNoValue;
    if (plan_.inner_identity) {
      const LayerName name = Name("linear_in added to the GRU's output");
      DFN_TRY(const FlowNode* add, lifter_.Expect(value, "Add", axes, name));
      DFN_TRY(auto operands, lifter_.Operands(*add, name));
      if (!IsGru(operands.first)) std::swap(operands.first, operands.second);
      std::tie(value, around) = operands;
      axes = Axes::kVector;
    }
    block.layers.resize(plan_.wanted->layers.size());
    for (size_t i = block.layers.size(); i-- > 0;) {
      DFN_TRY(auto gru, lifter_.LiftGru(value, axes, plan_.wanted->layers[i],
                                        Name("gru" + std::to_string(i))));
      block.layers[i] = std::move(gru.layer);
      value = gru.input;
      axes = Axes::kVector;
    }
    if (around != kNoValue && flow_.Root(around) != flow_.Root(value)) {
      return lifter_.Fail(ErrorCode::kMismatch, Name("linear_in"),
                          "what is added to the GRU's output is not what the GRU takes");
    }
    return value;
  }

  Status LiftSkip(ValueId skip, Lifted<GruBlock>& lifted) const {
    if (plan_.skip == Skip::kNone) return {};
    if (plan_.skip == Skip::kGroupedLinear) {
      DFN_TRY(auto linear, lifter_.LiftLinear(skip, Axes::kVector, "", *plan_.wanted->skip,
                                              Name(plan_.skip_name)));
      lifted.layer.skip = std::move(linear.layer);
      skip = linear.input;
    }
    if (flow_.Root(skip) == flow_.Root(lifted.input)) return {};
    return lifter_.Fail(ErrorCode::kMismatch, Name(plan_.skip_name),
                        "the skip does not come from what linear_in takes");
  }

  bool IsGru(ValueId value) const {
    const FlowNode* node = flow_.Maker(value);
    return node != nullptr && node->Is("GRU");
  }

  // The input of the block that makes `value`, if one of this shape does; no weights are read.
  ValueId InputOf(ValueId value) const {
    if (plan_.wanted->linear_out) value = BehindLinear(value);
    if (plan_.inner_identity) {
      const FlowNode* add = flow_.Maker(value);
      if (add == nullptr || !add->Is("Add")) return kNoValue;
      value = IsGru(add->input(0)) ? add->input(0) : add->input(1);
    }
    if (!IsGru(value)) return kNoValue;
    while (IsGru(value)) value = flow_.Maker(value)->input(0);
    return flow_.Root(BehindLinear(value));
  }

  // What a linear layer with ReLU takes, given what it makes.
  ValueId BehindLinear(ValueId value) const {
    const FlowNode* relu = flow_.Maker(value);
    if (relu == nullptr || !relu->Is("Relu")) return kNoValue;
    return lifter_.LinearInput(flow_.Maker(relu->input(0)));
  }

  // Whether `skip` is the skip and `block` the block, and not the other way round.
  bool IsSkipOf(ValueId skip, ValueId block) const {
    const ValueId input = InputOf(block);
    if (input == kNoValue) return false;
    if (plan_.skip == Skip::kIdentity) return flow_.Root(skip) == input;
    return flow_.Root(lifter_.LinearInput(flow_.Maker(skip))) == input;
  }

  LayerLifter& lifter_;
  const DataFlow& flow_;
  const BlockPlan& plan_;
};

}  // namespace

Result<Lifted<GruBlock>> LiftGruBlock(LayerLifter& lifter, ValueId value, const BlockPlan& plan) {
  return BlockLifter(lifter, plan).Lift(value);
}

}  // namespace dfn
