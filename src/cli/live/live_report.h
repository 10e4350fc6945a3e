// What `deepfilter live` and `deepfilter devices` print where there is no screen: lines for people
// or JSON.
#ifndef DEEPFILTER_CLI_LIVE_LIVE_REPORT_H_
#define DEEPFILTER_CLI_LIVE_LIVE_REPORT_H_

#include <string>
#include <vector>

#include "device/device.h"
#include "live/live_session.h"

namespace dfn {

// One line each, without its line feed.
std::string StatusLine(const LiveStatus& status, bool bypass);
std::string StatusJson(const LiveStatus& status, const LiveEngine& engine);
std::string EventJson(const LiveEvent& event);

// Of all servers, and why a server has none. Several lines; JSON is one array.
struct ServerDevices {
  AudioServer server = AudioServer::kPipewire;
  std::vector<DeviceEntry> devices;
  std::string failure;  // empty: the list is right
};
std::string DevicesText(const std::vector<ServerDevices>& servers);
std::string DevicesJson(const std::vector<ServerDevices>& servers);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_LIVE_LIVE_REPORT_H_
