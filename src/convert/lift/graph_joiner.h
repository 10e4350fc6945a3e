// Joins the parts of a network into one graph by renaming alone.
#ifndef DEEPFILTER_CONVERT_LIFT_GRAPH_JOINER_H_
#define DEEPFILTER_CONVERT_LIFT_GRAPH_JOINER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "convert/graph/named_graph.h"
#include "formats/onnx/graph.h"

namespace dfn {

// One graph that is to become part of the whole.
struct JoinPart {
  NamedGraph graph;
  std::string prefix;                                // of internal names: "erb/"
  std::string state_stem;                            // of states whose names are taken: "erb_"
  std::vector<std::string> results;                  // outputs that leave the whole
  std::map<std::string, std::string> given_on = {};  // outputs for later parts: name -> theirs
};

// Puts parts together one after the other. Features are shared, an input that an earlier part gives
// is wired to it, and states keep their names unless another part has taken them. Nodes, attributes
// and tensors stay as they are. The metadata of this project's exports is joined; other metadata
// stays as it is where the parts agree, else under the part's prefix.
class GraphJoiner {
 public:
  explicit GraphJoiner(std::string name) { out_.name = std::move(name); }

  // Errors: kMismatch (no such result, an input that nothing gives), kUnsupported
  // (CheckAttributesKept), kLimit (more than 256 inputs or outputs).
  Status Add(const JoinPart& part);

  // A value that leaves the whole besides the results, under the name that later parts know.
  void GiveOut(const std::string& name, onnx::ValueInfo info);

  // The joined graph; it reads its tensors from the parts' bytes, which it keeps. Errors: kCorrupt
  // (two values of one name). `label` opens the sentence.
  Result<onnx::Graph> Finish(const std::string& label);

 private:
  using Names = std::map<std::string, std::string>;
  struct Source {
    std::shared_ptr<const std::vector<uint8_t>> bytes;
    std::string prefix;
    std::vector<std::pair<std::string, std::string>> metadata;
    const std::string* Metadata(const std::string& key) const;
  };
  struct State {
    onnx::ValueInfo in;
    std::optional<onnx::ValueInfo> out;
  };

  Status NameResults(const JoinPart& part, Names& names);
  Status NameInputs(const JoinPart& part, Names& names);
  Error UnknownInput(const JoinPart& part, const std::string& name) const;
  void AddState(const JoinPart& part, const onnx::ValueInfo& in, const onnx::ValueInfo* next,
                Names& names);
  void JoinMetadata();
  void AddMetadata(const std::string& key, bool ours);
  std::string StatesText() const;
  void KeepBytes();

  onnx::Graph out_;
  std::vector<Source> sources_;
  std::vector<onnx::ValueInfo> features_;
  std::vector<onnx::ValueInfo> results_;
  std::vector<State> states_;
  std::set<std::string> taken_;  // names of inputs and outputs of the whole
  Names links_;                  // what decoders call a value -> its name
};

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_LIFT_GRAPH_JOINER_H_
