// Sound by miniaudio: PulseAudio and ALSA, whose libraries it loads at run time, WASAPI and CoreAudio.
#ifndef DEEPFILTER_DEVICE_MINIAUDIO_DEVICE_H_
#define DEEPFILTER_DEVICE_MINIAUDIO_DEVICE_H_

#include <memory>
#include <vector>

#include "base/result.h"
#include "device/device.h"

namespace dfn {

// Whether this build has miniaudio (tools/fetch_miniaudio.sh).
bool HasMiniaudio();
// Whether it reaches `server` on this system.
bool MiniaudioHas(AudioServer server);

// As ListDevices and OpenDevice. Input and output are two plain devices; the block is processed as it
// comes in, and a ClockBridge carries it to the output.
Result<std::vector<DeviceEntry>> ListMiniaudioDevices(AudioServer server);
Result<std::unique_ptr<LiveDevice>> OpenMiniaudioDevice(const DeviceRequest& request,
                                                        std::shared_ptr<BlockProcessor> processor);

}  // namespace dfn

#endif  // DEEPFILTER_DEVICE_MINIAUDIO_DEVICE_H_
