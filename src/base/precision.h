// The types in which weights are stored.
#ifndef DEEPFILTER_BASE_PRECISION_H_
#define DEEPFILTER_BASE_PRECISION_H_

namespace dfn {

enum class Precision {
  kF32,  // float, as in the model
  kF16,  // IEEE half, converted to float for computing
  kI8,   // int8 with one scale a column; inputs become int16, sums are exact integers
};

}  // namespace dfn

#endif  // DEEPFILTER_BASE_PRECISION_H_
