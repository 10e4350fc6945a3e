// Changes ONNX files as trees of messages, so that every size around a change still fits.
#ifndef DEEPFILTER_FUZZ_ONNX_MUTATOR_H_
#define DEEPFILTER_FUZZ_ONNX_MUTATOR_H_

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "mutator.h"

namespace dfn {

// A file with some fields removed, doubled, exchanged or changed; empty if `file` is no ONNX file.
std::vector<uint8_t> MutateOnnx(Bytes file, Random& random);

}  // namespace dfn

#endif  // DEEPFILTER_FUZZ_ONNX_MUTATOR_H_
