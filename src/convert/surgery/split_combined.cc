#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/printable.h"
#include "convert/config/value_names.h"
#include "convert/graph/graph_edit.h"
#include "convert/lift/state_output.h"
#include "convert/surgery/split.h"

namespace dfn {
namespace {

using Names = std::set<std::string>;

class CombinedCutter {
 public:
  CombinedCutter(onnx::Graph graph, const std::string& file, bool mask_only)
      : graph_(std::move(graph)), file_(file), mask_only_(mask_only) {}

  Result<NetworkGraphs> Cut() {
    std::vector<std::string> maps = {"e0", "e1", "e2", "e3", "emb"};
    std::vector<const char*> results = {"lsnr", "m"};
    if (!mask_only_) {
      maps.push_back("c0");
      results.push_back("coefs");
    }
    for (const char* name : results) {
      if (FindOutput(graph_, name) != nullptr) continue;
      return Fail(std::string("there is no output \"") + name + "\"");
    }
    enc_ = NeededFor(graph_, "lsnr");
    const Names erb = NeededFor(graph_, "m");
    const Names df = mask_only_ ? Names() : NeededFor(graph_, "coefs");
    DFN_CHECK(NameMaps(erb, df));

    NetworkGraphs out;
    DFN_TRY(out.enc, Part({}, maps, "lsnr", enc_, {}));
    DFN_TRY(out.erb_dec, Part({"emb", "e3", "e2", "e1", "e0"}, {}, "m", erb, enc_));
    if (mask_only_) return out;
    DFN_TRY(out.df_dec, Part({"emb", "c0"}, {}, "coefs", df, enc_));
    return out;
  }

 private:
  Error Fail(const std::string& sentence) const {
    return {ErrorCode::kUnsupported, file_ + ": " + sentence};
  }

  // The encoder's values, other than constants, that a decoder's own nodes read.
  Names TakenBy(const Names& decoder, const Names& computed) const {
    Names taken;
    for (const onnx::Node& node : graph_.nodes) {
      if (!MakesAny(node, decoder) || MakesAny(node, enc_)) continue;
      for (const std::string& input : node.inputs) {
        if (enc_.contains(input) && computed.contains(input)) taken.insert(input);
      }
    }
    return taken;
  }

  // Finds the values that pass between the networks and gives them the names of the interface.
  Status NameMaps(const Names& erb, const Names& df) {
    Names inputs;
    for (const onnx::ValueInfo& input : graph_.inputs) inputs.insert(input.name);
    // A value that depends on shapes only is computed in the decoder again.
    Names computed = DependingOn(graph_, inputs, /*by_shape=*/false);
    computed.insert(inputs.begin(), inputs.end());
    Names recurrent;
    for (const onnx::Node& node : graph_.nodes) {
      if (!IsGru(node) || !MakesAny(node, enc_)) continue;
      recurrent.insert(node.outputs.begin(), node.outputs.end());
      recurrent.erase("");
    }
    const Names behind = DependingOn(graph_, recurrent);
    const auto split = [&](const Names& taken, Names& embeddings) {
      std::vector<std::string> maps;
      for (const std::string& value : taken) {
        if (behind.contains(value) || recurrent.contains(value)) {
          embeddings.insert(value);
        } else {
          maps.push_back(value);
        }
      }
      return maps;
    };
    Names embeddings;
    std::vector<std::string> erb_maps = split(TakenBy(erb, computed), embeddings);
    const std::vector<std::string> df_maps = split(TakenBy(df, computed), embeddings);
    const size_t wanted_df_maps = mask_only_ ? 0 : 1;
    if (embeddings.size() != 1 || erb_maps.size() != 4 || df_maps.size() != wanted_df_maps) {
      return Fail("the decoders take " + std::to_string(embeddings.size()) + " embeddings, " +
                  std::to_string(erb_maps.size()) + " and " + std::to_string(df_maps.size()) +
                  " maps from the encoder, expected 1, 4 and " + std::to_string(wanted_df_maps));
    }
    // Each of e0 .. e3 is computed from the one before.
    std::vector<std::pair<size_t, std::string>> by_depth;
    for (const std::string& map : erb_maps) {
      by_depth.emplace_back(NeededFor(graph_, map).size(), map);
    }
    std::sort(by_depth.begin(), by_depth.end());
    std::vector<std::pair<std::string, std::string>> names = {{*embeddings.begin(), "emb"}};
    if (!mask_only_) names.emplace_back(df_maps[0], "c0");
    for (size_t i = 0; i < by_depth.size(); ++i) {
      names.emplace_back(by_depth[i].second, kErbMaps[i]);
    }
    const Names used = ValueNames(graph_);
    for (const auto& [value, name] : names) {
      if (value == name) continue;
      if (used.contains(name))
        return Fail("the value " + Quoted(name) + " is none that its name says");
      RenameValue(graph_, value, name);
      if (enc_.erase(value) > 0) enc_.insert(name);
    }
    return {};
  }

  static bool IsGiven(const std::vector<std::string>& given, const std::string& name) {
    return std::find(given.begin(), given.end(), name) != given.end();
  }

  static onnx::ValueInfo Info(const std::string& name) {
    // A vector [1, T, W] or a map [1, C, T, F].
    std::vector<int64_t> dims(name == "emb" ? 3 : 4, -1);
    dims[0] = 1;
    return {.name = name, .type = onnx::DataType::kFloat, .dims = std::move(dims), .dim_names = {}};
  }

  // The part that computes `result`, with the inputs `given`, with `maps` as further outputs, and
  // with the states that its own nodes read.
  Result<onnx::Graph> Part(const std::vector<std::string>& given,
                           const std::vector<std::string>& maps, const std::string& result,
                           const Names& own, const Names& others) const {
    std::vector<onnx::ValueInfo> inputs;
    for (const std::string& name : given) inputs.push_back(Info(name));
    std::vector<onnx::ValueInfo> outputs;
    for (const std::string& name : maps) outputs.push_back(Info(name));
    outputs.push_back(*FindOutput(graph_, result));
    for (const onnx::ValueInfo& input : graph_.inputs) {
      const onnx::ValueInfo* state = StateOutputOf(graph_, input.name);
      if (state == nullptr || !own.contains(input.name) || others.contains(input.name)) continue;
      outputs.push_back(*state);
    }
    DFN_TRY(onnx::Graph part, Extract(graph_, file_, inputs, outputs));
    for (const onnx::ValueInfo& input : part.inputs) {
      if (others.empty() || IsGiven(given, input.name) || !others.contains(input.name)) continue;
      return Fail("the output " + Quoted(result) + " depends on the input " + Quoted(input.name) +
                  " past the encoder's maps");
    }
    return part;
  }

  onnx::Graph graph_;
  const std::string& file_;
  const bool mask_only_;
  Names enc_;  // values that the local SNR is computed from
};

}  // namespace

Result<NetworkGraphs> SplitCombined(const NamedGraph& combined, bool mask_only) {
  DFN_CHECK(CheckAttributesKept(combined.graph, combined.file));
  DFN_TRY(onnx::Graph ordered, Extract(combined.graph, combined.file, {}, combined.graph.outputs));
  DropPrefixes(ordered);
  return CombinedCutter(std::move(ordered), combined.file, mask_only).Cut();
}

}  // namespace dfn
