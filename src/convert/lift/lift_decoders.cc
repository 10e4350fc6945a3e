#include <string>
#include <utility>

#include "convert/config/config_keys.h"
#include "convert/lift/lift_block.h"
#include "convert/lift/lift_networks.h"

namespace dfn {
namespace {

class ErbDecoderLifter {
 public:
  ErbDecoderLifter(LayerLifter& lifter, const Model& wanted)
      : lifter_(lifter), flow_(lifter.flow()), wanted_(wanted), config_(wanted.config) {}

  // From the gains down to the embedding: at each level a convolution over the sum of what comes
  // from below and the pathway from the encoder's map of that level.
  Result<LiftedErbDecoder> Lift(ValueId value) {
    const ErbDecoderWeights& w = wanted_.erb_decoder;
    ErbDecoderWeights& out = out_.weights;
    const std::string plain = ConvKeys(config_, ConvKind::kPlain);
    const std::string transposed = ConvKeys(config_, ConvKind::kTransposed);
    DFN_TRY(out.conv0_out, Step(value, "Sigmoid", w.conv0_out, {"erb_dec.conv0_out", plain}));
    DFN_CHECK(LiftPathway(0, value));
    DFN_TRY(out.convt1, Step(value, "Relu", w.convt1, {"erb_dec.convt1", transposed}));
    DFN_CHECK(LiftPathway(1, value));
    DFN_TRY(out.convt2, Step(value, "Relu", w.convt2, {"erb_dec.convt2", transposed}));
    DFN_CHECK(LiftPathway(2, value));
    DFN_TRY(out.convt3, Step(value, "Relu", w.convt3, {"erb_dec.convt3", plain}));
    DFN_CHECK(LiftPathway(3, value));
    DFN_TRY(auto block, LiftGruBlock(lifter_, value,
                                     {.wanted = &w.emb_gru,
                                      .inner_identity = config_.family == Family::kDeepFilterNet2,
                                      .skip = config_.erb_skip,
                                      .axes = Axes::kVectorToMap,
                                      .part = "erb_dec",
                                      .skip_name = "gru_skip",
                                      .keys = ErbDecoderKeys(config_)}));
    out.emb_gru = std::move(block.layer);
    out_.values.emb = flow_.Root(block.input);
    return std::move(out_);
  }

 private:
  // Lifts the layer that makes `value`, which becomes what the layer takes.
  Result<ConvLayer> Step(ValueId& value, const char* activation, const ConvLayer& wanted,
                         const LayerName& name) const {
    DFN_TRY(auto conv, lifter_.LiftConv(value, Axes::kMap, activation, wanted, name));
    value = conv.input;
    return std::move(conv.layer);
  }

  // Lifts the pathway of a level off the sum `value`, which becomes what is left of it.
  Status LiftPathway(size_t level, ValueId& value) {
    const LayerName name{"erb_dec.conv" + std::to_string(level) + "p",
                         ConvKeys(config_, ConvKind::kPlain)};
    DFN_TRY(const FlowNode* add, lifter_.Expect(value, "Add", Axes::kMap, name));
    DFN_TRY(auto operands, lifter_.Operands(*add, name));
    if (!IsPathway(operands.first)) std::swap(operands.first, operands.second);
    value = operands.first;
    DFN_TRY(out_.weights.convp[level], Step(value, "Relu", wanted_.erb_decoder.convp[level], name));
    out_.values.e[level] = flow_.Root(value);
    value = operands.second;
    return {};
  }

  // Whether the value is made by one convolution over an encoder's map: an input of the graph, or
  // a map after its ReLU. What comes from below is made by two, or over a sum.
  bool IsPathway(ValueId value) const {
    const FlowNode* relu = flow_.Maker(value);
    if (relu == nullptr || !relu->Is("Relu")) return false;
    const FlowNode* conv = flow_.Maker(relu->input(0));
    if (conv == nullptr || !conv->Is("Conv")) return false;
    const ValueId input = lifter_.BeforePadding(conv->input(0));
    const FlowNode* maker = flow_.producer(input);
    return flow_.is_input(input) || (maker != nullptr && maker->Is("Relu"));
  }

  LayerLifter& lifter_;
  const DataFlow& flow_;
  const Model& wanted_;
  const Config& config_;
  LiftedErbDecoder out_;
};

}  // namespace

Result<LiftedErbDecoder> LiftErbDecoder(LayerLifter& lifter, ValueId gains, const Model& wanted) {
  return ErbDecoderLifter(lifter, wanted).Lift(gains);
}

Result<LiftedDfDecoder> LiftDfDecoder(LayerLifter& lifter, ValueId coefs, const Model& wanted) {
  const DataFlow& flow = lifter.flow();
  const Config& config = wanted.config;
  const LayerName sum{"df_dec.coefs", ""};
  DFN_TRY(const FlowNode* add, lifter.Expect(coefs, "Add", Axes::kVector, sum));
  DFN_TRY(auto operands, lifter.Operands(*add, sum));
  const FlowNode* maker = flow.Maker(operands.first);
  if (maker == nullptr || !maker->Is("Tanh")) std::swap(operands.first, operands.second);

  LiftedDfDecoder out;
  DFN_TRY(auto linear,
          lifter.LiftLinear(operands.first, Axes::kVector, "Tanh", wanted.df_decoder.df_out,
                            {"df_dec.df_out", DfOutKeys(config)}));
  out.weights.df_out = std::move(linear.layer);
  out.hidden = flow.Root(linear.input);
  DFN_TRY(auto pathway,
          lifter.LiftConv(operands.second, Axes::kMapToVector, "Relu", wanted.df_decoder.df_convp,
                          {"df_dec.df_convp", ConvKeys(config, ConvKind::kPathway)}));
  out.weights.df_convp = std::move(pathway.layer);
  out.values.c0 = flow.Root(pathway.input);
  DFN_TRY(auto block, LiftGruBlock(lifter, linear.input,
                                   {.wanted = &wanted.df_decoder.df_gru,
                                    .inner_identity = config.family == Family::kDeepFilterNet2,
                                    .skip = config.df_skip,
                                    .axes = Axes::kVector,
                                    .part = "df_dec",
                                    .skip_name = "df_skip",
                                    .keys = DfDecoderKeys(config)}));
  out.weights.df_gru = std::move(block.layer);
  out.values.emb = flow.Root(block.input);
  return out;
}

}  // namespace dfn
