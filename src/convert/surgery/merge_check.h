// Checks whether the parts of a network belong together, as far as their graphs show it.
#ifndef DEEPFILTER_CONVERT_SURGERY_MERGE_CHECK_H_
#define DEEPFILTER_CONVERT_SURGERY_MERGE_CHECK_H_

#include <string>

#include "base/result.h"
#include "convert/graph/named_graph.h"

namespace dfn {

// The messages name both files.

// Checks that both are of one family, DeepFilterNet 2 or 3. The sum with the GRU's output shows the
// family of a decoder, and the layer that the local SNR is computed from shows that of an encoder.
// Errors: kMismatch, kCorrupt (no valid graph).
Status CheckFamily(const NamedGraph& a, const NamedGraph& b);

// Checks that both have the same opset. Errors: kMismatch.
Status CheckOpset(const NamedGraph& a, const NamedGraph& b);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_SURGERY_MERGE_CHECK_H_
