#include "convert/plan/run_plan.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "convert/config/config_ini.h"
#include "convert/config/model_files.h"
#include "convert/export/export.h"
#include "convert/graph/check_width.h"
#include "convert/graph/graph_edit.h"
#include "convert/graph/metadata.h"
#include "convert/lift/whole_sequence.h"
#include "convert/load/load.h"
#include "convert/plan/frame_flow.h"
#include "convert/plan/run_audio.h"
#include "convert/plan/run_check.h"
#include "convert/plan/run_cut.h"
#include "convert/plan/run_modes.h"
#include "convert/plan/run_states.h"
#include "convert/surgery/merge_check.h"
#include "convert/surgery/split.h"
#include "formats/ini/ini.h"
#include "formats/onnx/writer.h"

namespace dfn {
namespace {

constexpr size_t kMaxWindowFrames = 1000;

// What the encoder's GRU takes, between the parts of a cut.
constexpr char kGruInput[] = "gru_in";

using Strings = std::vector<std::string>;

// Outputs that something takes, of each kind of graph; those of an encoder that it has.
Strings EncoderResults() { return {"e0", "e1", "e2", "e3", "c0", "emb", "lsnr"}; }
Strings ConvolutionResults() { return {"e0", "e1", "e2", "e3", "c0", "emb", "emb_skip"}; }

bool HasConfig(std::span<const NamedBytes> files) { return HasFile(files, kConfigFile); }

// config.ini and the graphs of a mode.
std::vector<NamedBytes> FilesOf(const ModeFiles& chosen, std::span<const NamedBytes> files) {
  std::vector<NamedBytes> out;
  for (const NamedBytes& file : files) {
    const size_t slash = file.name.find_last_of("/\\") + 1;
    const std::string last = file.name.substr(slash);
    const bool wanted = last == kConfigFile ||
                        std::any_of(chosen.graphs.begin(), chosen.graphs.end(),
                                    [&](const GraphFile& graph) { return graph.name == last; });
    if (wanted) out.push_back(file);
  }
  return out;
}

Result<Config> ReadConfigFile(std::span<const NamedBytes> files, const std::string& source,
                              const Limits& limits) {
  const auto is_config = [](const NamedBytes& file) {
    return file.name.substr(file.name.find_last_of("/\\") + 1) == kConfigFile;
  };
  const auto found = std::find_if(files.begin(), files.end(), is_config);
  const std::string whole = source.empty() ? "the model" : source;
  if (found == files.end()) {
    return Error{ErrorCode::kNotFound, whole + ": there is no " + kConfigFile};
  }
  if (std::count_if(files.begin(), files.end(), is_config) > 1) {
    return Error{ErrorCode::kMismatch, whole + ": holds several files config.ini, expected one"};
  }
  const std::string label = source.empty() ? kConfigFile : source + "/" + kConfigFile;
  DFN_TRY(const IniFile ini, IniFile::Parse(found->bytes, label, limits));
  return ReadConfig(ini, label, limits);
}

// Whether it is lifting or cutting that failed, not the files that are broken.
bool MayBeCut(const Error& error) {
  return error.code == ErrorCode::kMismatch || error.code == ErrorCode::kUnsupported;
}

// Makes the plan of a network's graphs.
class Planner {
 public:
  Planner(const ModeFiles& chosen, std::span<const NamedBytes> files, const std::string& source,
          const RunPlanOptions& options, const Limits& limits)
      : chosen_(chosen), files_(files), source_(source), options_(options), limits_(limits) {}

  Result<RunPlan> Plan() {
    plan_.mode = chosen_.mode;
    for (const GraphFile& file : chosen_.graphs) {
      plan_.files += (plan_.files.empty() ? "" : ", ") + file.name;
    }
    DFN_TRY(plan_.config, ReadConfigFile(files_, source_, limits_));
    DFN_CHECK(Check());
    if (is_stateless() && (options_.window_frames || options_.mode)) {
      DFN_CHECK(PlanAsGiven(options_.window_frames.value_or(kDefaultWindowFrames)));
      return std::move(plan_);
    }
    if (RunsByFrame()) {
      DFN_CHECK(PlanAsGiven(1));
      return std::move(plan_);
    }
    const auto model = LoadModelFiles(FilesOf(chosen_, files_), source_, limits_);
    if (model.ok()) {
      DFN_CHECK(PlanExact(*model));
      return std::move(plan_);
    }
    if (!MayBeCut(model.error())) return model.error();
    const Status cut = PlanCut();
    if (!cut.ok() && !MayBeCut(cut.error())) return cut.error();
    if (!cut.ok()) DFN_CHECK(PlanInexact(cut.error()));
    return std::move(plan_);
  }

