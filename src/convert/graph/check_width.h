// Whether one graph takes a value as wide as another graph gives it.
#ifndef DEEPFILTER_CONVERT_GRAPH_CHECK_WIDTH_H_
#define DEEPFILTER_CONVERT_GRAPH_CHECK_WIDTH_H_

#include <string>

#include "base/result.h"
#include "convert/graph/named_graph.h"

namespace dfn {

// Widths are read off the weights next to the value (channels of a map, size of a vector), else off
// the declared shapes; what neither shows is not compared. The sentence names both files.

// That `taker` takes the value `name` as wide as `maker` gives it under `made_name`. Errors:
// kMismatch, kCorrupt (no valid graph).
Status CheckWidth(const NamedGraph& maker, const std::string& made_name, const NamedGraph& taker,
                  const std::string& name);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_GRAPH_CHECK_WIDTH_H_
