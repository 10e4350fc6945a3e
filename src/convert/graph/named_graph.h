// An ONNX graph together with the name of its file.
#ifndef DEEPFILTER_CONVERT_GRAPH_NAMED_GRAPH_H_
#define DEEPFILTER_CONVERT_GRAPH_NAMED_GRAPH_H_

#include <string>

#include "formats/onnx/graph.h"

namespace dfn {

// The graph must outlive this. `file` opens the messages about it.
struct NamedGraph {
  const onnx::Graph& graph;
  std::string file;
};

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_GRAPH_NAMED_GRAPH_H_