 private:
  bool is_stateless() const { return chosen_.mode == RunMode::kStateless; }
  bool is_combined() const { return chosen_.graphs.size() == 1; }
  bool is_split() const { return chosen_.graphs.size() == kStreamingFiles.size(); }
  NamedGraph Named(size_t i) const { return {chosen_.graphs[i].graph, chosen_.graphs[i].label}; }

  // Where a graph runs, and what is taken of it.
  struct Place {
    std::vector<RunStage> RunPlan::*stages;
    RunPart part = RunPart::kEncoder;
    const char* name;
    Strings results;
  };
  Place PlaceOf(size_t i) const {
    const Place erb = {&RunPlan::erb_decoder, RunPart::kErbDecoder, "erb_dec", {"m"}};
    const Place df = {&RunPlan::df_decoder, RunPart::kDfDecoder, "df_dec", {"coefs"}};
    const auto encoder = [](const char* name, Strings results) {
      return Place{&RunPlan::encoder, RunPart::kEncoder, name, std::move(results)};
    };
    if (is_combined()) return encoder("combined", {"lsnr", "m", "coefs"});
    if (!is_split()) return i == 0 ? encoder("enc", EncoderResults()) : i == 1 ? erb : df;
    if (i == 0) {
      Strings results = ConvolutionResults();
      if (FindOutput(Named(0).graph, "emb_skip") == nullptr) results.pop_back();
      return encoder("enc_conv", std::move(results));
    }
    return i == 1 ? encoder("enc_gru", {"emb_out", "lsnr"}) : i == 2 ? erb : df;
  }

  // That the graphs can run as they are: each input is there by then, each result comes out.
  Status CheckNames() const {
    Strings known;
    for (size_t i = 0; i < chosen_.graphs.size(); ++i) {
      const NamedGraph graph = Named(i);
      DFN_CHECK(CheckInputsKnown(graph, chosen_.graphs[i].states, known));
      for (const std::string& result : PlaceOf(i).results) {
        if (FindOutput(graph.graph, result) == nullptr) {
          return Error{ErrorCode::kMismatch,
                       graph.file + ": there is no output \"" + result + "\""};
        }
        known.push_back(result);
      }
    }
    return {};
  }

  // That no weight is broken, and that the graphs belong to each other and to the config.
  Status Check() const {
    for (size_t i = 0; i < chosen_.graphs.size(); ++i) {
      DFN_CHECK(CheckFiniteWeights(Named(i)));
      DFN_CHECK(CheckConfigWidths(Named(i), plan_.config));
    }
    if (is_combined()) return {};
    const size_t decoders = chosen_.graphs.size() - 2;
    const NamedGraph maps = Named(0);
    const NamedGraph embedding = Named(decoders - 1);
    if (is_split()) DFN_CHECK(CheckWidth(maps, "emb", embedding, "emb"));
    for (size_t i = decoders; i < chosen_.graphs.size(); ++i) {
      DFN_CHECK(CheckWidth(embedding, is_split() ? "emb_out" : "emb", Named(i), "emb"));
      for (const char* name : {"e0", "e1", "e2", "e3", "c0"}) {
        DFN_CHECK(CheckWidth(maps, name, Named(i), name));
      }
    }
    return {};
  }

  // Whether one frame a call, with the states that there are, gives what the sequence gives.
  bool RunsByFrame() const {
    if (!CheckNames().ok()) return false;
    return std::all_of(chosen_.graphs.begin(), chosen_.graphs.end(), [](const GraphFile& file) {
      const auto ordered = Extract(file.graph, file.label, {}, file.graph.outputs);
      if (!ordered.ok()) return false;
      const auto flow = FrameFlow::Build({*ordered, file.label}, file.states);
      return flow.ok() && flow->RunsByFrame();
    });
  }

  RunStage AsGiven(size_t i, size_t window_frames) const {
    const GraphFile& file = chosen_.graphs[i];
    const Place place = PlaceOf(i);
    RunStage stage;
    stage.file = file.label;
    stage.model = *file.model;
    stage.window_frames = window_frames;
    stage.states = file.states;
    for (RunState& state : stage.states) state.part = place.part;
    if (is_combined()) AssignParts(file.graph, stage.states);
    if (is_split() && i == 1) stage.renamed = {{"emb_out", "emb"}};
    return stage;
  }

