// Limits for files of weights that a few kilobytes of input can reach.
#ifndef DEEPFILTER_FUZZ_TIGHT_LIMITS_H_
#define DEEPFILTER_FUZZ_TIGHT_LIMITS_H_

#include "base/limits.h"

namespace dfn {

// With these, memory stays far below the fuzzer's own bound.
inline Limits TightLimits() {
  Limits limits;
  limits.max_archive_bytes = 1 << 20;
  limits.max_tensors = 200;
  limits.max_tensor_elements = 1 << 18;
  limits.max_tensor_rank = 5;
  limits.max_name_bytes = 200;
  return limits;
}

}  // namespace dfn

#endif  // DEEPFILTER_FUZZ_TIGHT_LIMITS_H_
