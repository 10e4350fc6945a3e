#include "convert/lift/lift_block.h"

#include <tuple>
#include <utility>

namespace dfn {
namespace {

class BlockLifter {
 public:
  BlockLifter(LayerLifter& lifter, const BlockPlan& plan)
      : lifter_(lifter),
        flow_(lifter.flow()),
        plan_(plan),
        has_linear_out_(lifter.layers().Has(plan.part + ".linear_out")) {}

  Result<ValueId> Lift(ValueId value) {
    Axes axes = plan_.axes;
    ValueId skip = kNoValue;
    if (plan_.skip != Skip::kNone) {
      const LayerName name = Name(plan_.skip_name);
      DFN_TRY(const FlowNode* add, lifter_.Expect(value, "Add", axes, name));
      DFN_TRY(auto operands, lifter_.Operands(*add, name));
      if (IsSkipOf(operands.first, operands.second)) std::swap(operands.first, operands.second);
      std::tie(value, skip) = operands;
      axes = Axes::kVector;
    }
    if (has_linear_out_) {
      DFN_TRY(value, lifter_.Lift(plan_.part + ".linear_out", value, axes));
      axes = Axes::kVector;
    }
    DFN_TRY(value, LiftGrus(value, axes));
    DFN_TRY(value, lifter_.Lift(plan_.part + ".linear_in", value, Axes::kVector));
    DFN_CHECK(LiftSkip(skip, value));
    return value;
  }

 private:
  // A name for messages; all layers of a block have its keys.
  LayerName Name(const std::string& layer) const {
    return {layer, lifter_.layers()[plan_.part + ".linear_in"].config_keys};
  }

  // The GRUs, last first, with the inner skip around them; returns what the first one takes.
  Result<ValueId> LiftGrus(ValueId value, Axes axes) {
    ValueId around = kNoValue;
    if (plan_.inner_identity) {
      const LayerName name = Name(plan_.part + ".linear_in added to the GRU's output");
      DFN_TRY(const FlowNode* add, lifter_.Expect(value, "Add", axes, name));
      DFN_TRY(auto operands, lifter_.Operands(*add, name));
      if (!IsGru(operands.first)) std::swap(operands.first, operands.second);
      std::tie(value, around) = operands;
      axes = Axes::kVector;
    }
    const std::vector<const LayerSpec*> grus = lifter_.layers().Grus(plan_.part);
    for (size_t i = grus.size(); i-- > 0; axes = Axes::kVector) {
      DFN_TRY(value, lifter_.Lift(grus[i]->name, value, axes));
    }
    if (around != kNoValue && flow_.Root(around) != flow_.Root(value)) {
      return lifter_.Fail(ErrorCode::kMismatch, Name(plan_.part + ".linear_in"),
                          "what is added to the GRU's output is not what the GRU takes");
    }
    return value;
  }

  // `input` is what linear_in takes.
  Status LiftSkip(ValueId skip, ValueId input) const {
    if (plan_.skip == Skip::kNone) return {};
    if (plan_.skip == Skip::kGroupedLinear) {
      DFN_TRY(skip, lifter_.Lift(plan_.skip_name, skip, Axes::kVector));
    }
    if (flow_.Root(skip) == flow_.Root(input)) return {};
    return lifter_.Fail(ErrorCode::kMismatch, Name(plan_.skip_name),
                        "the skip does not come from what linear_in takes");
  }

  bool IsGru(ValueId value) const {
    const FlowNode* node = flow_.Maker(value);
    return node != nullptr && node->Is("GRU");
  }

  // The input of the block that makes `value`, if one of this shape does; no weights are read.
  ValueId InputOf(ValueId value) const {
    if (has_linear_out_) value = BehindLinear(value);
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
  const bool has_linear_out_;
};

}  // namespace

Result<ValueId> LiftGruBlock(LayerLifter& lifter, ValueId value, const BlockPlan& plan) {
  return BlockLifter(lifter, plan).Lift(value);
}

}  // namespace dfn
