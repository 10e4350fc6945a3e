#include "convert/export/export.h"

#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "convert/config/config_writer.h"
#include "convert/config/value_names.h"
#include "convert/export/export_audio.h"
#include "convert/export/export_metadata.h"
#include "convert/export/export_network.h"
#include "convert/graph/graph_builder.h"
#include "formats/onnx/writer.h"

namespace dfn {
namespace {

constexpr int kLeastOpset = 14;
constexpr int kMostOpset = 21;

// Frames of features that the newest frame of every encoder map depends on.
size_t WindowFrames(const Config& c) {
  const size_t erb = c.conv_kernel_inp.t + 3 * (c.conv_kernel.t - 1);
  const size_t df = c.conv_kernel_inp.t + (c.conv_kernel.t - 1);
  return erb > df ? erb : df;
}

Dims StateDims(const GraphState& state) { return {state.shape.begin(), state.shape.end()}; }

// Writes the files of one export; each method makes one.
class Exporter {
 public:
  Exporter(const Model& model, const ExportOptions& options)
      : model_(model), c_(model.config), options_(options) {
    frames_ = options.single_frame ? Dim(size_t{1}) : Dim("S");
    form_ = {.edge = options.state == StateForm::kFull ? TimeEdge::kHistory : TimeEdge::kZeros,
             .gru_states = options.state != StateForm::kNone,
             .lower_gru = options.lower_gru};
  }

  Result<NamedBytes> Encoder() const {
    GraphBuilder g = Builder("enc");
    NetworkGraph network(model_, form_, g);
    const EncoderMaps maps = network.EncodeMaps("feat_erb", "feat_spec");
    const EncoderOutput out = network.EncodeGru(maps.gru_input, maps.skip);
    DeclareFeatures(g, frames_);
    DeclareMaps(g, maps);
    g.Output(out.emb, "emb", Vector(c_.emb_width()));
    g.Output(maps.c0, "c0", SpecMap());
    g.Output(out.lsnr, "lsnr", Vector(1));
    return Close(std::move(g), network, "enc", "enc.onnx");
  }

  Result<NamedBytes> ErbDecoder(const std::string& file) const {
    GraphBuilder g = Builder("erb_dec");
    NetworkGraph network(model_, form_, g);
    const Value m = network.DecodeErb("emb", {"e0", "e1", "e2", "e3"});
    g.Input("emb", Vector(c_.emb_width()));
    for (size_t i : {3, 2, 1, 0}) g.Input(kErbMaps[i], ErbMap(i));
    g.Output(m, "m", Gains());
    return Close(std::move(g), network, "erb_dec", file);
  }

  Result<NamedBytes> DfDecoder(const std::string& file) const {
    GraphBuilder g = Builder("df_dec");
    NetworkGraph network(model_, form_, g);
    // The official files have this second output, so the official form has it too.
    const bool with_alpha =
        options_.state == StateForm::kNone && options_.layout == ExportLayout::kNetworks;
    const DfDecoderOutput out = network.DecodeDf("emb", "c0", with_alpha);
    g.Input("emb", Vector(c_.emb_width()));
    g.Input("c0", SpecMap());
    g.Output(out.coefs, "coefs", Coefs());
    if (!out.alpha.empty()) g.Output(out.alpha, "alpha", Vector(1));
    return Close(std::move(g), network, "df_dec", file);
  }

  Result<NamedBytes> Combined() const {
    GraphBuilder g = Builder("combined");
    NetworkGraph network(model_, form_, g);
    g.SetPrefix("enc/");
    const EncoderMaps maps = network.EncodeMaps("feat_erb", "feat_spec");
    const EncoderOutput out = network.EncodeGru(maps.gru_input, maps.skip);
    g.SetPrefix("erb/");
    const Value m = network.DecodeErb(out.emb, maps.e);
    g.SetPrefix("df/");
    const Value coefs = c_.mask_only ? Value() : network.DecodeDf(out.emb, maps.c0, false).coefs;
    g.SetPrefix("");
    DeclareFeatures(g, frames_);
    g.Output(out.lsnr, "lsnr", Vector(1));
    g.Output(m, "m", Gains());
    if (!coefs.empty()) g.Output(coefs, "coefs", Coefs());
    return Close(std::move(g), network, "combined", "combined.onnx");
  }

