// Whether the parts of a network belong together, as far as their graphs show it.
#ifndef DEEPFILTER_CONVERT_MERGE_CHECK_H_
#define DEEPFILTER_CONVERT_MERGE_CHECK_H_

#include <string>

#include "base/result.h"
#include "convert/lift.h"

namespace dfn {

// Widths are read off the weights next to the value (channels of a map, size of a vector), else off
// the declared shapes; what neither shows is not compared. The sentence names both files.

// That `taker` takes the value `name` as wide as `maker` gives it under `made_name`. Errors:
// kMismatch, kCorrupt (no valid graph).
Status CheckWidth(const NamedGraph& maker, const std::string& made_name, const NamedGraph& taker,
                  const std::string& name);

// That both are of one family, DeepFilterNet 2 or 3, told by what is added to a GRU's output in a
// decoder and by what the local SNR is computed from in an encoder. Errors: those above.
Status CheckFamily(const NamedGraph& a, const NamedGraph& b);

// That both ask for the same operators. Errors: kMismatch.
Status CheckOpset(const NamedGraph& a, const NamedGraph& b);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_MERGE_CHECK_H_