  Status PlanAsGiven(size_t window_frames) {
    DFN_CHECK(CheckNames());
    plan_.form = RunForm::kAsGiven;
    for (size_t i = 0; i < chosen_.graphs.size(); ++i) {
      (plan_.*PlaceOf(i).stages).push_back(AsGiven(i, window_frames));
    }
    return {};
  }

  Status PlanExact(const Model& model) {
    plan_.form = RunForm::kExact;
    plan_.config = model.config;
    DFN_TRY(const std::vector<NamedBytes> files,
            ExportModel(model, {.layout = ExportLayout::kNetworks,
                                .state = StateForm::kFull,
                                .single_frame = true}));
    const std::array<std::pair<std::vector<RunStage>*, RunPart>, 3> places = {
        {{&plan_.encoder, RunPart::kEncoder},
         {&plan_.erb_decoder, RunPart::kErbDecoder},
         {&plan_.df_decoder, RunPart::kDfDecoder}}};
    for (size_t i = 0; i < places.size(); ++i) {
      const std::string source = source_ + " as exported";
      RunStage stage;
      stage.file = source + "/" + kNetworkFiles[i];
      DFN_TRY(const onnx::Graph graph, ReadGraphFile(files, kNetworkFiles[i], source, limits_));
      DFN_TRY(stage.states, FindRunStates({graph, stage.file}, StateNames::kNetwork, limits_));
      for (RunState& state : stage.states) state.part = places[i].second;
      stage.model = *graph.bytes;
      places[i].first->push_back(std::move(stage));
    }
    return {};
  }

  // The three networks, or the four parts of the streaming files under names of their own: what the
  // encoder's GRU takes is called gru_in, as emb is what it gives.
  Result<std::vector<onnx::Graph>> GraphsToCut() const {
    std::vector<onnx::Graph> graphs;
    if (is_combined()) {
      DFN_TRY(const onnx::Graph padded, ToWholeSequence(Named(0).graph, Named(0).file));
      DFN_TRY(NetworkGraphs networks, SplitCombined({padded, Named(0).file}));
      graphs.push_back(std::move(networks.enc));
      graphs.push_back(std::move(networks.erb_dec));
      graphs.push_back(std::move(networks.df_dec));
      // It lists the states of all parts; those of each are told by their names.
      for (onnx::Graph& graph : graphs) graph.metadata.clear();
      return graphs;
    }
    for (const GraphFile& file : chosen_.graphs) graphs.push_back(file.graph);
    if (is_split()) {
      for (size_t i : {0, 1}) RenameValue(graphs[i], "emb", kGruInput);
      RenameValue(graphs[1], "emb_out", "emb");
    }
    return graphs;
  }

  struct CutPlace {
    const char* name;
    RunPart part;
    std::vector<RunStage> RunPlan::*stages;
    Strings results;
  };
  static std::vector<CutPlace> CutPlaces(const std::vector<onnx::Graph>& graphs) {
    std::vector<CutPlace> places = {
        {"erb_dec", RunPart::kErbDecoder, &RunPlan::erb_decoder, {"m"}},
        {"df_dec", RunPart::kDfDecoder, &RunPlan::df_decoder, {"coefs"}}};
    if (graphs.size() < kStreamingFiles.size()) {
      places.insert(places.begin(),
                    {"enc", RunPart::kEncoder, &RunPlan::encoder, EncoderResults()});
      return places;
    }
    Strings maps = {"e0", "e1", "e2", "e3", "c0", kGruInput};
    if (FindOutput(graphs[0], "emb_skip") != nullptr) maps.push_back("emb_skip");
    places.insert(places.begin(),
                  {{"enc_conv", RunPart::kEncoder, &RunPlan::encoder, std::move(maps)},
                   {"enc_gru", RunPart::kEncoder, &RunPlan::encoder, {"emb", "lsnr"}}});
    return places;
  }

  Status PlanCut() {
    DFN_TRY(const std::vector<onnx::Graph> graphs, GraphsToCut());
    RunPlan plan = plan_;
    plan.form = RunForm::kCut;
    Strings known;
    const std::vector<CutPlace> places = CutPlaces(graphs);
    for (size_t i = 0; i < graphs.size(); ++i) {
      const CutPlace& place = places[i];
      const std::string& file = Named(is_combined() ? 0 : i).file;
      auto stages = CutByFrames({graphs[i], file}, place.name, place.results, known, limits_);
      if (!stages.ok() && is_split() && i == 0 && FixedFrames(0) > 1) {
        // A window of frames in, the newest frame out.
        RunStage stage = AsGiven(0, FixedFrames(0));
        stage.pads_start = true;
        stage.renamed = {{"emb", kGruInput}};
        stages = std::vector<RunStage>{std::move(stage)};
      }
      if (!stages.ok()) return stages.error();
      for (RunStage& stage : *stages) {
        for (RunState& state : stage.states) state.part = place.part;
        (plan.*place.stages).push_back(std::move(stage));
      }
      known.insert(known.end(), place.results.begin(), place.results.end());
    }
    plan_ = std::move(plan);
    return {};
  }

