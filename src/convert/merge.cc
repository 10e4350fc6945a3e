#include "convert/merge.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "convert/data_flow.h"
#include "convert/export_metadata.h"
#include "convert/graph_edit.h"
#include "convert/merge_check.h"
#include "convert/model_files.h"
#include "formats/onnx/writer.h"
#include "formats/printable.h"

namespace dfn {
namespace {

// Inputs or outputs of a part, at most; the largest network has some twenty.
constexpr size_t kMaxInterface = 256;
constexpr std::array<const char*, 3> kHiddenStates = {"h0", "erb_h0", "df_h0"};

struct JoinPart {
  NamedGraph graph;
  std::string prefix;                                // of internal names: "erb/"
  std::string state_stem;                            // of states whose names are taken: "erb_"
  std::vector<std::string> results;                  // outputs that leave the whole
  std::map<std::string, std::string> given_on = {};  // outputs for later parts: name -> theirs
};

struct JoinedState {
  onnx::ValueInfo in;
  std::optional<onnx::ValueInfo> out;
};

// Puts parts together one after the other.
class Joiner {
 public:
  explicit Joiner(std::string name) { out_.name = std::move(name); }

  Status Add(const JoinPart& part) {
    const onnx::Graph& graph = part.graph.graph;
    DFN_CHECK(CheckAttributesKept(graph, part.graph.file));
    for (const auto* values : {&graph.inputs, &graph.outputs}) {
      if (values->size() <= kMaxInterface) continue;
      return Error{ErrorCode::kLimit, part.graph.file + ": has " + std::to_string(values->size()) +
                                          " inputs or outputs, the limit is " +
                                          std::to_string(kMaxInterface)};
    }
    std::map<std::string, std::string> names;  // those that do not just get the prefix
    DFN_CHECK(NameResults(part, names));
    DFN_CHECK(NameInputs(part, names));
    const auto rename = [&](const std::string& name) {
      if (name.empty()) return name;
      const auto found = names.find(name);
      return found != names.end() ? found->second : part.prefix + name;
    };
    for (onnx::Tensor tensor : graph.initializers) {
      tensor.name = rename(tensor.name);
      out_.initializers.push_back(std::move(tensor));
    }
    for (onnx::Node node : graph.nodes) {
      if (!node.name.empty()) node.name = part.prefix + node.name;
      for (std::string& input : node.inputs) input = rename(input);
      for (std::string& output : node.outputs) output = rename(output);
      out_.nodes.push_back(std::move(node));
    }
    for (const auto& [name, theirs] : part.given_on) {
      if (FindOutput(graph, name) != nullptr) links_[theirs] = rename(name);
    }
    out_.ir_version = std::max(out_.ir_version, graph.ir_version);
    out_.opset = graph.opset;
    out_.producer = sources_.empty() || out_.producer == graph.producer ? graph.producer : "";
    sources_.push_back({graph.bytes, part.prefix, graph.metadata});
    return {};
  }

  // Values that leave the whole besides the results, under the names that later parts know.
  void GiveOut(const std::string& name, onnx::ValueInfo info) {
    const auto link = links_.find(name);
    if (link == links_.end()) return;
    if (link->second != name) RenameValue(out_, link->second, name);
    link->second = name;
    info.name = name;
    results_.push_back(std::move(info));
  }

  // The joined graph; it reads its tensors from the parts' bytes, which it keeps.
  Result<onnx::Graph> Finish(const std::string& label) {
    std::stable_partition(states_.begin(), states_.end(), [](const JoinedState& state) {
      return std::find(kHiddenStates.begin(), kHiddenStates.end(), state.in.name) !=
             kHiddenStates.end();
    });
    out_.inputs = features_;
    out_.outputs = results_;
    for (const JoinedState& state : states_) {
      out_.inputs.push_back(state.in);
      if (state.out) out_.outputs.push_back(*state.out);
    }
    JoinMetadata();
    KeepBytes();
    // Names that come out the same are found here.
    DFN_TRY(const DataFlow flow, DataFlow::Build(out_, label));
    return std::move(out_);
  }

 private:
  struct Source {
    std::shared_ptr<const std::vector<uint8_t>> bytes;
    std::string prefix;
    std::vector<std::pair<std::string, std::string>> metadata;
  };

  Status NameResults(const JoinPart& part, std::map<std::string, std::string>& names) {
    for (const std::string& result : part.results) {
      const onnx::ValueInfo* output = FindOutput(part.graph.graph, result);
      if (output == nullptr) {
        return Error{ErrorCode::kMismatch,
                     part.graph.file + ": there is no output " + Quoted(result)};
      }
      names[result] = result;
      taken_.insert(result);
      results_.push_back(*output);
    }
    return {};
  }

