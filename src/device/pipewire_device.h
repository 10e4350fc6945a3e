// Sound by PipeWire's own protocol, through its library, which is loaded at run time.
#ifndef DEEPFILTER_DEVICE_PIPEWIRE_DEVICE_H_
#define DEEPFILTER_DEVICE_PIPEWIRE_DEVICE_H_

#include <memory>
#include <vector>

#include "base/result.h"
#include "device/device.h"

namespace dfn {

// Whether this build knows PipeWire at all.
bool HasPipewire();

// As ListDevices and OpenDevice. Input and output are two streams of one group that the same driver
// wakes: the output is filled in the cycle that brought the input, from the same thread, so nothing
// waits between them. A device that goes away takes the streams along to the default one, if the
// session manager has one, and back when it returns; the streams themselves stay.
Result<std::vector<DeviceEntry>> ListPipewireDevices();
Result<std::unique_ptr<LiveDevice>> OpenPipewireDevice(const DeviceRequest& request,
                                                       std::shared_ptr<BlockProcessor> processor);

}  // namespace dfn

#endif  // DEEPFILTER_DEVICE_PIPEWIRE_DEVICE_H_
