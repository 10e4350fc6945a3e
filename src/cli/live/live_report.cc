#include "cli/live/live_report.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/decimal.h"

namespace dfn {
namespace {

using nlohmann::ordered_json;

// Two digits behind the point are enough, and a line stays readable.
double Rounded(double value) { return std::round(value * 100.0) / 100.0; }

std::string DbText(float db) { return db <= kSilenceDb ? "  -inf" : fmt::format("{:6.1f}", db); }

const char* SideName(DeviceSide side) { return side == DeviceSide::kInput ? "input" : "output"; }

// One line whatever a device calls itself.
std::string Line(const ordered_json& json) {
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

std::string StatusLine(const LiveStatus& status, bool bypass) {
  if (status.lost) return "no device; waiting for it";
  return fmt::format(
      "in {} dB  out {} dB  taken {:5.1f} dB  snr {:5.1f} dB  gain {:+.1f} dB  cpu {:4.1f} %  "
      "delay {:.1f} ms  missed {}{}",
      DbText(status.levels.before.mean_db), DbText(status.levels.after.mean_db),
      status.levels.taken_db, status.engine.local_snr_db, status.engine.level_gain_db,
      100.0f * status.engine.load, status.delay_ms, status.missed_blocks,
      bypass ? "  bypassed" : "");
}

std::string StatusJson(const LiveStatus& status, const LiveEngine& engine) {
  ordered_json json;
  json["seconds"] = Rounded(status.seconds);
  json["lost"] = status.lost;
  json["input"] = {{"device", status.device.input},
                   {"mean_db", Rounded(status.levels.before.mean_db)},
                   {"peak_db", Rounded(status.levels.before.peak_db)},
                   {"clipped", status.levels.before.clipped}};
  json["output"] = {{"device", status.device.output},
                    {"mean_db", Rounded(status.levels.after.mean_db)},
                    {"peak_db", Rounded(status.levels.after.peak_db)},
                    {"clipped", status.levels.after.clipped}};
  json["taken_db"] = Rounded(status.levels.taken_db);
  json["local_snr_db"] = Rounded(status.engine.local_snr_db);
  json["level_gain_db"] = Rounded(status.engine.level_gain_db);
  json["rate_hz"] = status.engine.rate_hz;
  json["block_samples"] = status.device.block_samples;
  json["work"] = status.engine.work_mode == WorkMode::kSpread ? "spread" : "direct";
  json["load"] = std::round(1e4 * status.engine.load) / 1e4;
  json["worst_load"] = std::round(1e4 * status.engine.worst_load) / 1e4;
  json["blocks"] = status.engine.blocks;
  json["missed_blocks"] = status.missed_blocks;
  json["late_blocks"] = status.engine.late_blocks;
  json["delay_ms"] = {{"total", Rounded(status.delay_ms)},
                      {"denoiser", Rounded(status.stream_delay_ms)},
                      {"input", Rounded(1000.0 * status.device.input_delay)},
                      {"output", Rounded(1000.0 * status.device.output_delay)},
                      {"between", Rounded(1000.0 * status.device.bridge_delay)}};
  json["clock_ratio"] = status.device.clock_ratio;
  json["bypass"] = engine.bypass();
  json["attenuation_limit_db"] = Decimal(engine.controls().atten_lim_db);
  json["post_filter"] = engine.controls().post_filter;
  json["auto_level"] = engine.controls().auto_level;
  json["recording"] = status.recording;
  return Line({{"status", json}});
}

std::string EventJson(const LiveEvent& event) {
  return Line({{"event", LiveEventName(event.kind)}, {"text", event.text}});
}

std::string DevicesText(const std::vector<ServerDevices>& servers) {
  std::string text;
  for (const ServerDevices& server : servers) {
    text += fmt::format("{}{}\n", AudioServerName(server.server),
                        server.failure.empty() ? "" : ": " + server.failure);
    for (const DeviceSide side : {DeviceSide::kInput, DeviceSide::kOutput}) {
      for (const DeviceEntry& device : server.devices) {
        if (device.side != side) continue;
        text += fmt::format("  {:6} {} {}\n", SideName(side), device.is_default ? '*' : ' ',
                            device.description);
        if (device.name != device.description) text += fmt::format("           {}\n", device.name);
      }
    }
  }
  return text;
}

std::string DevicesJson(const std::vector<ServerDevices>& servers) {
  ordered_json all = ordered_json::array();
  for (const ServerDevices& server : servers) {
    ordered_json devices = ordered_json::array();
    for (const DeviceEntry& device : server.devices) {
      devices.push_back({{"side", SideName(device.side)},
                         {"name", device.name},
                         {"description", device.description},
                         {"default", device.is_default}});
    }
    all.push_back({{"server", AudioServerName(server.server)},
                   {"runs", server.failure.empty()},
                   {"failure", server.failure},
                   {"devices", std::move(devices)}});
  }
  return all.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace dfn
