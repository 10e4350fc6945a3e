#include "cli/bench/bench_report.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>

namespace dfn {
namespace {

using Json = nlohmann::ordered_json;

double FrameSeconds(const BenchReport& report) {
  return static_cast<double>(report.hop_size) / static_cast<double>(report.sample_rate_hz);
}

// Duration of the sound over the time that it takes.
double RealTimeFactor(const BenchReport& report, const bench::Speed& speed) {
  return 1e-6 * speed.frame_us.median / FrameSeconds(report);
}

std::string PaceName(const bench::Speed& speed) {
  if (speed.mode == "streams") return fmt::format("{} streams", speed.pace.streams);
  if (speed.mode == "folder") {
    return fmt::format("folder {}x{}", speed.pace.streams, speed.pace.frames_a_call);
  }
  return speed.mode;
}

std::string ErrorText(double snr_db) {
  if (std::isnan(snr_db)) return "-";
  if (std::isinf(snr_db) && snr_db > 0) return "same bits";
  return fmt::format("{:.1f} dB", snr_db);
}

std::string BytesText(size_t bytes) {
  const double value = static_cast<double>(bytes);
  if (bytes < 1024 * 1024) return fmt::format("{:.0f} KiB", value / 1024);
  return fmt::format("{:.3g} MiB", value / (1024 * 1024));
}

// A rate, or blank if there is nothing to count.
std::string FigureText(double value) { return value > 0.0 ? fmt::format("{:.1f}", value) : ""; }

std::string SpeedTable(const BenchReport& report) {
  std::string text = fmt::format(
      "\nmicroseconds a frame of {:g} ms of one stream; error against {}\n"
      "{:<12}{:<6}{:<8}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}  {}\n",
      1e3 * FrameSeconds(report), report.reference, "mode", "type", "target", "median", "p99",
      "max", "min", "frames", "rtf", "error");
  for (const bench::Speed& speed : report.speeds) {
    const bench::TimeSummary& us = speed.frame_us;
    text +=
        fmt::format("{:<12}{:<6}{:<8}{:>9.1f}{:>9.1f}{:>9.1f}{:>9.1f}{:>9}{:>9.4f}  {}\n",
                    PaceName(speed), speed.precision, speed.target, us.median, us.p99, us.max,
                    us.min, speed.frames, RealTimeFactor(report, speed), ErrorText(speed.snr_db));
  }
  return text;
}

std::string ProfileTable(const ProfileLine& line) {
  const bench::LayerProfile& profile = line.profile;
  const double whole = profile.whole_us;
  std::string text = fmt::format(
      "\nwhere the time goes: {}, {} streams x {} frames a call, {}, {}\n"
      "{:<20}{:>9}{:>8}{:>11}{:>8}{:>9}\n",
      line.mode, profile.shape.streams, profile.shape.frames, line.precision, line.target, "part",
      "us", "share", "weights", "GB/s", "GMAC/s");
  const auto row = [&](std::string_view name, double us) {
    return fmt::format("{:<20}{:>9.2f}{:>7.1f}%", name, us, whole > 0.0 ? 100.0 * us / whole : 0.0);
  };
  for (const bench::PartTime& part : profile.parts) {
    text +=
        row(part.name, part.us) +
        fmt::format("{:>11}{:>8}{:>9}\n", part.weight_bytes > 0 ? BytesText(part.weight_bytes) : "",
                    FigureText(part.gb_per_s()), FigureText(part.gmac_per_s()));
  }
  text += row("sum of the parts", profile.sum_us()) + '\n';
  text += row("rest", profile.rest_us()) + '\n';
  text += row("denoiser, measured", whole) + '\n';
  text += row("weights at the roof", line.least_read_us()) +
          fmt::format("{:>11}{:>8.1f}\n", BytesText(line.read_roof.bytes), line.read_roof.gb_per_s);
  text += row("sums at the roof", line.least_mac_us()) +
          fmt::format("{:>11}{:>8}{:>9.1f}\n", "", "", line.mac_roof_gmac_per_s);
  return text;
}

std::string RoofTable(const std::vector<RoofLine>& roofs) {
  std::string text = "\nthis machine's roof, one core\n";
  text += fmt::format("{:<10}{:>9}  GB/s when reading an array of", "target", "GMAC/s");
  std::string sizes = fmt::format("{:<21}", "");
  for (const bench::ReadSpeed& read : roofs.front().roof.reads) {
    sizes += fmt::format("{:>9}", BytesText(read.bytes));
  }
  text += '\n' + sizes + '\n';
  for (const RoofLine& line : roofs) {
    text += fmt::format("{:<10}{:>9.1f}  ", line.target, line.roof.gmac_per_s);
    for (const bench::ReadSpeed& read : line.roof.reads) {
      text += fmt::format("{:>9.1f}", read.gb_per_s);
    }
    text += '\n';
  }
  return text;
}

Json SummaryJson(const bench::TimeSummary& summary) {
  return {{"count", summary.count}, {"min", summary.min}, {"median", summary.median},
          {"p99", summary.p99},     {"max", summary.max}, {"mean", summary.mean}};
}

Json SpeedJson(const BenchReport& report, const bench::Speed& speed) {
  return {{"mode", speed.mode},
          {"precision", speed.precision},
          {"target", speed.target},
          {"streams", speed.pace.streams},
          {"frames_a_call", speed.pace.frames_a_call},
          {"sleep_ms", speed.pace.sleep_ms},
          {"frames", speed.frames},
          {"frame_us", SummaryJson(speed.frame_us)},
          {"rtf", RealTimeFactor(report, speed)},
          {"same_bits", std::isinf(speed.snr_db) && speed.snr_db > 0},
          // Infinity and NaN have no JSON.
          {"snr_db", std::isfinite(speed.snr_db) ? Json(speed.snr_db) : Json(nullptr)},
          {"snr_seconds", speed.snr_seconds}};
}

Json ProfileJson(const ProfileLine& line) {
  Json parts = Json::array();
  for (const bench::PartTime& part : line.profile.parts) {
    parts.push_back({{"name", part.name},
                     {"us", part.us},
                     {"weight_bytes", part.weight_bytes},
                     {"read_bytes", part.read_bytes},
                     {"macs", part.macs},
                     {"gb_per_s", part.gb_per_s()},
                     {"gmac_per_s", part.gmac_per_s()}});
  }
  return {{"mode", line.mode},
          {"precision", line.precision},
          {"target", line.target},
          {"streams", line.profile.shape.streams},
          {"frames_a_call", line.profile.shape.frames},
          {"parts", parts},
          {"sum_us", line.profile.sum_us()},
          {"rest_us", line.profile.rest_us()},
          {"whole_us", line.profile.whole_us},
          {"roof",
           {{"weight_bytes", line.read_roof.bytes},
            {"gb_per_s", line.read_roof.gb_per_s},
            {"gmac_per_s", line.mac_roof_gmac_per_s},
            {"least_read_us", line.least_read_us()},
            {"least_mac_us", line.least_mac_us()}}}};
}

Json RoofJson(const RoofLine& line) {
  Json reads = Json::array();
  for (const bench::ReadSpeed& read : line.roof.reads) {
    reads.push_back({{"bytes", read.bytes}, {"gb_per_s", read.gb_per_s}});
  }
  return {{"target", line.target}, {"gmac_per_s", line.roof.gmac_per_s}, {"reads", reads}};
}

}  // namespace

double ProfileLine::least_read_us() const {
  const double rows = static_cast<double>(profile.shape.rows());
  return 1e-3 * static_cast<double>(read_roof.bytes) / read_roof.gb_per_s / rows;
}

double ProfileLine::least_mac_us() const {
  size_t macs = 0;
  for (const bench::PartTime& part : profile.parts) macs += part.macs;
  return 1e-3 * static_cast<double>(macs) / mac_roof_gmac_per_s;
}

std::string BenchText(const BenchReport& report) {
  const bench::Machine& machine = report.machine;
  std::string text = fmt::format("{}, {} cores, {}, {}\n", machine.processor, machine.cores,
                                 machine.system, machine.compiler);
  text += fmt::format("{} from {}; sound: {}; one thread\n", report.variant, report.model,
                      report.sound);
  for (const LoadTimes& load : report.loads) {
    text +=
        fmt::format("load    {}: open {:.1f} ms, pack {:.1f} ms (medians of {})\n", load.precision,
                    load.open_ms.median, load.pack_ms.median, load.open_ms.count);
  }
  for (const MemoryLine& line : report.memory) {
    text += fmt::format("memory  {}: network {}, each live stream {}\n", line.precision,
                        BytesText(line.memory.network_bytes), BytesText(line.memory.stream_bytes));
  }
  if (!report.speeds.empty()) text += SpeedTable(report);
  for (const ProfileLine& line : report.profiles) text += ProfileTable(line);
  if (!report.roofs.empty()) text += RoofTable(report.roofs);
  return text;
}

std::string BenchJson(const BenchReport& report) {
  const bench::Machine& machine = report.machine;
  Json json = {{"version", DEEPFILTER_VERSION},
               {"machine",
                {{"processor", machine.processor},
                 {"cores", machine.cores},
                 {"system", machine.system},
                 {"compiler", machine.compiler}}},
               {"model", {{"source", report.model}, {"variant", report.variant}}},
               {"threads", 1},
               {"frame_ms", 1e3 * FrameSeconds(report)},
               {"sound", report.sound},
               {"reference", report.reference},
               {"speeds", Json::array()},
               {"load", Json::array()},
               {"memory", Json::array()},
               {"layers", Json::array()},
               {"roof", Json::array()}};
  for (const bench::Speed& speed : report.speeds) {
    json["speeds"].push_back(SpeedJson(report, speed));
  }
  for (const LoadTimes& load : report.loads) {
    json["load"].push_back({{"precision", load.precision},
                            {"open_ms", SummaryJson(load.open_ms)},
                            {"pack_ms", SummaryJson(load.pack_ms)}});
  }
  for (const MemoryLine& line : report.memory) {
    json["memory"].push_back({{"precision", line.precision},
                              {"network_bytes", line.memory.network_bytes},
                              {"stream_bytes", line.memory.stream_bytes}});
  }
  for (const ProfileLine& line : report.profiles) json["layers"].push_back(ProfileJson(line));
  for (const RoofLine& line : report.roofs) json["roof"].push_back(RoofJson(line));
  // File names are bytes and need not be UTF-8.
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace dfn
