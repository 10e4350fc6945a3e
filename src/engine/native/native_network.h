// The network on this project's own kernels.
#ifndef DEEPFILTER_ENGINE_NATIVE_NATIVE_NETWORK_H_
#define DEEPFILTER_ENGINE_NATIVE_NATIVE_NETWORK_H_

#include <memory>

#include "base/memory_source.h"
#include "base/precision.h"
#include "engine/network.h"
#include "model/model.h"

namespace dfn {

struct NativeOptions {
  // How the weights of GRUs and linear layers are stored, which are nearly all of a model's bytes.
  // Convolutions stay in float32. Every precision gives the same bits for any cut of the input.
  Precision precision = Precision::kF32;
  // Where the memory of all weights, one block, comes from. A single frame reads each weight once;
  // large pages then need far fewer address translations, which matters most when caches are cold.
  MemorySource memory = kOrdinaryMemory;
};

// Packs the model's weights for this machine's vectors; the model need not outlive the network. It
// must have passed ValidateConfig and ValidateModel. Allocates.
std::unique_ptr<Network> NewNativeNetwork(const Model& model, const NativeOptions& options = {});

}  // namespace dfn

#endif  // DEEPFILTER_ENGINE_NATIVE_NATIVE_NETWORK_H_
