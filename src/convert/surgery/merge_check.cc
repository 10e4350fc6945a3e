#include "convert/surgery/merge_check.h"

#include <optional>
#include <vector>

#include "base/printable.h"
#include "convert/graph/data_flow.h"
#include "convert/lift/lift_networks.h"
#include "model/config.h"

namespace dfn {
namespace {

// A decoder of DeepFilterNet2 adds the input of its first GRU to the output of its last one.
std::optional<Family> DecoderFamily(const DataFlow& flow) {
  bool has_gru = false;
  for (const FlowNode& node : flow.nodes()) {
    has_gru = has_gru || node.Is("GRU");
    if (!node.Is("Add") || node.inputs.size() != 2) continue;
    for (size_t i : {0, 1}) {
      const FlowNode* gru = flow.Maker(node.input(i));
      if (!Is(gru, "GRU")) continue;
      while (Is(flow.Maker(gru->input(0)), "GRU")) gru = flow.Maker(gru->input(0));
      if (flow.Root(gru->input(0)) == flow.Root(node.input(1 - i))) return Family::kDeepFilterNet2;
    }
  }
  return has_gru ? std::optional(Family::kDeepFilterNet3) : std::nullopt;
}

// DeepFilterNet3's embedding goes through a linear layer after the GRU.
std::optional<Family> EncoderFamily(const DataFlow& flow, ValueId lsnr) {
  const ScaledSigmoid scaled = FindScaledSigmoid(flow, lsnr);
  const FlowNode* sigmoid = flow.Maker(scaled.sigmoid);
  if (sigmoid == nullptr) return std::nullopt;
  const FlowNode* embedding = flow.Maker(LinearUnitInput(flow, sigmoid->input(0)));
  if (Is(embedding, "GRU")) return Family::kDeepFilterNet2;
  if (Is(embedding, "Relu")) return Family::kDeepFilterNet3;
  return std::nullopt;
}

std::optional<Family> FamilyOf(const DataFlow& flow) {
  const ValueId lsnr = flow.output("lsnr");
  return lsnr == kNoValue ? DecoderFamily(flow) : EncoderFamily(flow, lsnr);
}

}  // namespace

Status CheckFamily(const NamedGraph& a, const NamedGraph& b) {
  DFN_TRY(const DataFlow a_flow, DataFlow::Build(a.graph, a.file));
  DFN_TRY(const DataFlow b_flow, DataFlow::Build(b.graph, b.file));
  const auto a_family = FamilyOf(a_flow);
  const auto b_family = FamilyOf(b_flow);
  if (!a_family || !b_family || *a_family == *b_family) return {};
  return Error{ErrorCode::kMismatch, b.file + ": belongs to a " + FamilyName(*b_family) + ", but " +
                                         a.file + " to a " + FamilyName(*a_family)};
}

Status CheckOpset(const NamedGraph& a, const NamedGraph& b) {
  if (a.graph.opset == b.graph.opset) return {};
  return Error{ErrorCode::kMismatch, b.file + ": has opset " + std::to_string(b.graph.opset) +
                                         ", but " + a.file + " has opset " +
                                         std::to_string(a.graph.opset) + ", expected the same"};
}

}  // namespace dfn
