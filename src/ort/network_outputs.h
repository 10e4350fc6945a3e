// What a network's graphs are asked for: local SNR, gains, coefficients of the deep filter.
#ifndef DEEPFILTER_ORT_NETWORK_OUTPUTS_H_
#define DEEPFILTER_ORT_NETWORK_OUTPUTS_H_

#include <cstddef>
#include <string>

#include "base/result.h"
#include "model/config.h"
#include "ort/stage.h"
#include "ort/value_shape.h"

namespace dfn {

// The value of that name. `files` opens messages here and below. Errors: kMismatch.
Result<size_t> FindOutput(const ValueNames& names, const char* name, const std::string& files);
// That a value has so many floats a frame. Errors: kMismatch.
Status CheckFloats(const std::string& files, const char* name, const ValueShape& shape,
                   size_t floats);

// How a frame's coefficients lie: [D, O, 2], which is [D, 2 O], or [O, D, 2] as in older exports.
enum class CoefsOrder { kBinsFirst, kTapsFirst };

// Errors: kMismatch.
Result<CoefsOrder> FindCoefsOrder(const std::string& files, const ValueShape& shape,
                                  const Config& config);
// from: one frame in that order; to: [D, O, 2]. Real-time safe.
void OrderCoefs(CoefsOrder order, const Config& config, const float* from, float* to) noexcept;
// The coefficients that leave a frame as it is: the tap that meets it is 1. Real-time safe.
void FillIdentity(const Config& config, float* coefs) noexcept;

}  // namespace dfn

#endif  // DEEPFILTER_ORT_NETWORK_OUTPUTS_H_
