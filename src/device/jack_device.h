// Sound by JACK, through its library, which is loaded at run time.
#ifndef DEEPFILTER_DEVICE_JACK_DEVICE_H_
#define DEEPFILTER_DEVICE_JACK_DEVICE_H_

#include <memory>
#include <vector>

#include "base/result.h"
#include "device/device.h"

namespace dfn {

// As ListDevices and OpenDevice. One client with an input and an output port for each channel: a block
// comes in and goes out in the same cycle. A device is a port of another client; two channels use
// the port that is chosen and the one after it. A server that is not there is not started.
Result<std::vector<DeviceEntry>> ListJackDevices();
Result<std::unique_ptr<LiveDevice>> OpenJackDevice(const DeviceRequest& request,
                                                   std::shared_ptr<BlockProcessor> processor);

}  // namespace dfn

#endif  // DEEPFILTER_DEVICE_JACK_DEVICE_H_
