#include "cli/doctor/doctor_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/path_text.h"
#include "cli/doctor/plugin_paths.h"

namespace dfn {
namespace {

using Json = nlohmann::ordered_json;

// Denormal numbers count as slow if their frames take longer by this factor; timers and other
// programs change a median by less.
constexpr double kSlowFactor = 3.0;
// A live frame may take this share of its duration; the host and other programs need the remaining
// time.
constexpr double kMostOfAFrame = 0.5;

struct Line {
  const char* subject;
  std::string text;
};

std::string ModelsText(const std::vector<ModelState>& models) {
  std::vector<std::string> here;
  for (const ModelState& model : models) {
    if (model.built_in) here.push_back(model.name + " built in");
    if (!model.path.empty()) {
      here.push_back(
          fmt::format("{} in the cache, sha256 {}", model.name, model.damaged ? "WRONG" : "right"));
    }
  }
  if (here.empty()) return "none here; get one with: deepfilter models pull dfn3";
  return fmt::format("{}", fmt::join(here, "\n"));
}

std::string SpeedText(const SpeedState& speed) {
  const double frame_us = 1e3 * speed.frame_ms;
  std::string text = fmt::format(
      "a frame of {:g} ms takes {:.2f} ms, 99th percentile {:.2f} ms:\n{:.1f} times real time, "
      "{:.1f} at the 99th percentile ({}, f32, one core)",
      speed.frame_ms, speed.run_us.median / 1e3, speed.run_us.p99 / 1e3,
      frame_us / speed.run_us.median, frame_us / speed.run_us.p99, speed.model);
  if (speed.run_us.p99 > frame_us) {
    text += "\nother programs keep this machine busy: at times live sound would break up";
  }
  return text;
}

std::string InstalledText(const std::vector<Installed>& all, const char* absent) {
  std::vector<std::string> lines;
  for (const Installed& one : all) {
    std::string line = PathText(one.path);
    if (!one.version.empty()) line += ", version " + one.version;
    if (!one.holds.empty()) line += fmt::format(": {}", fmt::join(one.holds, ", "));
    if (!one.problem.empty()) line += "; BROKEN: " + one.problem;
    lines.push_back(line);
  }
  return lines.empty() ? absent : fmt::format("{}", fmt::join(lines, "\n"));
}

std::string PipewireText(const PipewireState& pipewire) {
  if (!pipewire.installed && pipewire.version.empty()) return "not here";
  std::string text = pipewire.version.empty() ? "here" : pipewire.version;
  text += pipewire.filter_chain ? ", runs filter chains" : ", without its filter-chain module";
  return text + (pipewire.running ? ", running" : ", not running for this user");
}

std::vector<Line> Lines(const DoctorReport& r) {
  std::vector<Line> lines;
  lines.push_back({"program", fmt::format("deepfilter {}, {}", r.version, r.machine.compiler)});
  lines.push_back({"machine", fmt::format("{}, {} cores, {}; computes with {}",
                                          r.machine.processor.empty() ? "unknown processor"
                                                                      : r.machine.processor,
                                          r.machine.cores, r.machine.system, r.simd_target)});
  lines.push_back({"models", ModelsText(r.models)});
  if (r.leftovers.files > 0) {
    lines.push_back(
        {"",
         fmt::format("{} of unfinished downloads in the cache, {:.1f} MB; the next \"models "
                     "pull\" removes them",
                     r.leftovers.files == 1 ? "1 file" : fmt::format("{} files", r.leftovers.files),
                     static_cast<double>(r.leftovers.bytes) / 1e6)});
  }
  if (r.speed) {
    lines.push_back({"speed", SpeedText(*r.speed)});
    lines.push_back(
        {"denormals",
         fmt::format("count as zero: a frame of them takes {:.2f} ms{}", r.speed->denormal_us / 1e3,
                     r.speed->denormals_are_slow() ? ", which is SLOW" : "")});
  } else {
    lines.push_back({"speed", "not measured: " + r.model_problem});
  }
  lines.push_back({"library", InstalledText(r.libraries, "not here")});
  lines.push_back({"LADSPA", InstalledText(r.ladspa, "not here")});
  lines.push_back({"LV2", InstalledText(r.lv2, "not here")});
  lines.push_back({"CLAP", InstalledText(r.clap, "not here")});
  if (!r.plugin_model.empty()) {
    lines.push_back(
        {"plugins' model",
         r.plugin_model + (r.plugin_problem.empty() ? "" : "; BROKEN: " + r.plugin_problem)});
  }
  lines.push_back({"PipeWire", PipewireText(r.pipewire)});
  lines.push_back({"GStreamer", InstalledText(r.gstreamer, "not here")});
  lines.push_back({"OBS", InstalledText(r.obs, "not here")});
  lines.push_back({"ONNX Runtime", r.ort_version.empty()
                                       ? "not here; needed for --backend ort and for models that "
                                         "the program does not run itself"
                                       : r.ort_version + ", " + r.ort_path});
  return lines;
}

// Whether PipeWire can load the LADSPA library that was found first, or any of them by its name.
bool PipewireLoads(const DoctorReport& r) {
  return !r.pipewire.only_searched_folders ||
         std::any_of(r.ladspa.begin(), r.ladspa.end(), [](const Installed& library) {
           return NameForPipewire(library.path).searched;
         });
}

// Empty if there is no problem.
std::string PipewireProblem(const DoctorReport& r) {
  if (r.ladspa.empty() || PipewireLoads(r)) return {};
  const std::filesystem::path& library = r.ladspa.front().path;
  return fmt::format(
      "PipeWire {} loads LADSPA libraries only from the folders of its LADSPA_PATH or, without it, "
      "from /usr/lib64/ladspa and /usr/lib/ladspa, and {} is elsewhere; link it into one of them, "
      "or set LADSPA_PATH={} for PipeWire, as the output of \"deepfilter pipewire-config\" shows",
      r.pipewire.version, PathText(library), PathText(library.parent_path()));
}

void AddProblems(const std::vector<Installed>& all, std::vector<std::string>& problems) {
  for (const Installed& one : all) {
    if (!one.problem.empty()) problems.push_back(PathText(one.path) + ": " + one.problem);
  }
}

Json InstalledJson(const std::vector<Installed>& all) {
  Json list = Json::array();
  for (const Installed& one : all) {
    list.push_back({{"path", PathText(one.path)},
                    {"version", one.version},
                    {"holds", one.holds},
                    {"problem", one.problem}});
  }
  return list;
}

Json SpeedJson(const SpeedState& speed) {
  return {{"model", speed.model},
          {"frame_ms", speed.frame_ms},
          {"run_us",
           {{"count", speed.run_us.count},
            {"median", speed.run_us.median},
            {"p99", speed.run_us.p99},
            {"max", speed.run_us.max}}},
          {"fits", speed.fits()},
          {"denormal_us", speed.denormal_us},
          {"denormals_are_slow", speed.denormals_are_slow()}};
}

}  // namespace

bool SpeedState::fits() const { return run_us.median <= kMostOfAFrame * 1e3 * frame_ms; }

bool SpeedState::denormals_are_slow() const { return denormal_us > kSlowFactor * run_us.median; }

std::vector<std::string> Problems(const DoctorReport& r) {
  std::vector<std::string> problems;
  if (!r.model_problem.empty()) problems.push_back(r.model_problem);
  for (const ModelState& model : r.models) {
    if (model.damaged) {
      problems.push_back(
          fmt::format("{}: is not the official {}; fetch it again with: deepfilter "
                      "models pull {}",
                      model.path, model.name, model.name));
    }
  }
  if (r.speed && !r.speed->fits()) {
    problems.push_back(
        fmt::format("{} is too slow here for live sound: a frame of {:g} ms takes "
                    "up to {:.1f} ms",
                    r.speed->model, r.speed->frame_ms, r.speed->run_us.p99 / 1e3));
  }
  if (r.speed && r.speed->denormals_are_slow()) {
    problems.emplace_back("this processor computes slowly with denormal numbers");
  }
  AddProblems(r.libraries, problems);
  AddProblems(r.ladspa, problems);
  AddProblems(r.lv2, problems);
  AddProblems(r.clap, problems);
  if (std::string problem = PipewireProblem(r); !problem.empty()) {
    problems.push_back(std::move(problem));
  }
  AddProblems(r.gstreamer, problems);
  AddProblems(r.obs, problems);
  if (!r.plugin_problem.empty()) {
    problems.push_back("DEEPFILTER_PLUGIN_MODEL: " + r.plugin_problem);
  }
  return problems;
}

std::string DoctorText(const DoctorReport& report) {
  constexpr size_t kColumn = 16;
  std::string text;
  for (const Line& line : Lines(report)) {
    std::string_view rest = line.text;
    for (const char* subject = line.subject; !rest.empty(); subject = "") {
      const size_t end = rest.find('\n');
      text += fmt::format("{:<{}}{}\n", subject, kColumn, rest.substr(0, end));
      rest = end == std::string_view::npos ? "" : rest.substr(end + 1);
    }
  }
  const std::vector<std::string> problems = Problems(report);
  if (problems.empty()) return text + "\nAll is well.\n";
  text += fmt::format("\n{} to put right:\n", problems.size());
  for (const std::string& problem : problems) text += "  " + problem + "\n";
  return text;
}

std::string DoctorJson(const DoctorReport& r) {
  Json models = Json::array();
  for (const ModelState& model : r.models) {
    models.push_back({{"name", model.name},
                      {"built_in", model.built_in},
                      {"path", model.path.empty() ? Json(nullptr) : Json(model.path)},
                      {"damaged", model.damaged}});
  }
  const std::vector<std::string> problems = Problems(r);
  const Json json = {
      {"ok", problems.empty()},
      {"problems", problems},
      {"version", r.version},
      {"simd_target", r.simd_target},
      {"machine",
       {{"processor", r.machine.processor},
        {"cores", r.machine.cores},
        {"system", r.machine.system},
        {"compiler", r.machine.compiler}}},
      {"models", models},
      {"leftovers", {{"files", r.leftovers.files}, {"bytes", r.leftovers.bytes}}},
      {"speed", r.speed ? SpeedJson(*r.speed) : Json(nullptr)},
      {"libraries", InstalledJson(r.libraries)},
      {"ladspa", InstalledJson(r.ladspa)},
      {"lv2", InstalledJson(r.lv2)},
      {"clap", InstalledJson(r.clap)},
      {"plugin_model", r.plugin_model.empty() ? Json(nullptr) : Json(r.plugin_model)},
      {"pipewire",
       {{"installed", r.pipewire.installed},
        {"version", r.pipewire.version},
        {"filter_chain", r.pipewire.filter_chain},
        {"loads_ladspa", r.ladspa.empty() ? Json(nullptr) : Json(PipewireLoads(r))},
        {"running", r.pipewire.running}}},
      {"gstreamer", InstalledJson(r.gstreamer)},
      {"obs", InstalledJson(r.obs)},
      {"onnx_runtime", r.ort_version.empty()
                           ? Json(nullptr)
                           : Json{{"version", r.ort_version}, {"path", r.ort_path}}}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace dfn
