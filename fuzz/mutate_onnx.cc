// Changes files as trees, at times as bytes.
#include "onnx_mutator.h"

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned seed) {
  dfn::Random random(seed);
  if (random() % 4 == 0) return LLVMFuzzerMutate(data, size, max_size);
  return dfn::GiveBack(dfn::MutateOnnx({data, size}, random), data, size, max_size);
}