  // Frames a call where the file fixes them, or says how many its window has at least; else 0.
  // Beyond the most that there may be, one more than that.
  size_t FixedFrames(size_t i) const {
    for (const onnx::ValueInfo& input : Named(i).graph.inputs) {
      if (FindState(chosen_.graphs[i].states, input.name) != nullptr) continue;
      const size_t rank = input.dims.size();
      const int64_t frames = rank == 4 ? input.dims[2] : rank == 3 ? input.dims[1] : -1;
      if (frames > 0) return std::min(static_cast<size_t>(frames), kMaxWindowFrames + 1);
    }
    for (const auto& [key, value] : Named(i).graph.metadata) {
      if (key != kMetaWindow) continue;
      size_t frames = 0;
      for (const char digit : value) {
        if (digit < '0' || digit > '9') return 0;
        frames = std::min(10 * frames + static_cast<size_t>(digit - '0'), kMaxWindowFrames + 1);
      }
      return frames;
    }
    return 0;
  }

  // What is left when nothing else works: the files as they are, and the sentence.
  Status PlanInexact(const Error& why) {
    const size_t window = is_stateless() ? kDefaultWindowFrames : 1;
    DFN_CHECK(PlanAsGiven(window));
    bool sequences = true;
    size_t i = 0;
    for (auto* stages : {&plan_.encoder, &plan_.erb_decoder, &plan_.df_decoder}) {
      for (RunStage& stage : *stages) {
        const size_t fixed = FixedFrames(i);
        if (fixed > kMaxWindowFrames) {
          return Error{ErrorCode::kUnsupported, stage.file + ": takes more than " +
                                                    std::to_string(kMaxWindowFrames) +
                                                    " frames a call"};
        }
        sequences = sequences && fixed == 0;
        if (fixed > 0) stage.window_frames = fixed;
        stage.pads_start = fixed > 1;
        ++i;
      }
    }
    plan_.inexact =
        why.message + ", so " +
        (is_stateless() ? "windows of " + std::to_string(plan_.encoder[0].window_frames) +
                              " frames are run, each from a start without memory"
                        : "it runs as given, a frame a call, and may lose what went before");
    for (i = 0; sequences && i < chosen_.graphs.size(); ++i) plan_.whole.push_back(AsGiven(i, 1));
    return {};
  }

  const ModeFiles& chosen_;
  const std::span<const NamedBytes> files_;
  const std::string& source_;
  const RunPlanOptions& options_;
  const Limits& limits_;
  RunPlan plan_;
};

Result<RunPlan> PlanAudio(std::span<const NamedBytes> files, const std::string& source,
                          const Limits& limits) {
  const NamedBytes& file = *FindAudioFile(files);
  DFN_TRY(AudioStage audio, ReadAudioStage(file, source, limits));
  RunPlan plan;
  plan.mode = RunMode::kAudio;
  plan.files = file.name.substr(file.name.find_last_of("/\\") + 1);
  if (HasConfig(files)) {
    DFN_TRY(plan.config, ReadConfigFile(files, source, limits));
  } else {
    plan.config.hop_size = audio.hop_size;
  }
  plan.audio = std::move(audio.stage);
  return plan;
}

}  // namespace

Result<RunPlan> PlanRun(std::span<const NamedBytes> files, const std::string& source,
                        const RunPlanOptions& options, const Limits& limits) {
  const auto window = options.window_frames;
  if (window && (*window == 0 || *window > kMaxWindowFrames)) {
    return Error{ErrorCode::kInvalidArgument, "the window is " + std::to_string(*window) +
                                                  " frames, expected 1 to " +
                                                  std::to_string(kMaxWindowFrames)};
  }
  DFN_TRY(const ModeFiles chosen, ChooseMode(files, source, options.mode, limits));
  if (window && chosen.mode != RunMode::kStateless) {
    return Error{ErrorCode::kInvalidArgument,
                 (source.empty() ? "the model" : source) +
                     ": a window is for graphs without states, but the mode is " +
                     RunModeName(chosen.mode)};
  }
  if (chosen.mode == RunMode::kAudio) return PlanAudio(files, source, limits);
  return Planner(chosen, files, source, options, limits).Plan();
}

}  // namespace dfn
