// Checkpoints are ZIP files, whose reader compares checksums.
#include "mutator.h"
#include "zip_mutator.h"

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned seed) {
  dfn::Random random(seed);
  const bool is_zip = size >= 2 && data[0] == 'P' && data[1] == 'K';
  if (!is_zip || random() % 4 == 0) return LLVMFuzzerMutate(data, size, max_size);
  return dfn::GiveBack(dfn::MutateZip({data, size}, random), data, size, max_size);
}
