#include "cli/live/devices_command.h"

#include <algorithm>
#include <vector>

#include "cli/arguments.h"
#include "cli/live/live_report.h"
#include "cli/message.h"

namespace dfn {

void DefineDevices(Arguments& command, DevicesOptions& options) {
  command.Option("--server", &options.server,
                 {.choices = {"pipewire", "pulse", "jack", "alsa", "wasapi", "coreaudio"}});
  command.Flag("--json", options.json);
}

ExitCode RunDevices(const DevicesOptions& options) {
  std::vector<AudioServer> wanted = AudioServers();
  if (const auto server = FindAudioServer(options.server)) wanted = {*server};
  std::vector<ServerDevices> servers;
  for (const AudioServer server : wanted) {
    ServerDevices found;
    found.server = server;
    auto devices = ListDevices(server);
    if (devices.ok()) {
      found.devices = std::move(devices).value();
    } else {
      found.failure = devices.error().message;
    }
    servers.push_back(std::move(found));
  }
  const ExitCode printed = PrintResult(options.json ? DevicesJson(servers) : DevicesText(servers));
  const bool any = std::any_of(servers.begin(), servers.end(),
                               [](const ServerDevices& s) { return s.failure.empty(); });
  if (printed == kExitOk && !any) {
    return Fail({ErrorCode::kIo, "no sound server runs here that this program can talk to"});
  }
  return printed;
}

}  // namespace dfn
