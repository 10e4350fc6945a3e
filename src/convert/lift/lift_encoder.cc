#include <cmath>
#include <string>
#include <utility>

#include "base/printable.h"
#include "convert/lift/lift_block.h"
#include "convert/lift/lift_networks.h"

namespace dfn {
namespace {

// Scale and offset are float constants in the graph and integers in config.ini.
constexpr double kLocalSnrTolerance = 1e-3;

class EncoderLifter {
 public:
  explicit EncoderLifter(LayerLifter& lifter)
      : lifter_(lifter), flow_(lifter.flow()), config_(lifter.config()) {}

  Result<EncoderValues> Lift(ValueId lsnr) {
    DFN_TRY(const ValueId emb, LiftLocalSnr(lsnr));
    out_.emb = flow_.Root(emb);
    DFN_TRY(const ValueId input,
            LiftGruBlock(lifter_, emb,
                         {.part = "enc", .skip_name = "enc.gru_skip", .skip = config_.enc_skip}));
    DFN_TRY(const auto branches, SplitCombined(input));
    DFN_CHECK(LiftErbBranch(branches.first));
    DFN_CHECK(LiftDfBranch(branches.second));
    return out_;
  }

 private:
  Result<ValueId> LiftLocalSnr(ValueId lsnr) {
    const ScaledSigmoid scaled = FindScaledSigmoid(flow_, lsnr);
    const double range = static_cast<double>(config_.lsnr_max_db) - config_.lsnr_min_db;
    if (std::abs(scaled.scale - range) > kLocalSnrTolerance ||
        std::abs(scaled.offset - config_.lsnr_min_db) > kLocalSnrTolerance) {
      return lifter_.Fail(
          ErrorCode::kMismatch, lifter_.Name("enc.lsnr_fc"),
          "the local SNR runs from " + std::to_string(scaled.offset) + " to " +
              std::to_string(scaled.offset + scaled.scale) + " dB, but config.ini asks for " +
              std::to_string(config_.lsnr_min_db) + " to " + std::to_string(config_.lsnr_max_db));
    }
    return lifter_.Lift("enc.lsnr_fc", scaled.sigmoid, Axes::kVector);
  }

  // The two values that are added or concatenated to make the recurrent block's input: flattened e3
  // and the embedding of c1.
  Result<std::pair<ValueId, ValueId>> SplitCombined(ValueId value) const {
    const LayerName name{"enc.combine", lifter_.layers()["enc.linear_in"].config_keys};
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

  // Whether a linear layer with ReLU makes the value.
  bool IsEmbedded(ValueId value) const {
    const FlowNode* relu = flow_.Maker(value);
    return relu != nullptr && relu->Is("Relu") && lifter_.IsLinear(flow_.Maker(relu->input(0)));
  }

  Status LiftErbBranch(ValueId value) {
    for (size_t i = 4; i-- > 0;) {
      out_.e[i] = flow_.Root(value);
      DFN_TRY(value, lifter_.Lift("enc.erb_conv" + std::to_string(i), value,
                                  i == 3 ? Axes::kMapToVector : Axes::kMap));
    }
    return ExpectInput(value, "the ERB features");
  }

  Status LiftDfBranch(ValueId value) {
    DFN_TRY(value, lifter_.Lift("enc.df_fc_emb", value, Axes::kVector));
    DFN_TRY(value, lifter_.Lift("enc.df_conv1", value, Axes::kMapToVector));
    out_.c0 = flow_.Root(value);
    DFN_TRY(value, lifter_.Lift("enc.df_conv0", value, Axes::kMap));
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
  const Config& config_;
  EncoderValues out_;
};

}  // namespace

Result<EncoderValues> LiftEncoder(LayerLifter& lifter, ValueId lsnr) {
  return EncoderLifter(lifter).Lift(lsnr);
}

}  // namespace dfn
