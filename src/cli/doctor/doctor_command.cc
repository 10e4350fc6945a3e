#include "cli/doctor/doctor_command.h"

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

#include "api/open/network.h"
#include "api/open/open.h"
#include "base/path_text.h"
#include "bench/stream_run.h"
#include "cli/arguments.h"
#include "cli/doctor/doctor_report.h"
#include "cli/doctor/plugin_paths.h"
#include "cli/message.h"
#include "kernels/targets.h"
#include "ort/library.h"
#include "os/atomic_file.h"
#include "os/environment.h"
#include "store/cache.h"
#include "store/embedded.h"
#include "store/known_models.h"
#include "verify/parity.h"

namespace dfn {
namespace {

// Measuring time of each of the two speeds: a hundred frames of 10 ms and more, at a tenth of real
// time.
constexpr double kMeasureSeconds = 0.3;

std::vector<ModelState> FindModels() {
  std::vector<ModelState> models;
  for (const KnownModel& known : KnownModels()) {
    ModelState model;
    model.name = known.name;
    model.built_in = known.name == EmbeddedModelName();
    if (const auto place = FindModel(known); place.ok()) {
      model.path = PathText(place->path);
      model.damaged = place->state == CacheState::kDamaged;
    } else if (place.error().code == ErrorCode::kIo) {
      model.path = known.archive;
      model.damaged = true;
    }
    models.push_back(std::move(model));
  }
  return models;
}

Leftovers FindLeftovers() {
  Leftovers found;
  const auto folder = CacheFolder();
  if (!folder.ok()) return found;
  for (const std::filesystem::path& file : StaleTemporaries(*folder)) {
    std::error_code gone;
    const uintmax_t bytes = std::filesystem::file_size(file, gone);
    if (gone) continue;
    ++found.files;
    found.bytes += bytes;
  }
  return found;
}

Result<SpeedState> MeasureSpeed(const std::string& source) {
  DFN_TRY(const Model model, OpenModel(source));
  DFN_TRY(const std::shared_ptr<const Network> network, MakeNetwork(model));
  const Config& config = model.config;
  SpeedState speed;
  speed.model = VariantName(config);
  speed.frame_ms =
      1e3 * static_cast<double>(config.hop_size) / static_cast<double>(config.sample_rate_hz);
  const std::vector<float> noise = SyntheticSignal(config.sample_rate_hz);
  DFN_TRY(bench::StreamRun live, bench::StreamRun::Create(network, {}, noise));
  live.Measure(kMeasureSeconds);
  speed.run_us = live.frame_us();
  // Half the smallest number that is not denormal.
  const std::vector<float> denormal(noise.size(), 0.5f * 1.17549435e-38f);
  DFN_TRY(bench::StreamRun quiet, bench::StreamRun::Create(network, {}, denormal));
  quiet.Measure(kMeasureSeconds);
  speed.denormal_us = quiet.frame_us().median;
  return speed;
}

DoctorReport Examine(const DoctorOptions& options) {
  DoctorReport report;
  report.version = DEEPFILTER_VERSION;
  report.simd_target = KernelTargetName(ActiveKernelTarget());
  report.machine = bench::DescribeMachine();
  report.models = FindModels();
  report.leftovers = FindLeftovers();
  auto speed = MeasureSpeed(options.model);
  if (speed.ok()) {
    report.speed = *speed;
  } else {
    report.model_problem = speed.error().message;
  }
  if (const auto model = EnvironmentVariable("DEEPFILTER_PLUGIN_MODEL")) {
    report.plugin_model = *model;
    const auto opened = OpenModel(*model);
    if (!opened.ok()) report.plugin_problem = opened.error().message;
  }
  for (const auto& path : FindAll(LibraryFolders(), kLibraryFile)) {
    report.libraries.push_back(InspectLibrary(path));
  }
  for (const auto& path : FindAll(LadspaFolders(), kLadspaFile)) {
    report.ladspa.push_back(InspectLadspa(path));
  }
  for (const auto& path : FindAll(Lv2Folders(), kLv2Bundle)) {
    report.lv2.push_back(InspectLv2(path));
  }
  for (const auto& path : FindAll(ClapFolders(), kClapFile)) {
    report.clap.push_back(InspectClap(path));
  }
  report.pipewire = InspectPipewire();
  for (const auto& path : FindAll(GstreamerFolders(), kGstreamerFile)) {
    report.gstreamer.push_back(InspectGstreamer(path));
  }
  for (const auto& path : FindAll(ObsFolders(), kObsFile)) {
    report.obs.push_back(InspectObs(path));
  }
  const auto runtime = ort::Library::Open();
  if (runtime.ok()) {
    report.ort_version = (*runtime)->version();
    report.ort_path = PathText((*runtime)->path());
  }
  return report;
}

}  // namespace

void DefineDoctor(Arguments& command, DoctorOptions& options) {
  command.Option("-m,--model", &options.model);
  command.Flag("--json", options.json);
}

ExitCode RunDoctor(const DoctorOptions& options) {
  const DoctorReport report = Examine(options);
  const ExitCode printed = PrintResult(options.json ? DoctorJson(report) : DoctorText(report));
  if (printed != kExitOk) return printed;
  return Problems(report).empty() ? kExitOk : kExitFailed;
}

}  // namespace dfn
