#include "convert/surgery/split.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/printable.h"
#include "convert/config/config_file.h"
#include "convert/config/metadata.h"
#include "convert/config/model_files.h"
#include "convert/config/value_names.h"
#include "convert/graph/graph_edit.h"
#include "convert/lift/state_output.h"
#include "convert/load/load.h"
#include "convert/surgery/hidden_state.h"
#include "convert/surgery/read_graph_file.h"
#include "formats/onnx/writer.h"

namespace dfn {
namespace {

using Names = std::set<std::string>;

// The output `result`, then every output that is a state.
Result<std::vector<onnx::ValueInfo>> ResultAndStates(const NamedGraph& part,
                                                     const std::string& result) {
  std::vector<onnx::ValueInfo> outputs;
  DFN_TRY(outputs.emplace_back(), RequireOutput(part, result));
  for (const onnx::ValueInfo& input : part.graph.inputs) {
    if (const auto* state = StateOutputOf(part.graph, input.name)) outputs.push_back(*state);
  }
  return outputs;
}

// The metadata of our own export does not hold for a part that was cut from it.
void DropOwnMetadata(onnx::Graph& graph) {
  const std::string* format = FindMetadata(graph.metadata, kMetaFormat);
  if (format != nullptr && *format == kMetaFormatValue) graph.metadata.clear();
}

Result<onnx::Graph> SplitDecoder(const NamedGraph& decoder, const std::string& result,
                                 const std::string& stem, const char* name) {
  DFN_CHECK(CheckAttributesKept(decoder.graph, decoder.file));
  DFN_TRY(const auto outputs, ResultAndStates(decoder, result));
  DFN_TRY(const onnx::Graph part, Extract(decoder.graph, decoder.file, {}, outputs));
  DFN_TRY(onnx::Graph graph, WithHiddenState(part, decoder.file, stem));
  graph.name = name;
  DropOwnMetadata(graph);
  return graph;
}

// Cuts an encoder in front of its GRU.
class EncoderCutter {
 public:
  EncoderCutter(onnx::Graph graph, const std::string& file, bool mask_only)
      : graph_(std::move(graph)), file_(file), maps_(kErbMaps.begin(), kErbMaps.end()) {
    if (!mask_only) maps_.push_back("c0");
  }

  Status Cut(StreamingGraphs& out) {
    DFN_CHECK(FindCut());
    DFN_CHECK(FindSkip());
    DFN_CHECK(MakeConvolutions(out.enc_conv));
    return MakeGru(out.enc_gru);
  }

 private:
  Error Fail(ErrorCode code, const std::string& sentence) const {
    return {code, file_ + ": " + sentence};
  }

  const onnx::Node* Maker(const std::string& value) const {
    for (const onnx::Node& node : graph_.nodes) {
      if (std::find(node.outputs.begin(), node.outputs.end(), value) != node.outputs.end()) {
        return &node;
      }
    }
    return nullptr;
  }

  // The cut is the first GRU's input as [1, T, H], before the Transpose that puts frames first.
  Status FindCut() {
    const auto gru = std::find_if(graph_.nodes.begin(), graph_.nodes.end(), IsGru);
    cut_ = gru->inputs[0];
    for (const onnx::Node* node = Maker(cut_);
         node != nullptr && !node->inputs.empty() &&
         (node->op_type == "Transpose" || node->op_type == "Identity");
         node = Maker(cut_)) {
      cut_ = node->inputs[0];
    }
    if (Maker(cut_) == nullptr) {
      return Fail(ErrorCode::kUnsupported,
                  "its GRU takes " + Quoted(cut_) + ", which no node makes");
    }
    behind_ = DependingOn(graph_, {cut_});
    for (const char* name : {"emb", "lsnr"}) {
      if (FindOutput(graph_, name) != nullptr && behind_.contains(name)) continue;
      return Fail(ErrorCode::kMismatch,
                  std::string("no output \"") + name + "\" comes from the GRU");
    }
    for (const std::string& name : maps_) {
      if (FindOutput(graph_, name) != nullptr && !behind_.contains(name)) continue;
      return Fail(ErrorCode::kMismatch, "no output \"" + name + "\" comes from the convolutions");
    }
    return {};
  }

  // Finds the value that passes the GRU by, if there is one.
  Status FindSkip() {
    Names inputs;
    for (const onnx::ValueInfo& input : graph_.inputs) {
      if (input.name != "h0") inputs.insert(input.name);
    }
    Names from_features = DependingOn(graph_, inputs);
    from_features.insert(inputs.begin(), inputs.end());
    Names data = DependingOn(graph_, inputs, /*by_shape=*/false);
    data.insert(inputs.begin(), inputs.end());

    for (const onnx::Node& node : graph_.nodes) {
      if (!MakesAny(node, behind_)) continue;
      for (const std::string& input : node.inputs) {
        if (input == cut_ || input == skip_ || behind_.contains(input) ||
            !from_features.contains(input)) {
          continue;
        }
        if (!skip_.empty() || !data.contains(input)) {
          return Fail(ErrorCode::kUnsupported, "the value " + Quoted(input) +
                                                   " passes its GRU by, expected one map of "
                                                   "features at most");
        }
        skip_ = input;
      }
    }
    return {};
  }

  // A vector [1, T, W], whose T is declared as the features' is.
  onnx::ValueInfo Vector(const std::string& name) const {
    onnx::ValueInfo info{
        .name = name, .type = onnx::DataType::kFloat, .dims = {1, -1, -1}, .dim_names = {}};
    const onnx::ValueInfo* features = FindInput(graph_, "feat_erb");
    if (features == nullptr || features->dims.size() != 4) return info;
    info.dims[1] = features->dims[2];
    if (features->dim_names.size() == 4) info.dim_names = {"", features->dim_names[2], ""};
    return info;
  }

