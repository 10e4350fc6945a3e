#include "api/open/network.h"

#include "engine/native/native_network.h"
#include "kernels/targets.h"
#include "os/large_pages.h"

namespace dfn {

Result<std::shared_ptr<const Network>> MakeNetwork(const Model& model, Precision precision) {
  DFN_CHECK(PrepareKernelTarget());
  return std::shared_ptr<const Network>(
      NewNativeNetwork(model, {.precision = precision, .memory = LargePages()}));
}

}  // namespace dfn
