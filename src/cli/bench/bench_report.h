// The report of `deepfilter bench` as text and as JSON.
#ifndef DEEPFILTER_CLI_BENCH_BENCH_REPORT_H_
#define DEEPFILTER_CLI_BENCH_BENCH_REPORT_H_

#include <string>
#include <vector>

#include "bench/layer_profile.h"
#include "bench/machine.h"
#include "bench/roof.h"
#include "bench/speeds.h"
#include "bench/time_summary.h"

namespace dfn {

struct LoadTimes {
  bench::TimeSummary open_ms;  // source to Model
  std::string precision;
  bench::TimeSummary pack_ms;  // Model to network
};

struct MemoryLine {
  std::string precision;
  bench::Memory memory;
};

struct ProfileLine {
  std::string mode;
  std::string precision;
  std::string target;
  bench::LayerProfile profile;
  // The machine's limits: how fast it reads an array of as many bytes as all weights, and how many
  // multiply-adds it does.
  bench::ReadSpeed read_roof;
  double mac_roof_gmac_per_s = 0.0;

  // The least time of a frame that each of the two limits allows, in microseconds.
  double least_read_us() const;
  double least_mac_us() const;
};

struct RoofLine {
  std::string target;
  bench::Roof roof;
};

// A part that was not asked for is empty.
struct BenchReport {
  bench::Machine machine;
  std::string model;    // the source that it was loaded from
  std::string variant;  // "dfn3"
  size_t hop_size = 0;
  size_t sample_rate_hz = 0;
  std::string sound;      // file or "synthetic"
  std::string reference;  // the file that errors are measured against, or its kind
  std::vector<bench::Speed> speeds;
  std::vector<LoadTimes> loads;
  std::vector<MemoryLine> memory;
  std::vector<ProfileLine> profiles;
  std::vector<RoofLine> roofs;
};

std::string BenchText(const BenchReport& report);
std::string BenchJson(const BenchReport& report);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_BENCH_BENCH_REPORT_H_
