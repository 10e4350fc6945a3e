#include <cmath>
#include <string>
#include <utility>

#include "base/printable.h"
#include "convert/config/config_keys.h"
#include "convert/lift/lift_block.h"
#include "convert/lift/lift_networks.h"

namespace dfn {
namespace {

// Scale and offset are float constants in the graph and integers in config.ini.
constexpr double kLocalSnrTolerance = 1e-3;

class EncoderLifter {
 public:
  EncoderLifter(LayerLifter& lifter, const Model& wanted)
      : lifter_(lifter), flow_(lifter.flow()), wanted_(wanted), config_(wanted.config) {}

  Result<LiftedEncoder> Lift(ValueId lsnr) {
    DFN_TRY(const ValueId emb, LiftLocalSnr(lsnr));
    out_.values.emb = flow_.Root(emb);
    DFN_TRY(auto block, LiftGruBlock(lifter_, emb,
                                     {.wanted = &wanted_.encoder.emb_gru,
                                      .inner_identity = false,
                                      .skip = config_.enc_skip,
                                      .axes = Axes::kVector,
                                      .part = "enc",
                                      .skip_name = "gru_skip",
                                      .keys = EncoderKeys(config_)}));
    out_.weights.emb_gru = std::move(block.layer);
    DFN_TRY(const auto branches, SplitCombined(block.input));
    DFN_CHECK(LiftErbBranch(branches.first));
    DFN_CHECK(LiftDfBranch(branches.second));
    return std::move(out_);
  }

 private:
  Result<ValueId> LiftLocalSnr(ValueId lsnr) {
    const LayerName name{"enc.lsnr_fc", EmbeddingKeys(config_)};
    const ScaledSigmoid scaled = FindScaledSigmoid(flow_, lsnr);
    const double range = static_cast<double>(config_.lsnr_max_db) - config_.lsnr_min_db;
    if (std::abs(scaled.scale - range) > kLocalSnrTolerance ||
        std::abs(scaled.offset - config_.lsnr_min_db) > kLocalSnrTolerance) {
      return lifter_.Fail(
          ErrorCode::kMismatch, name,
          "the local SNR runs from " + std::to_string(scaled.offset) + " to " +
              std::to_string(scaled.offset + scaled.scale) + " dB, but config.ini asks for " +
              std::to_string(config_.lsnr_min_db) + " to " + std::to_string(config_.lsnr_max_db));
    }
    DFN_TRY(auto head, lifter_.LiftHead(scaled.sigmoid, config_.emb_width(), name));
    out_.weights.lsnr = std::move(head.layer);
    return head.input;
  }

  // What is added or put side by side in front of the recurrent block: flattened e3, and the
  // embedding of c1.
  Result<std::pair<ValueId, ValueId>> SplitCombined(ValueId value) const {
    const LayerName name{"enc.combine", EncoderKeys(config_)};
    const char* op_type = config_.enc_concat ? "Concat" : "Add";
    DFN_TRY(const FlowNode* node, lifter_.Expect(value, op_type, Axes::kVector, name));
    DFN_TRY(auto operands, lifter_.Operands(*node, name));
    const int64_t axis = node->node->Int("axis", -1);
    if (config_.enc_concat && axis != -1 && axis != 2) {
      return lifter_.Fail(ErrorCode::kUnsupported, name,
                          "Concat has axis " + std::to_string(axis) + ", expected the last");
    }
    if (!config_.enc_concat && IsEmbedded(operands.first)) {
      std::swap(operands.first, operands.second);
    }
    return operands;
  }

  // Whether the value is a linear layer's with ReLU.
  bool IsEmbedded(ValueId value) const {
    const FlowNode* relu = flow_.Maker(value);
    return relu != nullptr && relu->Is("Relu") && lifter_.IsLinear(flow_.Maker(relu->input(0)));
  }

  Status LiftErbBranch(ValueId value) {
    for (size_t i = 4; i-- > 0;) {
      out_.values.e[i] = flow_.Root(value);
      DFN_TRY(auto conv,
              lifter_.LiftConv(value, i == 3 ? Axes::kMapToVector : Axes::kMap, "Relu",
                               wanted_.encoder.erb_conv[i],
                               {"enc.erb_conv" + std::to_string(i),
                                ConvKeys(config_, i == 0 ? ConvKind::kInput : ConvKind::kPlain)}));
      out_.weights.erb_conv[i] = std::move(conv.layer);
      value = conv.input;
    }
    return ExpectInput(value, "the ERB features");
  }

  Status LiftDfBranch(ValueId value) {
    DFN_TRY(auto embedding,
            lifter_.LiftLinear(value, Axes::kVector, "Relu", wanted_.encoder.df_fc_emb,
                               {"enc.df_fc_emb", DfEmbeddingKeys(config_)}));
    out_.weights.df_fc_emb = std::move(embedding.layer);
    value = embedding.input;
    for (size_t i = 2; i-- > 0;) {
      if (i == 0) out_.values.c0 = flow_.Root(value);
      DFN_TRY(auto conv,
              lifter_.LiftConv(value, i == 1 ? Axes::kMapToVector : Axes::kMap, "Relu",
                               wanted_.encoder.df_conv[i],
                               {"enc.df_conv" + std::to_string(i),
                                ConvKeys(config_, i == 0 ? ConvKind::kInput : ConvKind::kPlain)}));
      out_.weights.df_conv[i] = std::move(conv.layer);
      value = conv.input;
    }
    return ExpectInput(value, "the complex features");
  }

  Status ExpectInput(ValueId value, const std::string& what) const {
    if (flow_.is_input(flow_.Root(value))) return {};
    return lifter_.Fail(ErrorCode::kMismatch, {"enc", ""},
                        what + " come from the value " + Quoted(flow_.name(flow_.Root(value))) +
                            ", expected an input of the graph");
  }

  LayerLifter& lifter_;
  const DataFlow& flow_;
  const Model& wanted_;
  const Config& config_;
  LiftedEncoder out_;
};

}  // namespace

Result<LiftedEncoder> LiftEncoder(LayerLifter& lifter, ValueId lsnr, const Model& wanted) {
  return EncoderLifter(lifter, wanted).Lift(lsnr);
}

}  // namespace dfn
