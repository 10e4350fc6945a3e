// A build without miniaudio.
#include "device/miniaudio_device.h"

namespace dfn {
namespace {

Error NoMiniaudio() {
  return {ErrorCode::kUnsupported,
          "this program was built without miniaudio; tools/fetch_miniaudio.sh brings it"};
}

}  // namespace

bool HasMiniaudio() { return false; }
bool MiniaudioHas(AudioServer) { return false; }

Result<std::vector<DeviceEntry>> ListMiniaudioDevices(AudioServer) { return NoMiniaudio(); }

Result<std::unique_ptr<LiveDevice>> OpenMiniaudioDevice(const DeviceRequest&,
                                                        std::shared_ptr<BlockProcessor>) {
  return NoMiniaudio();
}

}  // namespace dfn
