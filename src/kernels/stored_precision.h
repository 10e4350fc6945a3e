// The last step of packing a matrix.
#ifndef DEEPFILTER_KERNELS_STORED_PRECISION_H_
#define DEEPFILTER_KERNELS_STORED_PRECISION_H_

#include "base/precision.h"
#include "kernels/packed_matrix.h"

namespace dfn {

// Stores a matrix whose weights are packed as floats at that precision. Allocates.
void StoreAs(Precision precision, PackedMatrix& matrix);

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_STORED_PRECISION_H_
