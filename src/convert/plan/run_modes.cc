#include "convert/plan/run_modes.h"

#include <algorithm>
#include <array>
#include <utility>

#include "convert/config/config_file.h"
#include "convert/config/model_files.h"
#include "convert/graph/graph_edit.h"
#include "convert/plan/run_audio.h"
#include "convert/plan/run_states.h"
#include "convert/surgery/read_graph_file.h"
#include "formats/onnx/writer.h"

namespace dfn {
namespace {

constexpr std::array<RunMode, 5> kModes = {RunMode::kSplit, RunMode::kCombinedStreaming,
                                           RunMode::kStateful, RunMode::kStateless,
                                           RunMode::kAudio};

class ModeFinder {
 public:
  ModeFinder(std::span<const NamedBytes> files, const std::string& source, const Limits& limits)
      : files_(files),
        source_(source),
        limits_(limits),
        mask_only_(IsMaskOnly(files, source, limits)) {}

  // The graphs of the mode, or nothing when the files do not hold it.
  Result<std::optional<ModeFiles>> Find(RunMode mode) const {
    ModeFiles found{.mode = mode, .graphs = {}};
    switch (mode) {
      case RunMode::kSplit:
        if (!HasAllFiles(files_, streaming())) return std::optional<ModeFiles>();
        for (const char* name : streaming()) DFN_CHECK(Read(name, found));
        return std::optional(std::move(found));
      case RunMode::kCombinedStreaming:
        if (!HasFile(files_, kCombinedStreamingFile)) return std::optional<ModeFiles>();
        DFN_CHECK(Read(kCombinedStreamingFile, found));
        return std::optional(std::move(found));
      case RunMode::kStateful:
      case RunMode::kStateless:
        return FindSequence(std::move(found));
      case RunMode::kAudio:
        if (FindAudioFile(files_) == nullptr) return std::optional<ModeFiles>();
        return std::optional(std::move(found));
    }
    return std::optional<ModeFiles>();
  }

  // The error that says why the files do not hold the mode.
  Error WhyNot(RunMode mode) const {
    const std::string whole = ModelLabel(source_);
    const bool has_sequence = HasAllFiles(files_, networks()) || HasFile(files_, kCombinedFile);
    if (mode == RunMode::kStateful && has_sequence) {
      return {ErrorCode::kInvalidArgument,
              whole + ": the mode stateful cannot be had, its graphs have no states"};
    }
    if (mode == RunMode::kStateless && has_sequence) {
      return {ErrorCode::kInvalidArgument,
              whole + ": the mode stateless cannot be had, its graphs have states"};
    }
    const auto missing = [&](const auto& names) -> std::string {
      for (const char* name : names) {
        if (!HasFile(files_, name)) return name;
      }
      return "";
    };
    std::string name;
    if (mode == RunMode::kSplit) name = missing(streaming());
    if (mode == RunMode::kCombinedStreaming) name = kCombinedStreamingFile;
    if (mode == RunMode::kStateful || mode == RunMode::kStateless) name = missing(networks());
    if (mode == RunMode::kAudio) name = kAudioFile;
    return {ErrorCode::kNotFound,
            whole + ": there is no " + name + ", which the mode " + RunModeName(mode) + " takes"};
  }

  // The error when the files hold no mode: some files of a mode are missing, or all files are.
  Error WhyNone() const {
    if (HasAnyFile(files_, kNetworkFiles)) return WhyNot(RunMode::kStateless);
    if (HasAnyFile(files_, kStreamingFiles)) return WhyNot(RunMode::kSplit);
    return {ErrorCode::kNotFound,
            ModelLabel(source_) +
                ": holds no graphs, expected enc.onnx, erb_dec.onnx and df_dec.onnx, or "
                "combined.onnx, or the four *_streaming.onnx, or one graph from samples to "
                "samples"};
  }

 private:
  std::span<const char* const> networks() const { return GraphsOf(kNetworkFiles, mask_only_); }
  std::span<const char* const> streaming() const { return GraphsOf(kStreamingFiles, mask_only_); }

  Status Read(const char* name, ModeFiles& into) const {
    GraphFile file{
        .name = name, .label = FileLabel(source_, name), .graph = {}, .model = {}, .states = {}};
    DFN_TRY(file.graph, ReadGraphFile(files_, name, source_, limits_));
    file.model = file.graph.bytes;
    if (FindOutput(file.graph, "lsnr") == nullptr && DropPrefixes(file.graph)) {
      DFN_CHECK(CheckAttributesKept(file.graph, file.label));
      DFN_TRY(auto bytes, onnx::WriteGraph(file.graph));
      file.model = std::make_shared<const std::vector<uint8_t>>(std::move(bytes));
    }
    DFN_TRY(file.states, FindRunStates({file.graph, file.label}, StateNames::kNetwork, limits_));
    into.graphs.push_back(std::move(file));
    return {};
  }

  // The three networks, else one merged graph, the same order as in loading; with or without
  // states.
  Result<std::optional<ModeFiles>> FindSequence(ModeFiles found) const {
    const auto fits = [&] {
      const bool states = std::any_of(found.graphs.begin(), found.graphs.end(),
                                      [](const GraphFile& file) { return !file.states.empty(); });
      return states == (found.mode == RunMode::kStateful);
    };
    if (HasAllFiles(files_, networks())) {
      for (const char* name : networks()) DFN_CHECK(Read(name, found));
      if (fits()) return std::optional(std::move(found));
    }
    found.graphs.clear();
    if (HasFile(files_, kCombinedFile)) {
      DFN_CHECK(Read(kCombinedFile, found));
      if (fits()) return std::optional(std::move(found));
    }
    return std::optional<ModeFiles>();
  }

  const std::span<const NamedBytes> files_;
  const std::string& source_;
  const Limits& limits_;
  const bool mask_only_;  // no file of a DF decoder is read
};

}  // namespace

Result<ModeFiles> ChooseMode(std::span<const NamedBytes> files, const std::string& source,
                             std::optional<RunMode> mode, const Limits& limits) {
  const ModeFinder finder(files, source, limits);
  for (const RunMode candidate : kModes) {
    if (mode && candidate != *mode) continue;
    DFN_TRY(auto found, finder.Find(candidate));
    if (found) return std::move(*found);
  }
  return mode ? finder.WhyNot(*mode) : finder.WhyNone();
}

Result<std::vector<RunMode>> FindRunModes(std::span<const NamedBytes> files,
                                          const std::string& source, const Limits& limits) {
  const ModeFinder finder(files, source, limits);
  std::vector<RunMode> modes;
  for (const RunMode mode : kModes) {
    DFN_TRY(const auto found, finder.Find(mode));
    if (found) modes.push_back(mode);
  }
  if (modes.empty()) return finder.WhyNone();
  return modes;
}

const char* RunModeName(RunMode mode) {
  switch (mode) {
    case RunMode::kSplit:
      return "split";
    case RunMode::kCombinedStreaming:
      return "combined_streaming";
    case RunMode::kStateful:
      return "stateful";
    case RunMode::kStateless:
      return "stateless";
    case RunMode::kAudio:
      return "audio";
  }
  return "stateless";
}

std::optional<RunMode> FindRunMode(std::string_view name) {
  for (const RunMode mode : kModes) {
    if (name == RunModeName(mode)) return mode;
  }
  return std::nullopt;
}

const char* RunFormName(RunForm form) {
  switch (form) {
    case RunForm::kAsGiven:
      return "as given";
    case RunForm::kExact:
      return "exact";
    case RunForm::kCut:
      return "cut";
  }
  return "as given";
}

}  // namespace dfn
