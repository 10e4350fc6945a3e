#include "api/open/network.h"

#include "engine/native/native_network.h"
#include "kernels/targets.h"
#include "os/large_pages.h"
#include "os/tiles.h"

namespace dfn {

void UseTiles() {
  if (RequestTiles()) AllowTiles();
}

Status PrepareTarget() {
  if (VariableNeedsTiles()) UseTiles();
  return PrepareKernelTarget();
}

Result<std::shared_ptr<const Network>> MakeNetwork(const Model& model, Precision precision) {
  DFN_CHECK(PrepareTarget());
  return std::shared_ptr<const Network>(
      NewNativeNetwork(model, {.precision = precision, .memory = LargePages()}));
}

}  // namespace dfn
