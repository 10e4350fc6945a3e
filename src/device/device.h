// Sound devices of this machine: a microphone in, a speaker or a virtual microphone out, as one
// duplex call for each block. For programs only.
#ifndef DEEPFILTER_DEVICE_DEVICE_H_
#define DEEPFILTER_DEVICE_DEVICE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/realtime.h"
#include "base/result.h"

namespace dfn {

// What plays and records sound on a system. A build has those of its system.
enum class AudioServer { kPipewire, kPulse, kAlsa, kJack, kWasapi, kCoreAudio };

// "pipewire", "pulse", "alsa", "jack", "wasapi", "coreaudio".
const char* AudioServerName(AudioServer server);
std::optional<AudioServer> FindAudioServer(std::string_view name);
// Those that this build can talk to, the best first. Whether one runs here is found by trying.
std::vector<AudioServer> AudioServers();

enum class DeviceSide { kInput, kOutput };

struct DeviceEntry {
  AudioServer server = AudioServer::kAlsa;
  DeviceSide side = DeviceSide::kInput;
  std::string name = {};         // what chooses it; unique on its server and side
  std::string description = {};  // for people
  bool is_default = false;
};

// The devices of one server. Errors: kNotFound (no such server runs here, or its library is not
// installed), kUnsupported (this build cannot talk to it). Not real-time.
Result<std::vector<DeviceEntry>> ListDevices(AudioServer server);

// One block of sound, in and out. Planar, full scale 1.
struct DeviceBlock {
  const float* const* input = nullptr;  // [channels][samples]
  float* const* output = nullptr;       // [channels][samples], to be written whole
  size_t channels = 0;
  size_t samples = 0;  // 1 .. kMostBlockSamples
  size_t rate_hz = 0;  // may differ from the last block's
};

// Longer blocks of a device come in parts.
inline constexpr size_t kMostBlockSamples = 8192;

// What a device calls. Process runs on the device's own real-time thread, one call at a time: it
// allocates nothing, takes no lock, and neither waits nor writes anything but the block.
class BlockProcessor {
 public:
  virtual ~BlockProcessor() = default;
  virtual void Process(const DeviceBlock& block) noexcept DFN_REALTIME = 0;
};

struct DeviceRequest {
  AudioServer server = AudioServer::kPipewire;
  std::string input = {};           // name or description; empty: the default one
  std::string output = {};          // likewise
  bool virtual_microphone = false;  // in place of an output; PipeWire alone
  size_t channels = 1;              // 1 or 2; the device mixes its own to these
  size_t rate_hz = 0;               // 0: the device's, or 48000 where the server converts
  size_t block_samples = 0;         // wished for; 0: what the server gives
  double latency_ms = 0.0;  // added where two clocks meet (ClockBridge); 0: as little as works
};

// What a device is and does now. Times are in seconds.
struct DeviceState {
  std::string failure = {};  // why no more sound comes; empty while all is well
  std::string input = {};    // descriptions of what is connected now; empty: nothing
  std::string output = {};
  size_t rate_hz = 0;          // 0: not known before the first block
  size_t block_samples = 0;    // of the newest block
  uint64_t blocks = 0;         // that were processed
  uint64_t missed_blocks = 0;  // that the device or the server skipped, or that came too late
  double input_delay = 0.0;    // from the microphone to the block, as the server tells it
  double output_delay = 0.0;   // from the block to the speaker, likewise
  double bridge_delay = 0.0;   // from hearing to the way out, between two clocks (ClockBridge)
  double clock_ratio = 1.0;  // output clock against the input's; 1 exactly where there is one clock
};

// A running device; the destructor stops it, and may take as long as its server lets it wait.
class LiveDevice {
 public:
  virtual ~LiveDevice() = default;
  // Any thread; not real-time.
  virtual DeviceState state() = 0;
};

// Opens and starts a device. `processor` lives at least as long as the device.
// Errors: kNotFound (server or device), kUnsupported, kIo (the server refuses).
Result<std::unique_ptr<LiveDevice>> OpenDevice(const DeviceRequest& request,
                                               std::shared_ptr<BlockProcessor> processor);

// Whether `entry` is the one that `wanted` chooses: by its name, else by a part of its description,
// in any case.
bool IsChosen(const DeviceEntry& entry, std::string_view wanted);
// The device of `entries` on `side` that `wanted` chooses: a whole name before a part of a
// description. Errors: kNotFound, with the names that there are.
Result<DeviceEntry> ChooseDevice(const std::vector<DeviceEntry>& entries, DeviceSide side,
                                 const std::string& wanted);

}  // namespace dfn

#endif  // DEEPFILTER_DEVICE_DEVICE_H_
