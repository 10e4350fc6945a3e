// The network on this project's own kernels.
#ifndef DEEPFILTER_ENGINE_NATIVE_NETWORK_H_
#define DEEPFILTER_ENGINE_NATIVE_NETWORK_H_

#include <memory>

#include "engine/network.h"
#include "model/model.h"

namespace dfn {

// Packs the model's weights for this machine's vectors; the model may go afterwards. The model must
// have passed ValidateConfig and ValidateModel. Not real-time.
std::unique_ptr<Network> NewNativeNetwork(const Model& model);

}  // namespace dfn

#endif  // DEEPFILTER_ENGINE_NATIVE_NETWORK_H_
