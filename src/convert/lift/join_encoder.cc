#include "convert/lift/join_encoder.h"

#include "base/printable.h"
#include "convert/config/value_names.h"
#include "convert/graph/check_width.h"
#include "convert/graph/graph_edit.h"

namespace dfn {

std::map<std::string, std::string> PublishedMaps() {
  return {{"e0", "e0"},
          {"e1", "e1"},
          {"e2", "e2"},
          {"e3", "e3"},
          {"c0", "c0"},
          {"emb", "emb"},
          {"emb_skip", "emb_skip"}};
}

Status CheckFeatures(const NamedGraph& enc) {
  for (const char* name : {"feat_erb", "feat_spec"}) {
    if (FindInput(enc.graph, name) != nullptr) continue;
    return Error{ErrorCode::kMismatch, enc.file + ": there is no input " + Quoted(name)};
  }
  return {};
}

Status AddEncoder(const NamedGraph& enc_conv, const NamedGraph& enc_gru, const std::string& prefix,
                  GraphJoiner& joiner) {
  DFN_CHECK(CheckFeatures(enc_conv));
  DFN_CHECK(CheckWidth(enc_conv, "emb", enc_gru, "emb"));
  DFN_CHECK(joiner.Add({.graph = enc_conv,
                        .prefix = prefix + "conv/",
                        .state_stem = "conv_",
                        .results = {},
                        .given_on = PublishedMaps()}));
  if (FindOutput(enc_gru.graph, "emb_out") == nullptr) {
    return Error{ErrorCode::kMismatch, enc_gru.file + ": there is no output \"emb_out\""};
  }
  return joiner.Add({.graph = enc_gru,
                     .prefix = prefix + "gru/",
                     .state_stem = "gru_",
                     .results = {"lsnr"},
                     .given_on = {{"emb_out", "emb"}}});
}

Result<onnx::Graph> JoinEncoder(const NamedGraph& enc_conv, const NamedGraph& enc_gru) {
  GraphJoiner joiner("enc");
  DFN_CHECK(AddEncoder(enc_conv, enc_gru, "", joiner));
  for (const char* name : kConvMaps) {
    if (const auto* info = FindOutput(enc_conv.graph, name)) joiner.GiveOut(name, *info);
  }
  joiner.GiveOut("emb", *FindOutput(enc_gru.graph, "emb_out"));
  return joiner.Finish(enc_conv.file);
}

}  // namespace dfn
