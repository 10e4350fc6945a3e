// Whether the parts of a network belong together, as far as their graphs show it.
#ifndef DEEPFILTER_CONVERT_SURGERY_MERGE_CHECK_H_
#define DEEPFILTER_CONVERT_SURGERY_MERGE_CHECK_H_

#include <string>

#include "base/result.h"
#include "convert/graph/named_graph.h"

namespace dfn {

// The sentences name both files.

// That both are of one family, DeepFilterNet 2 or 3, told by what is added to a GRU's output in a
// decoder and by what the local SNR is computed from in an encoder. Errors: kMismatch, kCorrupt (no
// valid graph).
Status CheckFamily(const NamedGraph& a, const NamedGraph& b);

// That both ask for the same operators. Errors: kMismatch.
Status CheckOpset(const NamedGraph& a, const NamedGraph& b);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_SURGERY_MERGE_CHECK_H_
