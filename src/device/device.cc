#include "device/device.h"

#include <array>
#include <cctype>
#include <utility>

#include "device/jack_device.h"
#include "device/miniaudio_device.h"
#include "device/pipewire_device.h"

namespace dfn {
namespace {

constexpr std::array<std::pair<AudioServer, const char*>, 6> kServers = {{
    {AudioServer::kPipewire, "pipewire"},
    {AudioServer::kPulse, "pulse"},
    {AudioServer::kJack, "jack"},
    {AudioServer::kAlsa, "alsa"},
    {AudioServer::kWasapi, "wasapi"},
    {AudioServer::kCoreAudio, "coreaudio"},
}};

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

Error NotInThisBuild(AudioServer server) {
  const std::string name = AudioServerName(server);
  if (server != AudioServer::kPipewire && !HasMiniaudio()) {
    return {ErrorCode::kUnsupported,
            "this program was built without miniaudio, which it needs for " + name};
  }
  return {ErrorCode::kUnsupported, name + " is no sound server of this system"};
}

bool IsBuiltIn(AudioServer server) {
  switch (server) {
    case AudioServer::kPipewire:
      return HasPipewire();
    case AudioServer::kJack:
      return true;
    default:
      return MiniaudioHas(server);
  }
}

}  // namespace

const char* AudioServerName(AudioServer server) {
  for (const auto& [known, name] : kServers) {
    if (known == server) return name;
  }
  return "";
}

std::optional<AudioServer> FindAudioServer(std::string_view name) {
  for (const auto& [server, known] : kServers) {
    if (name == known) return server;
  }
  return std::nullopt;
}

std::vector<AudioServer> AudioServers() {
  std::vector<AudioServer> servers;
  for (const auto& entry : kServers) {
    if (IsBuiltIn(entry.first)) servers.push_back(entry.first);
  }
  return servers;
}

Result<std::vector<DeviceEntry>> ListDevices(AudioServer server) {
  if (!IsBuiltIn(server)) return NotInThisBuild(server);
  if (server == AudioServer::kPipewire) return ListPipewireDevices();
  if (server == AudioServer::kJack) return ListJackDevices();
  return ListMiniaudioDevices(server);
}

Result<std::unique_ptr<LiveDevice>> OpenDevice(const DeviceRequest& request,
                                               std::shared_ptr<BlockProcessor> processor) {
  if (!IsBuiltIn(request.server)) return NotInThisBuild(request.server);
  if (request.server == AudioServer::kPipewire) {
    return OpenPipewireDevice(request, std::move(processor));
  }
  if (request.virtual_microphone) {
    return Error{ErrorCode::kUnsupported, std::string("a virtual microphone needs PipeWire; ") +
                                              AudioServerName(request.server) + " has none"};
  }
  if (request.server == AudioServer::kJack) return OpenJackDevice(request, std::move(processor));
  return OpenMiniaudioDevice(request, std::move(processor));
}

bool IsChosen(const DeviceEntry& entry, std::string_view wanted) {
  return entry.name == wanted || Lower(entry.description).find(Lower(wanted)) != std::string::npos;
}

Result<DeviceEntry> ChooseDevice(const std::vector<DeviceEntry>& entries, DeviceSide side,
                                 const std::string& wanted) {
  const DeviceEntry* found = nullptr;
  std::string names;
  for (const DeviceEntry& entry : entries) {
    if (entry.side != side) continue;
    if (!wanted.empty() && entry.name == wanted) return entry;
    const bool fits = wanted.empty() ? entry.is_default : IsChosen(entry, wanted);
    if (fits && found == nullptr) found = &entry;
    names += (names.empty() ? "\"" : ", \"") + entry.name + "\"";
  }
  if (found != nullptr) return *found;
  const std::string what = side == DeviceSide::kInput ? "input" : "output";
  if (names.empty()) return Error{ErrorCode::kNotFound, "there is no " + what + " device"};
  if (wanted.empty()) return Error{ErrorCode::kNotFound, "there is no default " + what + " device"};
  return Error{ErrorCode::kNotFound,
               "no " + what + " device is called \"" + wanted + "\"; there are " + names};
}

}  // namespace dfn
