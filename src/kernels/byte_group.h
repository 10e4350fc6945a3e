// The group whose inputs a panel takes, for implementations of byte products.
#ifndef DEEPFILTER_KERNELS_BYTE_GROUP_H_
#define DEEPFILTER_KERNELS_BYTE_GROUP_H_

#include <cstddef>

#include "kernels/byte_dot.h"

namespace dfn {

// Without a division where there is a single group: a division takes as long as a tile's epilogue.
inline size_t GroupOf(const ByteCall& call, size_t panel) {
  return panel < call.panels_a_group ? 0 : panel / call.panels_a_group;
}

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_BYTE_GROUP_H_