  // Features are shared, what an earlier part gives is wired, states keep their names.
  Status NameInputs(const JoinPart& part, std::map<std::string, std::string>& names) {
    const onnx::Graph& graph = part.graph.graph;
    for (const onnx::ValueInfo& input : graph.inputs) {
      const std::string& name = input.name;
      const onnx::ValueInfo* next = StateOutputOf(graph, name);
      if (IsFeatureName(name)) {
        names[name] = name;
        if (taken_.insert(name).second) features_.push_back(input);
      } else if (const auto link = links_.find(name); link != links_.end()) {
        names[name] = link->second;
      } else if (next != nullptr) {
        AddState(part, input, next, names);
      } else if (IsRead(graph, name)) {
        // A hidden state that does not come out again must still be fed.
        if (!name.ends_with("h0")) return UnknownInput(part, name);
        AddState(part, input, nullptr, names);
      }
    }
    return {};
  }

  Error UnknownInput(const JoinPart& part, const std::string& name) const {
    return {ErrorCode::kMismatch, part.graph.file + ": input " + Quoted(name) +
                                      " is neither a feature nor a state" +
                                      (sources_.empty() ? "" : ", and no other part gives it")};
  }

  void AddState(const JoinPart& part, const onnx::ValueInfo& in, const onnx::ValueInfo* next,
                std::map<std::string, std::string>& names) {
    JoinedState state{.in = in, .out = {}};
    if (next != nullptr) state.out = *next;
    const auto is_taken = [&] {
      return taken_.contains(state.in.name) || (state.out && taken_.contains(state.out->name));
    };
    while (is_taken()) {
      state.in.name = part.state_stem + state.in.name;
      if (state.out) state.out->name = part.state_stem + state.out->name;
    }
    names[in.name] = state.in.name;
    taken_.insert(state.in.name);
    if (state.out) {
      names[next->name] = state.out->name;
      taken_.insert(state.out->name);
    }
    states_.push_back(std::move(state));
  }

  // What our own exports say of themselves is put together where it describes one part.
  void JoinMetadata() {
    const auto value_of = [](const Source& source, const std::string& key) -> const std::string* {
      for (const auto& [name, value] : source.metadata) {
        if (name == key) return &value;
      }
      return nullptr;
    };
    const bool ours = std::all_of(sources_.begin(), sources_.end(), [&](const Source& source) {
      const std::string* format = value_of(source, kMetaFormat);
      return format != nullptr && *format == kMetaFormatValue;
    });
    std::set<std::string> seen;
    for (const Source& source : sources_) {
      for (const auto& [key, value] : source.metadata) {
        if (!seen.insert(key).second) continue;
        AddMetadata(key, ours, value_of);
      }
    }
  }

  template <class ValueOf>
  void AddMetadata(const std::string& key, bool ours, ValueOf value_of) {
    if (ours && (key == kMetaPart || key == kMetaLayout)) {
      out_.metadata.emplace_back(key, out_.name);
      return;
    }
    if (ours && key == kMetaStates) {
      out_.metadata.emplace_back(key, StatesText());
      return;
    }
    const std::string* first = value_of(sources_.front(), key);
    const bool agreed = std::all_of(sources_.begin(), sources_.end(), [&](const Source& source) {
      const std::string* value = value_of(source, key);
      return value != nullptr && first != nullptr && *value == *first;
    });
    if (agreed) {
      out_.metadata.emplace_back(key, *first);
      return;
    }
    for (const Source& source : sources_) {
      const std::string* value = value_of(source, key);
      if (value == nullptr) continue;
      // A window is the whole's, whichever part notes it.
      const bool whole = ours && key == kMetaWindow;
      out_.metadata.emplace_back((whole ? "" : source.prefix) + key, *value);
    }
  }

  std::string StatesText() const {
    std::vector<StateTensor> states;
    for (const JoinedState& state : states_) {
      if (!state.out) continue;
      StateTensor tensor{.in = state.in.name, .out = state.out->name, .next = {}, .shape = {}};
      for (int64_t dim : state.in.dims) tensor.shape.push_back(static_cast<size_t>(dim));
      states.push_back(std::move(tensor));
    }
    return StatesJson(states);
  }

  // Tensors point into the bytes of several files; one owner keeps them all.
  void KeepBytes() {
    struct Owner {
      std::vector<std::shared_ptr<const std::vector<uint8_t>>> parts;
      std::vector<uint8_t> none;
    };
    auto owner = std::make_shared<Owner>();
    for (const Source& source : sources_) owner->parts.push_back(source.bytes);
    out_.bytes = std::shared_ptr<const std::vector<uint8_t>>(owner, &owner->none);
  }

