// For tests: convolutions that are grouped in other ways than those of the Python package.
#ifndef DEEPFILTER_MODEL_TESTING_REGROUP_H_
#define DEEPFILTER_MODEL_TESTING_REGROUP_H_

#include <cstddef>

#include "model/layers.h"

namespace dfn {

enum class Grouping { kPackage, kOther };

// Gives a convolution's sizes the `way`-th of four ways: dense, two groups, and with a 1x1
// convolution behind, the package's groups or none.
inline void Regroup(ConvLayer& sizes, size_t way) {
  const auto two_groups = [](Conv& conv) {
    if (conv.in_channels % 2 == 0 && conv.out_channels % 2 == 0) conv.groups = 2;
  };
  SetPointwise(sizes, way % 4 >= 2);
  if (way % 4 != 2) sizes.conv.groups = 1;
  if (way % 4 == 1) two_groups(sizes.conv);
  if (way % 4 == 2) two_groups(*sizes.pointwise);
}
// Layers of other kinds stay as they are.
template <class Layer>
void Regroup(Layer&, size_t) {}

}  // namespace dfn

#endif  // DEEPFILTER_MODEL_TESTING_REGROUP_H_
