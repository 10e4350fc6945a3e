// The outputs of a network's graphs: local SNR, gains, coefficients of the deep filter.
#ifndef DEEPFILTER_ORT_NETWORK_OUTPUTS_H_
#define DEEPFILTER_ORT_NETWORK_OUTPUTS_H_

#include <cstddef>
#include <string>

#include "base/realtime.h"
#include "base/result.h"
#include "model/config.h"
#include "ort/value_shape.h"
#include "ort/value_table.h"

namespace dfn::ort {

// The number of the value of that name. `files` opens messages here and below. Errors: kMismatch
// (no graph has such an output).
Result<size_t> FindOutput(const ValueNames& names, const char* name, const std::string& files);
// Checks that one frame of a value has `floats` numbers. Errors: kMismatch.
Status CheckFloats(const std::string& files, const char* name, const ValueShape& shape,
                   size_t floats);

// The order of one frame's coefficients.
enum class CoefsOrder {
  kBinsFirst,  // [D, O, 2], which is [D, 2 O]
  kTapsFirst,  // [O, D, 2], as in older exports
};

// The order that the shape of "coefs" shows. Errors: kMismatch.
Result<CoefsOrder> FindCoefsOrder(const std::string& files, const ValueShape& shape,
                                  const Config& config);
// Copies one frame. from: in `order`; to: [D, O, 2]. Real-time safe.
void OrderCoefs(CoefsOrder order, const Config& config, const float* from,
                float* to) noexcept DFN_REALTIME;
// Writes coefficients [D, O, 2] that leave a frame unchanged: 1 at the tap of the frame itself,
// else 0. Real-time safe.
void FillIdentity(const Config& config, float* coefs) noexcept DFN_REALTIME;

}  // namespace dfn::ort

#endif  // DEEPFILTER_ORT_NETWORK_OUTPUTS_H_