  Result<NamedBytes> EncoderMapsFile() const {
    GraphBuilder g = Builder("enc_conv");
    NetworkForm form = form_;
    const bool window = options_.state == StateForm::kGru;
    if (window) form.edge = TimeEdge::kWindow;
    NetworkGraph network(model_, form, g);
    const EncoderMaps maps = network.EncodeMaps("feat_erb", "feat_spec");
    const size_t window_frames = window ? WindowFrames(c_) : 0;
    DeclareFeatures(g, window && options_.single_frame ? Dim(window_frames) : frames_);
    // The output for a window is its newest frame.
    const Dim frames = window ? Dim(size_t{1}) : frames_;
    for (size_t i = 0; i < 4; ++i) g.Output(maps.e[i], kErbMaps[i], ErbMap(i, frames));
    g.Output(maps.c0, "c0", {1, c_.conv_channels, frames, c_.df_bins});
    g.Output(maps.gru_input, "emb", {1, frames, c_.emb_hidden});
    if (!maps.skip.empty()) g.Output(maps.skip, "emb_skip", {1, frames, c_.emb_width()});
    return Close(std::move(g), network, "enc_conv", "enc_conv_streaming.onnx", window_frames);
  }

  Result<NamedBytes> EncoderGruFile() const {
    GraphBuilder g = Builder("enc_gru");
    NetworkGraph network(model_, form_, g);
    const bool skips = c_.enc_skip != Skip::kNone;
    const EncoderOutput out = network.EncodeGru("emb", skips ? "emb_skip" : "");
    g.Input("emb", Vector(c_.emb_hidden));
    if (skips) g.Input("emb_skip", Vector(c_.emb_width()));
    g.Output(out.emb, "emb_out", Vector(c_.emb_width()));
    g.Output(out.lsnr, "lsnr", Vector(1));
    return Close(std::move(g), network, "enc_gru", "enc_gru_streaming.onnx");
  }

  Result<NamedBytes> Audio() const {
    GraphBuilder g = Builder("audio");
    NetworkGraph network(model_, form_, g);
    DFN_TRY(std::vector<GraphState> states, WriteAudioGraph(model_, network, g));
    return Close(std::move(g), states, "audio", "audio.onnx", 0);
  }

 private:
  GraphBuilder Builder(const std::string& part) const {
    return GraphBuilder(part, options_.opset, options_.fp16_weights);
  }

  // Shapes: docs/export.md.
  Dims Vector(size_t width) const { return {1, frames_, width}; }
  Dims ErbMap(size_t level, const Dim& frames) const {
    return {1, c_.conv_channels, frames, c_.erb_bins(level)};
  }
  Dims ErbMap(size_t level) const { return ErbMap(level, frames_); }
  Dims SpecMap() const { return {1, c_.conv_channels, frames_, c_.df_bins}; }
  Dims Gains() const { return {1, 1, frames_, c_.erb_bands}; }
  Dims Coefs() const { return {1, frames_, c_.df_bins, 2 * c_.df_order}; }

  void DeclareFeatures(GraphBuilder& g, const Dim& frames) const {
    g.Input("feat_erb", {1, 1, frames, c_.erb_bands});
    g.Input("feat_spec", {1, 2, frames, c_.df_bins});
  }
  void DeclareMaps(GraphBuilder& g, const EncoderMaps& maps) const {
    for (size_t i = 0; i < 4; ++i) g.Output(maps.e[i], kErbMaps[i], ErbMap(i));
  }

  Result<NamedBytes> Close(GraphBuilder g, const NetworkGraph& network, const std::string& part,
                           const std::string& file, size_t window_frames = 0) const {
    return Close(std::move(g), network.states(), part, file, window_frames);
  }

