#include "convert/plan/run_plan.h"

#include <algorithm>

#include "convert/config/config_file.h"
#include "convert/config/metadata.h"
#include "convert/config/model_files.h"
#include "convert/config/value_names.h"
#include "convert/export/export.h"
#include "convert/graph/check_width.h"
#include "convert/graph/graph_edit.h"
#include "convert/graph/quantized.h"
#include "convert/lift/whole_sequence.h"
#include "convert/load/load.h"
#include "convert/plan/frame_flow.h"
#include "convert/plan/run_audio.h"
#include "convert/plan/run_check.h"
#include "convert/plan/run_cut.h"
#include "convert/plan/run_modes.h"
#include "convert/plan/run_places.h"
#include "convert/plan/run_states.h"
#include "convert/surgery/read_graph_file.h"
#include "convert/surgery/split.h"

namespace dfn {
namespace {

constexpr size_t kMaxWindowFrames = 1000;

// In the streaming files, decoders call emb what the GRU gives as emb_out.
constexpr GruNames kPublishedNames = {.input = "emb", .output = "emb_out"};
// In a cut, a name is one value for all graphs.
constexpr GruNames kCutNames = {.input = "gru_in", .output = "emb"};

// config.ini and the graphs of a mode.
std::vector<NamedBytes> FilesOf(const ModeFiles& chosen, std::span<const NamedBytes> files) {
  std::vector<NamedBytes> out;
  for (const NamedBytes& file : files) {
    const std::string_view last = LastPart(file.name);
    const bool wanted = last == kConfigFile ||
                        std::any_of(chosen.graphs.begin(), chosen.graphs.end(),
                                    [&](const GraphFile& graph) { return graph.name == last; });
    if (wanted) out.push_back(file);
  }
  return out;
}

// Whether lifting or cutting failed although the files are sound.
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
      NoteStatesByOrder({file.graph, file.label}, file.states, plan_.notes);
    }
    DFN_TRY(plan_.config, ReadConfigFile(files_, source_, limits_));
    const bool has_skip = FindOutput(chosen_.graphs[0].graph, "emb_skip") != nullptr;
    places_ = RunPlaces(set(), plan_.config, kPublishedNames, has_skip);
    DFN_CHECK(CheckModelRate(options_, plan_.config.sample_rate_hz, source_));
    DFN_CHECK(Check());
    DFN_CHECK(PlanForm());
    return std::move(plan_);
  }

 private:
  bool is_stateless() const { return chosen_.mode == RunMode::kStateless; }
  bool is_combined() const { return chosen_.graphs.size() == 1; }
  bool is_split() const { return chosen_.mode == RunMode::kSplit; }
  GraphSet set() const {
    return is_combined() ? GraphSet::kCombined
           : is_split()  ? GraphSet::kStreaming
                         : GraphSet::kNetworks;
  }
  // Plans the best form that has not failed.
  Status PlanForm() {
    const bool asked = is_stateless() && (options_.window_frames || options_.mode);
    const bool by_frame = !asked && RunsByFrame();
    if (asked || by_frame) {
      const size_t asked_frames = options_.window_frames.value_or(kDefaultWindowFrames);
      if (!HasFailed(RunForm::kAsGiven)) {
        DFN_CHECK(PlanAsGiven(asked ? asked_frames : 1));
        if (asked) NoteWindows("it runs as asked");
        return {};
      }
      if (asked) return NoFurtherForm();
    }
    if (!HasFailed(RunForm::kExact)) {
      const auto model = LoadModelFiles(FilesOf(chosen_, files_), source_, limits_);
      if (model.ok()) return PlanExact(*model);
      if (!MayBeCut(model.error())) return model.error();
    }
    if (by_frame) return NoFurtherForm();
    if (!HasFailed(RunForm::kCut)) {
      const Status cut = PlanCut();
      if (cut.ok()) {
        NoteFailures();
        NoteScales();
        plan_.whole = WholeSequence();
        return {};
      }
      if (!MayBeCut(cut.error())) return cut.error();
      if (!HasFailed(RunForm::kAsGiven)) return PlanInexact(cut.error().message);
    }
    if (HasFailed(RunForm::kAsGiven)) return NoFurtherForm();
    return PlanInexact(options_.failed.back().why);
  }

  bool HasFailed(RunForm form) const {
    return std::any_of(options_.failed.begin(), options_.failed.end(),
                       [&](const FailedForm& failed) { return failed.form == form; });
  }

  Error NoFurtherForm() const {
    return {ErrorCode::kUnsupported, ModelLabel(source_) + ": none of its forms runs"};
  }

  void NoteFailures() {
    for (const FailedForm& failed : options_.failed) {
      plan_.notes.push_back(failed.why + ", so that its form " + RunFormName(failed.form) +
                            " is left and its form " + RunFormName(plan_.form) + " is run");
    }
  }

  // Says which nodes of a cut graph see other numbers at once than in the whole sequence.
  void NoteScales() {
    for (const GraphFile& file : chosen_.graphs) {
      for (const onnx::Node& node : file.graph.nodes) {
        if (!IsScaledByCall(node)) continue;
        plan_.inexact = file.label + ": " + DescribeNode(node) +
                        " scales its integers by all frames of a call, of which there is one, or "
                        "the few that a convolution takes";
        return;
      }
    }
  }

  NamedGraph Named(size_t i) const { return {chosen_.graphs[i].graph, chosen_.graphs[i].label}; }

  // Checks that the graphs can run as they are: every input is known when its graph runs, and every
  // result is an output.
  Status CheckNames() const {
    std::vector<std::string> known;
    for (size_t i = 0; i < chosen_.graphs.size(); ++i) {
      const NamedGraph graph = Named(i);
      DFN_CHECK(CheckInputsKnown(graph, chosen_.graphs[i].states, known));
      for (const std::string& result : places_[i].results) {
        DFN_CHECK(RequireOutput(graph, result));
        known.push_back(result);
      }
    }
    return {};
  }

  // Checks that all weights are finite, and that the graphs fit each other and the config.
  Status Check() const {
    for (size_t i = 0; i < chosen_.graphs.size(); ++i) {
      DFN_CHECK(CheckFiniteWeights(Named(i)));
      DFN_CHECK(CheckConfigWidths(Named(i), plan_.config));
    }
    if (is_combined()) return {};
    const size_t decoders = is_split() ? 2 : 1;
    const NamedGraph maps = Named(0);
    const NamedGraph embedding = Named(decoders - 1);
    if (is_split()) DFN_CHECK(CheckWidth(maps, "emb", embedding, "emb"));
    for (size_t i = decoders; i < chosen_.graphs.size(); ++i) {
      DFN_CHECK(CheckWidth(embedding, is_split() ? "emb_out" : "emb", Named(i), "emb"));
      for (const char* name : kConvMaps) {
        DFN_CHECK(CheckWidth(maps, name, Named(i), name));
      }
    }
    return {};
  }

  // Whether calls of one frame, with the graphs' own states, compute the same as the sequence.
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
    RunStage stage;
    stage.file = file.label;
    stage.model = *file.model;
    stage.window_frames = window_frames;
    stage.states = file.states;
    for (RunState& state : stage.states) state.part = places_[i].part;
    if (is_combined()) AssignParts(file.graph, stage.states);
    if (is_split() && i == 1) stage.renamed = {{"emb_out", "emb"}};
    return stage;
  }

  Status PlanAsGiven(size_t window_frames) {
    DFN_CHECK(CheckNames());
    plan_.form = RunForm::kAsGiven;
    for (size_t i = 0; i < chosen_.graphs.size(); ++i) {
      (plan_.*places_[i].stages).push_back(AsGiven(i, window_frames));
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
    const std::vector<RunPlace> places =
        RunPlaces(GraphSet::kNetworks, model.config, kPublishedNames, false);
    for (size_t i = 0; i < places.size(); ++i) {
      const std::string source = source_ + " as exported";
      RunStage stage;
      stage.file = source + "/" + kNetworkFiles[i];
      DFN_TRY(const onnx::Graph graph, ReadGraphFile(files, kNetworkFiles[i], source, limits_));
      DFN_TRY(stage.states, FindRunStates({graph, stage.file}, StateNames::kNetwork, limits_));
      for (RunState& state : stage.states) state.part = places[i].part;
      stage.model = *graph.bytes;
      (plan_.*places[i].stages).push_back(std::move(stage));
    }
    return {};
  }

  // The networks, or the streaming parts with kCutNames.
  Result<std::vector<onnx::Graph>> GraphsToCut() const {
    std::vector<onnx::Graph> graphs;
    if (is_combined()) {
      const onnx::Graph named = WithPlainStateNames(Named(0).graph, chosen_.graphs[0].states);
      DFN_TRY(const onnx::Graph padded, ToWholeSequence(named, Named(0).file));
      DFN_TRY(NetworkGraphs networks,
              SplitCombined({padded, Named(0).file}, plan_.config.mask_only));
      graphs.push_back(std::move(networks.enc));
      graphs.push_back(std::move(networks.erb_dec));
      if (!plan_.config.mask_only) graphs.push_back(std::move(networks.df_dec));
      // The metadata lists the states of all parts; the names of states tell those of each part.
      for (onnx::Graph& graph : graphs) graph.metadata.clear();
      return graphs;
    }
    for (const GraphFile& file : chosen_.graphs) {
      graphs.push_back(WithPlainStateNames(file.graph, file.states));
    }
    if (is_split()) {
      for (size_t i : {0, 1}) RenameValue(graphs[i], kPublishedNames.input, kCutNames.input);
      RenameValue(graphs[1], kPublishedNames.output, kCutNames.output);
    }
    return graphs;
  }

  Status PlanCut() {
    DFN_TRY(const std::vector<onnx::Graph> graphs, GraphsToCut());
    RunPlan plan = plan_;
    plan.form = RunForm::kCut;
    std::vector<std::string> known;
    const bool has_skip = FindOutput(graphs[0], "emb_skip") != nullptr;
    const std::vector<RunPlace> places = RunPlaces(
        is_split() ? GraphSet::kStreaming : GraphSet::kNetworks, plan.config, kCutNames, has_skip);
    for (size_t i = 0; i < graphs.size(); ++i) {
      const RunPlace& place = places[i];
      const std::string& file = Named(is_combined() ? 0 : i).file;
      auto stages = CutByFrames({graphs[i], file}, place.name, place.results, known, limits_);
      if (!stages.ok() && is_split() && i == 0 && FixedFrames(0) > 1) {
        // A window of frames goes in, and the newest frame comes out.
        RunStage stage = AsGiven(0, FixedFrames(0));
        stage.pads_start = true;
        stage.renamed = {{kPublishedNames.input, kCutNames.input}};
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

  // The number of frames a call that the file fixes, or that its metadata gives as the least
  // window; else 0. Numbers above kMaxWindowFrames become the next one above it.
  size_t FixedFrames(size_t i) const {
    constexpr size_t kTooMany = kMaxWindowFrames + 1;
    for (const onnx::ValueInfo& input : Named(i).graph.inputs) {
      if (FindState(chosen_.graphs[i].states, input.name) != nullptr) continue;
      const int64_t frames = DeclaredFrames(input);
      if (frames > 0) return std::min(static_cast<size_t>(frames), kTooMany);
    }
    const std::string* window = FindMetadata(Named(i).graph.metadata, kMetaWindow);
    if (window == nullptr) return 0;
    size_t frames = 0;
    for (const char digit : *window) {
      if (digit < '0' || digit > '9') return 0;
      frames = std::min(10 * frames + static_cast<size_t>(digit - '0'), kTooMany);
    }
    return frames;
  }

  // The given graphs for a run on a whole sequence; empty where they take a fixed number of frames.
  std::vector<RunStage> WholeSequence() const {
    std::vector<RunStage> whole;
    for (size_t i = 0; i < chosen_.graphs.size(); ++i) {
      if (FixedFrames(i) > 0) return {};
      whole.push_back(AsGiven(i, 1));
    }
    return whole;
  }

  // The last resort: runs the files as they are, and says in `inexact` why that is not exact.
  Status PlanInexact(const std::string& why) {
    const size_t window = is_stateless() ? kDefaultWindowFrames : 1;
    DFN_CHECK(PlanAsGiven(window));
    size_t i = 0;
    for (auto* stages : {&plan_.encoder, &plan_.erb_decoder, &plan_.df_decoder}) {
      for (RunStage& stage : *stages) {
        const size_t fixed = FixedFrames(i);
        if (fixed > kMaxWindowFrames) {
          return Error{ErrorCode::kUnsupported, stage.file + ": takes more than " +
                                                    std::to_string(kMaxWindowFrames) +
                                                    " frames a call"};
        }
        if (fixed > 0) stage.window_frames = fixed;
        stage.pads_start = fixed > 1;
        ++i;
      }
    }
    if (is_stateless()) {
      NoteWindows(why);
    } else {
      plan_.inexact = why + ", so it runs as given, a frame a call, and may lose what went before";
      plan_.whole = WholeSequence();
    }
    return {};
  }

  void NoteWindows(const std::string& why) {
    plan_.inexact = why + ", so windows of " + std::to_string(plan_.encoder[0].window_frames) +
                    " frames are run, each from a start without memory";
    plan_.whole = WholeSequence();
  }

  const ModeFiles& chosen_;
  const std::span<const NamedBytes> files_;
  const std::string& source_;
  const RunPlanOptions& options_;
  const Limits& limits_;
  std::vector<RunPlace> places_;  // of the chosen graphs
  RunPlan plan_;
};

}  // namespace

Status CheckModelRate(const RunPlanOptions& options, size_t told_hz, const std::string& source) {
  if (!options.sample_rate_hz || *options.sample_rate_hz == told_hz) return {};
  return Error{ErrorCode::kInvalidArgument,
               ModelLabel(source) + ": is a model for " + std::to_string(told_hz) +
                   " Hz, as its files say, but " + std::to_string(*options.sample_rate_hz) +
                   " Hz are asked for; leave the rate to the model"};
}

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
                 ModelLabel(source) + ": a window is for graphs without states, but the mode is " +
                     RunModeName(chosen.mode)};
  }
  if (chosen.mode == RunMode::kAudio) return PlanAudio(files, source, options, limits);
  return Planner(chosen, files, source, options, limits).Plan();
}

}  // namespace dfn
