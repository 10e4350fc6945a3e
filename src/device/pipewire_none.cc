// PipeWire on systems that have none.
#include "device/pipewire_device.h"

namespace dfn {
namespace {

Error NoPipewire() { return {ErrorCode::kUnsupported, "this system has no PipeWire"}; }

}  // namespace

bool HasPipewire() { return false; }

Result<std::vector<DeviceEntry>> ListPipewireDevices() { return NoPipewire(); }

Result<std::unique_ptr<LiveDevice>> OpenPipewireDevice(const DeviceRequest&,
                                                       std::shared_ptr<BlockProcessor>) {
  return NoPipewire();
}

}  // namespace dfn