  onnx::Graph out_;
  std::vector<Source> sources_;
  std::vector<onnx::ValueInfo> features_;
  std::vector<onnx::ValueInfo> results_;
  std::vector<JoinedState> states_;
  std::set<std::string> taken_;               // names of inputs and outputs of the whole
  std::map<std::string, std::string> links_;  // what decoders call a value -> its name
};

std::map<std::string, std::string> PublishedMaps() {
  return {{"e0", "e0"},
          {"e1", "e1"},
          {"e2", "e2"},
          {"e3", "e3"},
          {"c0", "c0"},
          {"emb", "emb"},
          {"emb_skip", "emb_skip"}};
}

Status CheckFeatures(const NamedGraph& enc) {
  for (const char* name : {"feat_erb", "feat_spec"}) {
    if (FindInput(enc.graph, name) != nullptr) continue;
    return Error{ErrorCode::kMismatch, enc.file + ": there is no input " + Quoted(name)};
  }
  return {};
}

// That a decoder takes what the encoder gives, and is of its kind.
Status CheckDecoder(const NamedGraph& maps, const NamedGraph& embedding, const char* emb_name,
                    const NamedGraph& decoder) {
  DFN_CHECK(CheckOpset(maps, decoder));
  DFN_CHECK(CheckFamily(embedding, decoder));
  DFN_CHECK(CheckWidth(embedding, emb_name, decoder, "emb"));
  for (const char* name : {"e0", "e1", "e2", "e3", "c0"}) {
    DFN_CHECK(CheckWidth(maps, name, decoder, name));
  }
  return {};
}

Status AddEncoder(const NamedGraph& enc_conv, const NamedGraph& enc_gru, const std::string& prefix,
                  Joiner& joiner) {
  DFN_CHECK(CheckFeatures(enc_conv));
  DFN_CHECK(CheckWidth(enc_conv, "emb", enc_gru, "emb"));
  DFN_CHECK(joiner.Add({.graph = enc_conv,
                        .prefix = prefix + "conv/",
                        .state_stem = "conv_",
                        .results = {},
                        .given_on = PublishedMaps()}));
  if (FindOutput(enc_gru.graph, "emb_out") == nullptr) {
    return Error{ErrorCode::kMismatch, enc_gru.file + ": there is no output \"emb_out\""};
  }
  return joiner.Add({.graph = enc_gru,
                     .prefix = prefix + "gru/",
                     .state_stem = "gru_",
                     .results = {"lsnr"},
                     .given_on = {{"emb_out", "emb"}}});
}

Result<onnx::Graph> AddDecoders(Joiner joiner, const NamedGraph& erb_dec,
                                const NamedGraph& df_dec) {
  DFN_CHECK(
      joiner.Add({.graph = erb_dec, .prefix = "erb/", .state_stem = "erb_", .results = {"m"}}));
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
  Joiner joiner("combined");
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
  Joiner joiner("combined");
  DFN_CHECK(AddEncoder(enc_conv, enc_gru, "enc/", joiner));
  return AddDecoders(std::move(joiner), erb_dec, df_dec);
}

Result<onnx::Graph> JoinEncoder(const NamedGraph& enc_conv, const NamedGraph& enc_gru) {
  Joiner joiner("enc");
  DFN_CHECK(AddEncoder(enc_conv, enc_gru, "", joiner));
  for (const char* name : {"e0", "e1", "e2", "e3", "c0"}) {
    if (const auto* info = FindOutput(enc_conv.graph, name)) joiner.GiveOut(name, *info);
  }
  joiner.GiveOut("emb", *FindOutput(enc_gru.graph, "emb_out"));
  return joiner.Finish(enc_conv.file);
}

Result<NamedBytes> MergeModelFiles(std::span<const NamedBytes> files, const std::string& source,
                                   const Limits& limits) {
  const auto label = [&](const char* name) {
    return source.empty() ? std::string(name) : source + "/" + name;
  };
  const bool networks = std::any_of(kNetworkFiles.begin(), kNetworkFiles.end(),
                                    [&](const char* name) { return HasFile(files, name); });
  const bool streaming = std::any_of(kStreamingFiles.begin(), kStreamingFiles.end(),
                                     [&](const char* name) { return HasFile(files, name); });
  if (!networks && !streaming) {
    return Error{ErrorCode::kNotFound,
                 source + ": holds nothing to merge, expected enc.onnx, erb_dec.onnx and " +
                     "df_dec.onnx, or the four files *_streaming.onnx"};
  }
  std::vector<onnx::Graph> graphs;
  std::vector<std::string> labels;
  const auto read = [&](const auto& names) -> Status {
    for (const char* name : names) {
      DFN_TRY(onnx::Graph graph, ReadGraphFile(files, name, source, limits));
      graphs.push_back(std::move(graph));
      labels.push_back(label(name));
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
