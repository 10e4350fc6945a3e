// The one way in which the program and the libraries make a network from a model.
#ifndef DEEPFILTER_API_OPEN_NETWORK_H_
#define DEEPFILTER_API_OPEN_NETWORK_H_

#include <memory>

#include "base/precision.h"
#include "base/result.h"
#include "engine/network.h"
#include "model/model.h"

namespace dfn {

// PrepareKernelTarget, after asking the system for the processor's tiles (RequestTiles) if
// $DEEPFILTER_SIMD names a target with them: the permission is the process's, so a library does not
// ask for it unasked. Errors: those of PrepareKernelTarget. Any thread; not real-time.
Status PrepareTarget();

// Asks for the tiles unasked and allows the kernels to use them. For programs.
void UseTiles();

// The native network on the instruction set that the user selected or the best one (PrepareTarget),
// with its weights on large pages where the system has them (LargePages). The
// model may be destroyed afterwards. Errors: kInvalidArgument ($DEEPFILTER_SIMD). Any thread; not
// real-time.
Result<std::shared_ptr<const Network>> MakeNetwork(const Model& model,
                                                   Precision precision = Precision::kF32);

}  // namespace dfn

#endif  // DEEPFILTER_API_OPEN_NETWORK_H_