  // Declares the states, adds the metadata and writes the bytes.
  Result<NamedBytes> Close(GraphBuilder g, const std::vector<GraphState>& states,
                           const std::string& part, const std::string& file,
                           size_t window_frames) const {
    for (const GraphState& state : states) g.Input(state.in, StateDims(state));
    for (const GraphState& state : states) g.Output(state.next, state.out, StateDims(state));
    AddExportMetadata(model_, options_, part, states, window_frames, g);
    DFN_TRY(const onnx::Graph graph, std::move(g).Finish());
    DFN_TRY(std::vector<uint8_t> bytes, onnx::WriteGraph(graph));
    return NamedBytes{file, std::move(bytes)};
  }

  const Model& model_;
  const Config& c_;
  const ExportOptions options_;
  Dim frames_ = size_t{1};
  NetworkForm form_;
};

Status CheckOptions(const ExportOptions& options) {
  const auto refuse = [](const std::string& sentence) {
    return Error{ErrorCode::kInvalidArgument, sentence};
  };
  if (options.opset < kLeastOpset || options.opset > kMostOpset) {
    return refuse("opset is " + std::to_string(options.opset) + ", expected " +
                  std::to_string(kLeastOpset) + " to " + std::to_string(kMostOpset));
  }
  if (options.layout == ExportLayout::kStreaming && options.state == StateForm::kNone) {
    return refuse("the layout streaming carries states, so it cannot go with state none");
  }
  if (options.layout == ExportLayout::kAudio && options.state != StateForm::kFull) {
    return refuse(std::string("the layout audio carries every state, so it cannot go with state ") +
                  StateFormName(options.state));
  }
  return {};
}

NamedBytes ConfigFile(const Config& config) {
  const std::string text = WriteConfig(config);
  return {"config.ini", {text.begin(), text.end()}};
}

}  // namespace

const char* LayoutName(ExportLayout layout) {
  switch (layout) {
    case ExportLayout::kNetworks:
      return "networks";
    case ExportLayout::kCombined:
      return "combined";
    case ExportLayout::kStreaming:
      return "streaming";
    case ExportLayout::kAudio:
      return "audio";
  }
  return "networks";
}

const char* StateFormName(StateForm state) {
  switch (state) {
    case StateForm::kFull:
      return "full";
    case StateForm::kGru:
      return "gru";
    case StateForm::kNone:
      return "none";
  }
  return "full";
}

Result<std::vector<NamedBytes>> ExportModel(const Model& model, const ExportOptions& options) {
  DFN_CHECK(CheckOptions(options));
  DFN_CHECK(ValidateConfig(model.config, Limits{}));
  DFN_CHECK(ValidateModel(model, model.origin.source.empty() ? "model" : model.origin.source));
  ExportOptions settled = options;
  // A lowered GRU is one step, and the audio graph takes one hop.
  if (options.lower_gru || options.layout == ExportLayout::kAudio) settled.single_frame = true;
  const Exporter exporter(model, settled);
  const bool has_df_decoder = !model.config.mask_only;

  std::vector<NamedBytes> files;
  const auto keep = [&files](Result<NamedBytes> file) -> Status {
    if (!file.ok()) return std::move(file).error();
    files.push_back(std::move(file).value());
    return {};
  };
  switch (options.layout) {
    case ExportLayout::kNetworks:
      DFN_CHECK(keep(exporter.Encoder()));
      DFN_CHECK(keep(exporter.ErbDecoder("erb_dec.onnx")));
      if (has_df_decoder) DFN_CHECK(keep(exporter.DfDecoder("df_dec.onnx")));
      break;
    case ExportLayout::kCombined:
      DFN_CHECK(keep(exporter.Combined()));
      break;
    case ExportLayout::kStreaming:
      DFN_CHECK(keep(exporter.EncoderMapsFile()));
      DFN_CHECK(keep(exporter.EncoderGruFile()));
      DFN_CHECK(keep(exporter.ErbDecoder("erb_dec_streaming.onnx")));
      if (has_df_decoder) DFN_CHECK(keep(exporter.DfDecoder("df_dec_streaming.onnx")));
      break;
    case ExportLayout::kAudio:
      DFN_CHECK(keep(exporter.Audio()));
      break;
  }
  files.push_back(ConfigFile(model.config));
  return files;
}

}  // namespace dfn
