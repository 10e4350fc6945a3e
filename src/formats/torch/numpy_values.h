// numpy's arrays and types in a pickle.
#ifndef DEEPFILTER_FORMATS_TORCH_NUMPY_VALUES_H_
#define DEEPFILTER_FORMATS_TORCH_NUMPY_VALUES_H_

#include <optional>

#include "base/limits.h"
#include "base/result.h"
#include "formats/torch/values.h"

namespace dfn::torch {

// numpy.dtype(code, align, copy). Nothing if it is made of anything but a code.
std::optional<ArrayType> MakeArrayType(const Heap& heap, const Tuple& arguments);

// The byte order of a type's state, (version, order, ...); the type as it was if there is none.
ArrayType WithState(const Heap& heap, ArrayType type, const Tuple& state);

// An array by the state that BUILD gives it: (version, shape, type, fortran_order, bytes). Nothing
// for types that are no tensor's, text and objects among them.
// Errors: kCorrupt, kLimit, kUnsupported (big-endian); the message lacks its subject, the tensor.
Result<std::optional<TensorView>> MakeArray(const Heap& heap, const Tuple& state,
                                            const Limits& limits);

// The same by the arguments (bytes, type, shape, order) of _frombuffer.
Result<std::optional<TensorView>> MakeArrayFromBuffer(const Heap& heap, const Tuple& arguments,
                                                      const Limits& limits);

}  // namespace dfn::torch

#endif  // DEEPFILTER_FORMATS_TORCH_NUMPY_VALUES_H_
