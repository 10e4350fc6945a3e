// The precision of weights that is fast enough on this machine.
#ifndef DEEPFILTER_API_SELECT_PRECISION_H_
#define DEEPFILTER_API_SELECT_PRECISION_H_

#include <functional>
#include <memory>
#include <string>

#include "base/precision_name.h"
#include "base/result.h"
#include "engine/network.h"

namespace dfn {

struct PrecisionChoice {
  Precision precision = Precision::kF32;
  // A sentence for the user: "f32 takes 3 % of real time in a short live run, 25 % are allowed".
  std::string reason;
};

// The most exact precision whose live stream leaves at least three quarters of the time free, the
// fastest where none does.
//   busy_share: the time that a frame takes over the time that it lasts. It is called for one
//               precision after the other; the last one is the chosen one.
// Errors: those of `busy_share`.
Result<PrecisionChoice> ChoosePrecision(
    const std::function<Result<double>(Precision precision)>& busy_share);

// The time that a frame of a live stream takes, samples in to samples out on one thread, over the
// time that it lasts: the median over some tens of frames of noise. Errors: those of
// Denoiser::Create.
Result<double> MeasureBusyShare(std::shared_ptr<const Network> network);

}  // namespace dfn

#endif  // DEEPFILTER_API_SELECT_PRECISION_H_
