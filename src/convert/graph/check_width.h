// Compares the width of a value in the graph that makes it with its width in a graph that takes it.
#ifndef DEEPFILTER_CONVERT_GRAPH_CHECK_WIDTH_H_
#define DEEPFILTER_CONVERT_GRAPH_CHECK_WIDTH_H_

#include <string>

#include "base/result.h"
#include "convert/graph/named_graph.h"

namespace dfn {

// Checks that the input `name` of `taker` has the width of the output `made_name` of `maker`. A
// width (channels of a map, size of a vector) comes from the weights next to the value, else from
// the declared shape; an unknown width is not compared. Errors: kMismatch (the sentence names both
// files), kCorrupt (no valid graph).
Status CheckWidth(const NamedGraph& maker, const std::string& made_name, const NamedGraph& taker,
                  const std::string& name);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_GRAPH_CHECK_WIDTH_H_
