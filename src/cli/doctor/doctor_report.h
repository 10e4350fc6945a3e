// The findings of `deepfilter doctor`, as text and as JSON.
#ifndef DEEPFILTER_CLI_DOCTOR_DOCTOR_REPORT_H_
#define DEEPFILTER_CLI_DOCTOR_DOCTOR_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/machine.h"
#include "bench/time_summary.h"
#include "cli/doctor/installed.h"

namespace dfn {

// A known model, or one that is asked for.
struct ModelState {
  std::string name;
  bool built_in = false;
  std::string path;      // in the cache, or empty
  bool damaged = false;  // the file there does not have the known sha256
};

// What killed downloads left in the cache.
struct Leftovers {
  size_t files = 0;
  uint64_t bytes = 0;
};

struct SpeedState {
  std::string model;          // the model that was measured
  double frame_ms = 0.0;      // a frame's duration
  bench::TimeSummary run_us;  // of a live frame of noise
  double denormal_us = 0.0;   // median of frames of denormal numbers
  // By the medians, since another program may have caused a longer time.
  bool fits() const;
  bool denormals_are_slow() const;
};

struct DoctorReport {
  std::string version;
  std::string simd_target;
  bench::Machine machine;
  std::vector<ModelState> models;
  Leftovers leftovers;
  std::optional<SpeedState> speed;
  std::string model_problem;   // why the model cannot be run
  std::string plugin_model;    // $DEEPFILTER_PLUGIN_MODEL, or empty
  std::string plugin_problem;  // why plugins cannot load it
  std::vector<Installed> libraries;
  std::vector<Installed> ladspa;
  std::vector<Installed> lv2;
  std::vector<Installed> clap;
  PipewireState pipewire;
  std::vector<Installed> gstreamer;
  std::vector<Installed> obs;
  std::string ort_version;  // "1.32.0", or empty
  std::string ort_path;
};

// One sentence for each problem that keeps a part from working; empty if there is no problem.
std::vector<std::string> Problems(const DoctorReport& report);

std::string DoctorText(const DoctorReport& report);
std::string DoctorJson(const DoctorReport& report);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_DOCTOR_DOCTOR_REPORT_H_
