// What `deepfilter doctor` finds, as text and as JSON.
#ifndef DEEPFILTER_CLI_DOCTOR_DOCTOR_REPORT_H_
#define DEEPFILTER_CLI_DOCTOR_DOCTOR_REPORT_H_

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
  bool damaged = false;  // what lies there has not the known sha256
};

struct SpeedState {
  std::string model;          // what was measured
  double frame_ms = 0.0;      // that a frame lasts
  bench::TimeSummary run_us;  // of a live frame of noise
  double denormal_us = 0.0;   // median of frames of denormal numbers
  // By the medians: what is above them may be another program's doing.
  bool fits() const;
  bool denormals_are_slow() const;
};

struct DoctorReport {
  std::string version;
  std::string simd_target;
  bench::Machine machine;
  std::vector<ModelState> models;
  std::optional<SpeedState> speed;
  std::string model_problem;   // why the model cannot be run
  std::string plugin_model;    // $DEEPFILTER_PLUGIN_MODEL, or empty
  std::string plugin_problem;  // why plugins cannot have it
  std::vector<Installed> libraries;
  std::vector<Installed> ladspa;
  std::vector<Installed> lv2;
  PipewireState pipewire;
  std::string ort_version;  // "1.32.0", or empty
  std::string ort_path;
};

// One sentence for each thing that keeps something from working; none: all is well.
std::vector<std::string> Problems(const DoctorReport& report);

std::string DoctorText(const DoctorReport& report);
std::string DoctorJson(const DoctorReport& report);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_DOCTOR_DOCTOR_REPORT_H_
