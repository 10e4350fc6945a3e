#include "convert/lift/lift.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/printable.h"
#include "convert/config/metadata.h"
#include "convert/config/model_files.h"
#include "convert/graph/data_flow.h"
#include "convert/lift/fold_norms.h"
#include "convert/lift/join_encoder.h"
#include "convert/lift/lift_layers.h"
#include "convert/lift/lift_networks.h"
#include "convert/lift/whole_sequence.h"
#include "model/layers.h"

namespace dfn {
namespace {

const char* RoleName(Role role) {
  switch (role) {
    case Role::kLocalSnr:
      return "a local SNR (sigmoid of a linear unit, scaled and shifted)";
    case Role::kGains:
      return "the ERB gains (sigmoid of a convolution)";
    case Role::kCoefs:
      return "filter coefficients (tanh of a linear layer plus a convolution)";
    case Role::kAlpha:
    case Role::kOther:
      return "of a known kind";
  }
  return "of a known kind";
}

// Finds the one output of that role.
Result<ValueId> FindOutput(const DataFlow& flow, Role role) {
  ValueId found = kNoValue;
  for (ValueId output : flow.outputs()) {
    if (RoleOf(flow, output) != role || flow.Root(output) == flow.Root(found)) continue;
    if (found != kNoValue) {
      return Error{ErrorCode::kMismatch, flow.file() + ": outputs " + Quoted(flow.name(found)) +
                                             " and " + Quoted(flow.name(output)) +
                                             " both look like " + RoleName(role) +
                                             ", expected one"};
    }
    found = output;
  }
  if (found != kNoValue) return found;
  return Error{ErrorCode::kMismatch,
               flow.file() + ": no output is " + RoleName(role) + ", expected one"};
}

struct NamedValue {
  const char* name;
  ValueId value;
};

std::array<NamedValue, 6> Named(const EncoderValues& v) {
  return {{{"emb", v.emb},
           {"e0", v.e[0]},
           {"e1", v.e[1]},
           {"e2", v.e[2]},
           {"e3", v.e[3]},
           {"c0", v.c0}}};
}

// Checks that a decoder in a graph of its own takes each of the encoder's values as an input.
Status CheckInputs(const DataFlow& flow, const EncoderValues& values) {
  const auto named = Named(values);
  for (const NamedValue& a : named) {
    if (a.value == kNoValue) continue;
    const std::string& name = flow.name(a.value);
    if (!flow.is_input(a.value)) {
      return Error{ErrorCode::kMismatch, flow.file() + ": value " + Quoted(name) + " stands for " +
                                             a.name + ", expected an input of the graph"};
    }
    for (const NamedValue& b : named) {
      if (&a == &b) continue;
      if (name != b.name && a.value != b.value) continue;
      return Error{ErrorCode::kMismatch, flow.file() + ": input " + Quoted(name) + " is used as " +
                                             a.name + ", expected " + b.name};
    }
  }
  return {};
}

// Checks that a decoder in a merged graph takes the encoder's own values.
Status CheckConnected(const DataFlow& flow, const EncoderValues& taken, const EncoderValues& made) {
  const auto inputs = Named(taken);
  const auto outputs = Named(made);
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].value == kNoValue || inputs[i].value == outputs[i].value) continue;
    return Error{ErrorCode::kMismatch, flow.file() + ": a decoder takes " +
                                           Quoted(flow.name(inputs[i].value)) + " for " +
                                           inputs[i].name + ", expected the encoder's " +
                                           Quoted(flow.name(outputs[i].value))};
  }
  return {};
}

void AddStateInputs(const LayerLifter& lifter, Origin& origin) {
  std::vector<ValueId> states = lifter.state_inputs();
  // Layers are met last to first; inputs are listed as the file lists them.
  for (ValueId input : lifter.flow().inputs()) {
    if (std::find(states.begin(), states.end(), input) == states.end()) continue;
    origin.state_inputs.push_back(std::string(LastPart(lifter.flow().file())) + ": " +
                                  lifter.flow().name(input));
  }
}

// The weights' origin as an earlier export of this project noted it; empty in other files.
std::string NotedWeights(const onnx::Graph& graph) {
  const auto noted = [&graph](const char* key) {
    const std::string* value = FindMetadata(graph.metadata, key);
    return value == nullptr ? std::string() : *value;
  };
  return noted(kMetaFormat) == kMetaFormatValue ? noted(kMetaWeights) : std::string();
}

