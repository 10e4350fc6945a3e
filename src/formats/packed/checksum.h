// The checksum of packed model files.
#ifndef DEEPFILTER_FORMATS_PACKED_CHECKSUM_H_
#define DEEPFILTER_FORMATS_PACKED_CHECKSUM_H_

#include <cstdint>

#include "base/bytes.h"

namespace dfn {

// XXH64 with seed 0, as its specification defines it. It finds damage, not forgery. It reads some
// gigabytes a second in plain code, so that a model's load time stays that of copying it.
uint64_t PackedChecksum(Bytes bytes) noexcept;

}  // namespace dfn

#endif  // DEEPFILTER_FORMATS_PACKED_CHECKSUM_H_
