#include "convert/surgery/merge.h"

#include <string_view>
#include <utility>
#include <vector>

#include "convert/config/config_file.h"
#include "convert/config/model_files.h"
#include "convert/config/value_names.h"
#include "convert/graph/check_width.h"
#include "convert/lift/graph_joiner.h"
#include "convert/lift/join_encoder.h"
#include "convert/surgery/merge_check.h"
#include "convert/surgery/read_graph_file.h"
#include "formats/onnx/writer.h"

namespace dfn {
namespace {

// Checks that a decoder takes what the encoder gives, and that both are of one family.
Status CheckDecoder(const NamedGraph& maps, const NamedGraph& embedding, const char* emb_name,
                    const NamedGraph& decoder) {
  if (decoder.graph.nodes.empty()) return {};
  DFN_CHECK(CheckOpset(maps, decoder));
  DFN_CHECK(CheckFamily(embedding, decoder));
  DFN_CHECK(CheckWidth(embedding, emb_name, decoder, "emb"));
  for (const char* name : kConvMaps) {
    DFN_CHECK(CheckWidth(maps, name, decoder, name));
  }
  return {};
}

Result<onnx::Graph> AddDecoders(GraphJoiner joiner, const NamedGraph& erb_dec,
                                const NamedGraph& df_dec) {
  DFN_CHECK(
      joiner.Add({.graph = erb_dec, .prefix = "erb/", .state_stem = "erb_", .results = {"m"}}));
  if (df_dec.graph.nodes.empty()) return joiner.Finish("combined graph");
  DFN_CHECK(
      joiner.Add({.graph = df_dec, .prefix = "df/", .state_stem = "df_", .results = {"coefs"}}));
  return joiner.Finish("combined graph");
}

}  // namespace

Result<onnx::Graph> MergeNetworks(const NamedGraph& enc, const NamedGraph& erb_dec,
                                  const NamedGraph& df_dec) {
  DFN_CHECK(CheckFeatures(enc));
  DFN_CHECK(CheckDecoder(enc, enc, "emb", erb_dec));
  DFN_CHECK(CheckDecoder(enc, enc, "emb", df_dec));
  GraphJoiner joiner("combined");
  DFN_CHECK(joiner.Add({.graph = enc,
                        .prefix = "enc/",
                        .state_stem = "enc_",
                        .results = {"lsnr"},
                        .given_on = PublishedMaps()}));
  return AddDecoders(std::move(joiner), erb_dec, df_dec);
}

Result<onnx::Graph> MergeStreaming(const NamedGraph& enc_conv, const NamedGraph& enc_gru,
                                   const NamedGraph& erb_dec, const NamedGraph& df_dec) {
  DFN_CHECK(CheckOpset(enc_conv, enc_gru));
  DFN_CHECK(CheckDecoder(enc_conv, enc_gru, "emb_out", erb_dec));
  DFN_CHECK(CheckDecoder(enc_conv, enc_gru, "emb_out", df_dec));
  GraphJoiner joiner("combined");
  DFN_CHECK(AddEncoder(enc_conv, enc_gru, "enc/", joiner));
  return AddDecoders(std::move(joiner), erb_dec, df_dec);
}

Result<NamedBytes> MergeModelFiles(std::span<const NamedBytes> files, const std::string& source,
                                   const Limits& limits) {
  const bool networks = HasAnyFile(files, kNetworkFiles);
  if (!networks && !HasAnyFile(files, kStreamingFiles)) {
    return Error{ErrorCode::kNotFound,
                 source + ": holds nothing to merge, expected enc.onnx, erb_dec.onnx and " +
                     "df_dec.onnx, or the four files *_streaming.onnx"};
  }
  std::vector<onnx::Graph> graphs;
  std::vector<std::string> labels;
  const bool mask_only = IsMaskOnly(files, source, limits);
  const auto read = [&](const auto& names) -> Status {
    for (const std::string_view name : names) {
      if (name == names.back() && mask_only && !HasFile(files, name)) {
        graphs.emplace_back();
        labels.emplace_back(name);
        continue;
      }
      DFN_TRY(onnx::Graph graph, ReadGraphFile(files, name, source, limits));
      graphs.push_back(std::move(graph));
      labels.push_back(FileLabel(source, name));
    }
    return {};
  };
  DFN_CHECK(networks ? read(kNetworkFiles) : read(kStreamingFiles));
  const auto part = [&](size_t i) { return NamedGraph{graphs[i], labels[i]}; };
  DFN_TRY(const onnx::Graph merged, networks ? MergeNetworks(part(0), part(1), part(2))
                                             : MergeStreaming(part(0), part(1), part(2), part(3)));
  DFN_TRY(std::vector<uint8_t> bytes, onnx::WriteGraph(merged));
  return NamedBytes{networks ? kCombinedFile : kCombinedStreamingFile, std::move(bytes)};
}

}  // namespace dfn