Result<EncoderValues> LiftEncoderOf(LayerLifter& lifter) {
  DFN_TRY(const ValueId lsnr, FindOutput(lifter.flow(), Role::kLocalSnr));
  return LiftEncoder(lifter, lsnr);
}

Result<EncoderValues> LiftErbDecoderOf(LayerLifter& lifter) {
  DFN_TRY(const ValueId gains, FindOutput(lifter.flow(), Role::kGains));
  return LiftErbDecoder(lifter, gains);
}

Result<EncoderValues> LiftDfDecoderOf(LayerLifter& lifter) {
  DFN_TRY(const ValueId coefs, FindOutput(lifter.flow(), Role::kCoefs));
  return LiftDfDecoder(lifter, coefs);
}

Model EmptyModel(const Config& config, const char* form, const onnx::Graph& graph) {
  Model model;
  model.config = config;
  model.origin.form = form;
  model.origin.opset = graph.opset;
  model.origin.weights = NotedWeights(graph);
  return model;
}

}  // namespace

Result<Model> LiftNetworks(const NamedGraph& enc, const NamedGraph& erb_dec,
                           const NamedGraph& df_dec, const Config& config) {
  const LayerTable layers(config);
  Model model = EmptyModel(config, "ONNX networks", enc.graph);
  DFN_TRY(const auto enc_folded, FoldNorms(enc));
  DFN_TRY(const auto erb_folded, FoldNorms(erb_dec));
  DFN_TRY(const DataFlow enc_flow, DataFlow::Build(enc_folded ? *enc_folded : enc.graph, enc.file));
  DFN_TRY(const DataFlow erb_flow,
          DataFlow::Build(erb_folded ? *erb_folded : erb_dec.graph, erb_dec.file));
  LayerLifter enc_lifter(enc_flow, layers, model);
  LayerLifter erb_lifter(erb_flow, layers, model);
  DFN_CHECK(LiftEncoderOf(enc_lifter));
  DFN_TRY(const EncoderValues erb_inputs, LiftErbDecoderOf(erb_lifter));
  DFN_CHECK(CheckInputs(erb_flow, erb_inputs));
  AddStateInputs(enc_lifter, model.origin);
  AddStateInputs(erb_lifter, model.origin);
  if (config.mask_only) return model;
  DFN_TRY(const auto df_folded, FoldNorms(df_dec));
  DFN_TRY(const DataFlow df_flow,
          DataFlow::Build(df_folded ? *df_folded : df_dec.graph, df_dec.file));
  LayerLifter df_lifter(df_flow, layers, model);
  DFN_TRY(const EncoderValues df_inputs, LiftDfDecoderOf(df_lifter));
  DFN_CHECK(CheckInputs(df_flow, df_inputs));
  AddStateInputs(df_lifter, model.origin);
  return model;
}

Result<Model> LiftCombined(const NamedGraph& combined, const Config& config) {
  const LayerTable layers(config);
  Model model = EmptyModel(config, "combined ONNX", combined.graph);
  DFN_TRY(const auto folded, FoldNorms(combined));
  DFN_TRY(const DataFlow flow, DataFlow::Build(folded ? *folded : combined.graph, combined.file));
  LayerLifter lifter(flow, layers, model);
  DFN_TRY(const EncoderValues made, LiftEncoderOf(lifter));
  DFN_TRY(const EncoderValues erb_inputs, LiftErbDecoderOf(lifter));
  DFN_CHECK(CheckConnected(flow, erb_inputs, made));
  if (!config.mask_only) {
    DFN_TRY(const EncoderValues df_inputs, LiftDfDecoderOf(lifter));
    DFN_CHECK(CheckConnected(flow, df_inputs, made));
  }
  AddStateInputs(lifter, model.origin);
  return model;
}

Result<Model> LiftStreaming(const NamedGraph& enc_conv, const NamedGraph& enc_gru,
                            const NamedGraph& erb_dec, const NamedGraph& df_dec,
                            const Config& config) {
  const std::string file = enc_conv.file + " + " + std::string(LastPart(enc_gru.file));
  DFN_TRY(const onnx::Graph joined, JoinEncoder(enc_conv, enc_gru));
  DFN_TRY(const onnx::Graph enc, ToWholeSequence(joined, file));
  DFN_TRY(Model model, LiftNetworks({enc, file}, erb_dec, df_dec, config));
  model.origin.form = "streaming ONNX";
  return model;
}

}  // namespace dfn
