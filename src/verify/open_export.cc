#include "verify/open_export.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "convert/config/model_files.h"
#include "ort/session.h"

namespace dfn {
namespace {

using Names = std::span<const char* const>;

constexpr std::array<const char*, 1> kCombinedFiles = {kCombinedFile};
constexpr std::array<const char*, 1> kAudioFiles = {kAudioFile};

// The graphs of each layout, in the order in which they feed each other. Models without a deep
// filter have no file of a DF decoder.
constexpr std::array<Names, 6> kLayouts = {
    Names(kNetworkFiles),   GraphsOf(kNetworkFiles, true),   Names(kCombinedFiles),
    Names(kStreamingFiles), GraphsOf(kStreamingFiles, true), Names(kAudioFiles)};

const NamedBytes* Find(std::span<const NamedBytes> files, std::string_view name) {
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const NamedBytes& file) { return file.name == name; });
  return found == files.end() ? nullptr : &*found;
}

std::vector<std::pair<std::string, std::string>> StatesOf(const ort::Session& graph) {
  std::vector<std::pair<std::string, std::string>> states;
  for (const ort::TensorInfo& input : graph.inputs()) {
    if (!input.name.ends_with('0')) continue;
    std::string successor = input.name;
    successor.back() = '1';
    for (const ort::TensorInfo& output : graph.outputs()) {
      if (output.name == successor) states.emplace_back(input.name, successor);
    }
  }
  return states;
}

}  // namespace

Result<ort::GraphChain> OpenExport(const std::shared_ptr<const ort::Library>& library,
                                   std::span<const NamedBytes> files) {
  const auto complete = [&files](const Names& layout) {
    return std::all_of(layout.begin(), layout.end(),
                       [&](const char* name) { return Find(files, name) != nullptr; });
  };
  const auto layout = std::find_if(kLayouts.begin(), kLayouts.end(), complete);
  if (layout == kLayouts.end()) {
    return Error{ErrorCode::kNotFound, "no complete set of ONNX files to run"};
  }
  ort::GraphChain graphs;
  for (const char* name : *layout) {
    DFN_TRY(auto graph, ort::Session::Create(library, Find(files, name)->bytes, name));
    auto states = StatesOf(*graph);
    graphs.Add(
        {.graph = std::move(graph), .states = std::move(states), .renamed = {{"emb_out", "emb"}}});
  }
  return graphs;
}

size_t FramesACall(const ort::GraphChain& graphs) {
  for (const ort::TensorInfo& input : graphs.inputs()) {
    if (input.name == "feat_erb" && input.shape.size() == 4 && input.shape[2] > 0) {
      return static_cast<size_t>(input.shape[2]);
    }
  }
  return 0;
}

}  // namespace dfn
