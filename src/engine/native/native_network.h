// The network on this project's own kernels.
#ifndef DEEPFILTER_ENGINE_NATIVE_NATIVE_NETWORK_H_
#define DEEPFILTER_ENGINE_NATIVE_NATIVE_NETWORK_H_

#include <memory>

#include "base/memory_source.h"
#include "engine/network.h"
#include "kernels/precision.h"
#include "model/model.h"

namespace dfn {

struct NativeOptions {
  // How the weights of GRUs and linear layers are stored, nearly all of a model's bytes;
  // convolutions stay in float. Every precision gives the same bits for any cut of the input.
  Precision precision = Precision::kF32;
  // For all weights, in one block. A frame alone reads each of them once: with large pages that
  // takes far fewer address translations, which matters most where caches are cold.
  MemorySource memory = kOrdinaryMemory;
};

// Packs the model's weights for this machine's vectors; the model may go afterwards. The model must
// have passed ValidateConfig and ValidateModel. Not real-time.
std::unique_ptr<Network> NewNativeNetwork(const Model& model, const NativeOptions& options = {});

}  // namespace dfn

#endif  // DEEPFILTER_ENGINE_NATIVE_NATIVE_NETWORK_H_