  Status MakeConvolutions(onnx::Graph& part) const {
    std::vector<onnx::ValueInfo> outputs;
    for (const std::string& name : maps_) outputs.push_back(*FindOutput(graph_, name));
    outputs.push_back(Vector(cut_));
    if (!skip_.empty()) outputs.push_back(Vector(skip_));
    for (const onnx::ValueInfo& output : graph_.outputs) {
      if (!behind_.contains(output.name) && !IsMapName(output.name)) outputs.push_back(output);
    }
    DFN_TRY(part, Extract(graph_, file_, {}, outputs));
    part.name = "enc_conv";
    RenameValue(part, cut_, "emb");
    if (!skip_.empty()) RenameValue(part, skip_, "emb_skip");
    DropOwnMetadata(part);
    return {};
  }

  Status MakeGru(onnx::Graph& part) const {
    std::vector<onnx::ValueInfo> given = {Vector(cut_)};
    if (!skip_.empty()) given.push_back(Vector(skip_));
    std::vector<onnx::ValueInfo> outputs;
    for (const char* name : {"emb", "lsnr"}) outputs.push_back(*FindOutput(graph_, name));
    for (const onnx::ValueInfo& output : graph_.outputs) {
      if (behind_.contains(output.name) && output.name != "emb" && output.name != "lsnr") {
        outputs.push_back(output);
      }
    }
    DFN_TRY(part, Extract(graph_, file_, given, outputs));
    part.name = "enc_gru";
    RenameValue(part, "emb", "emb_out");
    RenameValue(part, cut_, "emb");
    if (!skip_.empty()) RenameValue(part, skip_, "emb_skip");
    DropOwnMetadata(part);
    return {};
  }

  const onnx::Graph graph_;
  const std::string& file_;
  std::vector<std::string> maps_;  // that decoders take
  std::string cut_;
  std::string skip_;
  Names behind_;  // values that depend on the cut
};

// Whether the model did not load because it does not lift; its graphs may then still be cut.
bool MayBeCut(const Error& error) {
  return error.code == ErrorCode::kMismatch || error.code == ErrorCode::kUnsupported ||
         error.code == ErrorCode::kNotFound;
}

Result<NetworkGraphs> ReadNetworks(std::span<const NamedBytes> files, const std::string& source,
                                   const Limits& limits) {
  const bool mask_only = IsMaskOnly(files, source, limits);
  if (!HasFile(files, kNetworkFiles[0]) && HasFile(files, kCombinedFile)) {
    DFN_TRY(const onnx::Graph combined, ReadGraphFile(files, kCombinedFile, source, limits));
    return SplitCombined({combined, source + "/" + kCombinedFile}, mask_only);
  }
  NetworkGraphs graphs;
  DFN_TRY(graphs.enc, ReadGraphFile(files, kNetworkFiles[0], source, limits));
  DFN_TRY(graphs.erb_dec, ReadGraphFile(files, kNetworkFiles[1], source, limits));
  if (mask_only) return graphs;
  DFN_TRY(graphs.df_dec, ReadGraphFile(files, kNetworkFiles[2], source, limits));
  return graphs;
}

}  // namespace

Result<StreamingGraphs> SplitNetworks(const NamedGraph& enc, const NamedGraph& erb_dec,
                                      const NamedGraph& df_dec) {
  StreamingGraphs out;
  const bool mask_only = df_dec.graph.nodes.empty();
  DFN_CHECK(CheckAttributesKept(enc.graph, enc.file));
  DFN_TRY(onnx::Graph encoder, WithHiddenState(enc.graph, enc.file, "h"));
  DFN_CHECK(EncoderCutter(std::move(encoder), enc.file, mask_only).Cut(out));
  DFN_TRY(out.erb_dec, SplitDecoder(erb_dec, "m", "erb_h", "erb_dec"));
  if (mask_only) return out;
  DFN_TRY(out.df_dec, SplitDecoder(df_dec, "coefs", "df_h", "df_dec"));
  return out;
}

Result<std::vector<NamedBytes>> SplitModelFiles(std::span<const NamedBytes> files,
                                                const std::string& source,
                                                const ExportOptions& options,
                                                const Limits& limits) {
  const auto model = LoadModelFiles(files, source, limits);
  if (model.ok()) {
    ExportOptions streaming = options;
    streaming.layout = ExportLayout::kStreaming;
    return ExportModel(*model, streaming);
  }
  if (!MayBeCut(model.error())) return model.error();
  const bool to_cut = HasFile(files, kNetworkFiles[0]) || HasFile(files, kCombinedFile);
  if (!to_cut) return model.error();
  DFN_TRY(const NetworkGraphs n, ReadNetworks(files, source, limits));
  const auto label = [&](size_t i) { return source + "/" + kNetworkFiles[i]; };
  DFN_TRY(const StreamingGraphs parts,
          SplitNetworks({n.enc, label(0)}, {n.erb_dec, label(1)}, {n.df_dec, label(2)}));
  std::vector<NamedBytes> out;
  const std::array<const onnx::Graph*, 4> graphs = {&parts.enc_conv, &parts.enc_gru, &parts.erb_dec,
                                                    &parts.df_dec};
  for (size_t i = 0; i < graphs.size(); ++i) {
    if (graphs[i]->nodes.empty()) continue;
    DFN_TRY(std::vector<uint8_t> bytes, onnx::WriteGraph(*graphs[i]));
    out.push_back({kStreamingFiles[i], std::move(bytes)});
  }
  for (const NamedBytes& file : files) {
    if (file.name.ends_with(kConfigFile)) out.push_back({kConfigFile, file.bytes});
  }
  return out;
}

}  // namespace dfn
