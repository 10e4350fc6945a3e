#include "convert/plan/run_audio.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "base/printable.h"
#include "convert/config/model_files.h"
#include "convert/graph/graph_edit.h"
#include "convert/plan/run_check.h"
#include "convert/plan/run_states.h"
#include "formats/onnx/graph.h"

namespace dfn {
namespace {

// One second at 192 kHz, more than any denoiser takes a call.
constexpr int64_t kMaxHop = 192'000;

bool IsNetworkFile(std::string_view name) {
  const auto is = [&](const char* other) { return name == other; };
  return is(kCombinedFile) || is(kCombinedStreamingFile) ||
         std::any_of(kNetworkFiles.begin(), kNetworkFiles.end(), is) ||
         std::any_of(kStreamingFiles.begin(), kStreamingFiles.end(), is);
}

// The samples of a frame [hop] or [1, hop]; 0 if the value has another shape or type.
int64_t HopOf(const onnx::ValueInfo& value) {
  const auto& dims = value.dims;
  const bool row = dims.size() == 2 && (dims[0] == 1 || dims[0] < 0);
  if (value.type != onnx::DataType::kFloat || (dims.size() != 1 && !row)) return 0;
  const int64_t hop = dims.back();
  return hop > 1 && hop <= kMaxHop ? hop : 0;
}

bool IsScalar(const onnx::ValueInfo& value) {
  return std::all_of(value.dims.begin(), value.dims.end(),
                     [](int64_t dim) { return dim == 1 || dim < 0; });
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
    if (FindState(out.stage.states, input.name) != nullptr || IsScalar(input)) continue;
    if (HopOf(input) == 0 || frame != nullptr) {
      return Error{ErrorCode::kUnsupported,
                   label + ": input " + Quoted(input.name) + " of shape " +
                       onnx::ShapeText(input.dims) +
                       " is neither the one frame of samples nor a state that comes out again"};
    }
    frame = &input;
  }
  if (frame == nullptr) {
    return Error{ErrorCode::kUnsupported,
                 label + ": takes no frame of samples, expected an input [hop] or [1, hop]"};
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
  out.stage.model = file.bytes;
  return out;
}

}  // namespace dfn
