// The part of GruSteps for weights of kI8, a source file of its own.
#ifndef DEEPFILTER_KERNELS_QUANTIZED_GRU_H_
#define DEEPFILTER_KERNELS_QUANTIZED_GRU_H_

#include <cstddef>
#include <span>

#include "base/realtime.h"
#include "kernels/gru.h"

namespace dfn {

// GruSteps for a layer of precision kI8.
void QuantizedGruSteps(const PackedGru& gru, std::span<const GruStream> streams,
                       size_t output_stride, GruStepScratch& scratch) noexcept DFN_REALTIME;

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_QUANTIZED_GRU_H_
