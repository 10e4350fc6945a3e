#include "convert/plan/run_audio.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/printable.h"
#include "convert/config/config_file.h"
#include "convert/config/metadata.h"
#include "convert/config/model_files.h"
#include "convert/graph/graph_edit.h"
#include "convert/plan/run_check.h"
#include "convert/plan/run_states.h"
#include "convert/plan/state_pairs.h"
#include "formats/onnx/graph.h"

namespace dfn {
namespace {

bool IsNetworkFile(std::string_view name) {
  const auto is = [&](const char* other) { return name == other; };
  return is(kCombinedFile) || is(kCombinedStreamingFile) ||
         std::any_of(kNetworkFiles.begin(), kNetworkFiles.end(), is) ||
         std::any_of(kStreamingFiles.begin(), kStreamingFiles.end(), is);
}

// The keys under which files tell their sampling rate: this program's own, then others' words.
constexpr std::array<const char*, 5> kRateKeys = {"sample_rate_hz", "sample_rate", "sampling_rate",
                                                  "samplerate", "sr"};
constexpr size_t kMinRateHz = 1000;
constexpr size_t kMaxRateHz = 1'000'000;
// Ten seconds at 192 kHz, more than any graph delays.
constexpr size_t kMaxDelay = 1'920'000;

// A number of the metadata; nothing where there is no such key. Errors: kCorrupt.
Result<std::optional<size_t>> MetadataNumber(const NamedGraph& named, const char* key, size_t least,
                                             size_t most) {
  const std::string* text = FindMetadata(named.graph.metadata, key);
  if (text == nullptr || text->empty()) return std::optional<size_t>();
  size_t number = 0;
  const char* const end = text->data() + text->size();
  const auto [rest, error] = std::from_chars(text->data(), end, number);
  if (error == std::errc() && rest == end && number >= least && number <= most) {
    return std::optional(number);
  }
  return Error{ErrorCode::kCorrupt, named.file + ": metadata " + Quoted(key) + " is " +
                                        Quoted(*text) + ", expected a number of " +
                                        std::to_string(least) + " to " + std::to_string(most)};
}

// The stage of a file, and what its metadata tell.
struct AudioStage {
  RunStage stage;
  size_t hop_size = 0;
  std::optional<size_t> sample_rate_hz;
  std::optional<size_t> delay_samples;
  std::vector<std::string> notes;  // for RunPlan::notes
};

Status ReadAudioMetadata(const NamedGraph& named, AudioStage& out) {
  for (const char* key : kRateKeys) {
    DFN_TRY(out.sample_rate_hz, MetadataNumber(named, key, kMinRateHz, kMaxRateHz));
    if (out.sample_rate_hz) break;
  }
  DFN_TRY(out.delay_samples, MetadataNumber(named, "delay_samples", 0, kMaxDelay));
  DFN_TRY(const auto hop, MetadataNumber(named, "hop_size", 1, kMaxDelay));
  if (!hop || *hop == out.hop_size) return {};
  return Error{ErrorCode::kMismatch, named.file + ": metadata \"hop_size\" is " +
                                         std::to_string(*hop) + ", but a frame has " +
                                         std::to_string(out.hop_size) + " samples"};
}

bool IsScalar(const onnx::ValueInfo& value) {
  return std::all_of(value.dims.begin(), value.dims.end(),
                     [](int64_t dim) { return dim == 1 || dim < 0; });
}

// Checks an input of one number that is no state.
Status CheckScalar(const onnx::ValueInfo& input, const std::string& label) {
  const bool is_limit =
      input.type == onnx::DataType::kFloat && input.name.find("atten") != std::string::npos;
  if (is_limit) return {};
  return Error{ErrorCode::kUnsupported,
               label + ": input " + Quoted(input.name) + " of shape " +
                   onnx::ShapeText(input.dims) +
                   " takes a number whose meaning this program does not know; it feeds frames of "
                   "samples, states and an attenuation limit (\"atten_lim_db\")"};
}

Result<AudioStage> ReadAudioStage(const NamedBytes& file, const std::string& source,
                                  const Limits& limits) {
  const std::string name(LastPart(file.name));
  const std::string label = FileLabel(source, name);
  DFN_TRY(const onnx::Graph graph,
          onnx::ReadGraph(std::make_shared<const std::vector<uint8_t>>(file.bytes), label, limits));
  DFN_CHECK(CheckFiniteWeights({graph, label}));
  AudioStage out;
  out.stage.file = label;
  DFN_TRY(out.stage.states, FindRunStates({graph, label}, StateNames::kAudio, limits));
  const onnx::ValueInfo* frame = nullptr;
  for (const onnx::ValueInfo& input : graph.inputs) {
    if (FindState(out.stage.states, input.name) != nullptr) continue;
    if (IsScalar(input)) {
      DFN_CHECK(CheckScalar(input, label));
      continue;
    }
    if (HopOf(input) == 0 || frame != nullptr) {
      return Error{ErrorCode::kUnsupported,
                   label + ": input " + Quoted(input.name) + " of shape " +
                       onnx::ShapeText(input.dims) +
                       " is neither the one frame of samples nor a state that comes out again"};
    }
    frame = &input;
  }
  if (frame == nullptr) {
    return Error{
        ErrorCode::kUnsupported,
        label + ": takes no frame of samples, expected an input [hop] or [1, hop] of a fixed hop"};
  }
  out.hop_size = static_cast<size_t>(HopOf(*frame));
  const bool gives_frame =
      std::any_of(graph.outputs.begin(), graph.outputs.end(), [&](const onnx::ValueInfo& output) {
        const bool is_state =
            std::any_of(out.stage.states.begin(), out.stage.states.end(),
                        [&](const RunState& state) { return state.output == output.name; });
        const bool open = output.dims.empty() || output.dims.back() < 0;
        return !is_state && (open || output.dims.back() == frame->dims.back());
      });
  if (!gives_frame) {
    return Error{ErrorCode::kUnsupported, label + ": gives no frame of " +
                                              std::to_string(out.hop_size) +
                                              " samples for the one it takes"};
  }
  DFN_CHECK(ReadAudioMetadata({graph, label}, out));
  NoteStatesByOrder({graph, label}, out.stage.states, out.notes);
  out.stage.model = file.bytes;
  return out;
}

}  // namespace

const NamedBytes* FindAudioFile(std::span<const NamedBytes> files) {
  const NamedBytes* only = nullptr;
  size_t graphs = 0;
  for (const NamedBytes& file : files) {
    const std::string_view name = LastPart(file.name);
    if (name == kAudioFile) return &file;
    if (!name.ends_with(".onnx")) continue;
    ++graphs;
    if (!IsNetworkFile(name)) only = &file;
  }
  return graphs == 1 ? only : nullptr;
}

Result<RunPlan> PlanAudio(std::span<const NamedBytes> files, const std::string& source,
                          const RunPlanOptions& options, const Limits& limits) {
  if (!options.failed.empty()) {
    return Error{ErrorCode::kUnsupported,
                 ModelLabel(source) + ": an audio graph has one form only"};
  }
  const NamedBytes& file = *FindAudioFile(files);
  DFN_TRY(AudioStage audio, ReadAudioStage(file, source, limits));
  RunPlan plan;
  plan.mode = RunMode::kAudio;
  plan.files = LastPart(file.name);
  plan.notes = std::move(audio.notes);
  plan.sample_rate_hz = audio.sample_rate_hz;
  plan.delay_samples = audio.delay_samples;
  if (HasFile(files, kConfigFile)) {
    DFN_TRY(plan.config, ReadConfigFile(files, source, limits));
    const Config& config = plan.config;
    if (!plan.sample_rate_hz) plan.sample_rate_hz = config.sample_rate_hz;
    // A config of other hops, or with windows of another length, is not that of the graph.
    const bool fits = config.hop_size == audio.hop_size && config.fft_size == 2 * audio.hop_size;
    if (!plan.delay_samples && fits) plan.delay_samples = config.delay_samples();
  } else {
    plan.config.hop_size = audio.hop_size;
  }
  if (plan.sample_rate_hz) {
    DFN_CHECK(CheckModelRate(options, *plan.sample_rate_hz, source));
  } else {
    plan.sample_rate_hz = options.sample_rate_hz;
  }
  plan.audio = std::move(audio.stage);
  return plan;
}

}  // namespace dfn
