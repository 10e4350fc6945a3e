#include "cli/bench/bench_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "api/open/network.h"
#include "api/open/open.h"
#include "audio/sound_file.h"
#include "base/checked.h"
#include "base/path_text.h"
#include "base/precision_name.h"
#include "bench/layer_profile.h"
#include "bench/machine.h"
#include "bench/roof.h"
#include "bench/speeds.h"
#include "cli/arguments.h"
#include "cli/bench/bench_report.h"
#include "cli/engine_options.h"
#include "cli/message.h"
#include "kernels/targets.h"
#include "verify/parity.h"

namespace dfn {
namespace {

using Clock = std::chrono::steady_clock;

// The values of --mode besides the modes of bench/speeds.h.
constexpr std::string_view kLoad = "load";
constexpr std::string_view kMemory = "memory";
constexpr std::string_view kLayers = "layers";
constexpr std::string_view kRoof = "roof";
constexpr std::string_view kOthers[] = {kLoad, kMemory, kLayers, kRoof};

// Loading is timed at least this often.
constexpr size_t kLeastLoads = 5;
// Sizes of arrays for the roof are multiples of this many bytes.
constexpr size_t kRoofStep = 1024;
// The sound is kept in memory; a longer one changes no figure.
constexpr size_t kMostSoundSeconds = 60;
// Instruction sets other than this machine's best are measured in these modes only, unless the user
// asks for more.
constexpr std::string_view kModesOfOtherTargets[] = {"live", "file"};

// The options with every name resolved.
struct BenchPlan {
  std::vector<const bench::Mode*> modes;
  std::vector<Precision> precisions;
  std::vector<KernelTarget> targets;
  std::vector<std::string_view> others;

  bool Wants(std::string_view other) const {
    return std::find(others.begin(), others.end(), other) != others.end();
  }
};

Error Unknown(std::string_view what, std::string_view name,
              const std::vector<std::string_view>& known) {
  return {ErrorCode::kInvalidArgument, fmt::format("{} \"{}\" is not known; choose from {}", what,
                                                   name, fmt::join(known, ", "))};
}

Status PlanModes(const BenchOptions& options, BenchPlan& plan) {
  std::vector<std::string_view> known;
  for (const bench::Mode& mode : bench::Modes()) known.push_back(mode.name);
  known.insert(known.end(), std::begin(kOthers), std::end(kOthers));
  std::vector<std::string_view> wanted(options.modes.begin(), options.modes.end());
  if (wanted.empty()) wanted = known;
  for (const std::string_view name : wanted) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return Unknown("mode", name, known);
    }
    if (const bench::Mode* mode = bench::FindMode(name)) {
      plan.modes.push_back(mode);
    } else {
      plan.others.push_back(name);
    }
  }
  return {};
}

Status PlanPrecisions(const BenchOptions& options, BenchPlan& plan) {
  std::vector<std::string_view> known;
  for (const Precision precision : Precisions()) known.push_back(PrecisionName(precision));
  std::vector<std::string_view> wanted(options.precisions.begin(), options.precisions.end());
  if (wanted.empty()) wanted = known;
  for (const std::string_view name : wanted) {
    const std::optional<Precision> precision = FindPrecision(name);
    if (!precision) return Unknown("precision", name, known);
    plan.precisions.push_back(*precision);
  }
  return {};
}

Status PlanTargets(const BenchOptions& options, BenchPlan& plan) {
  const std::vector<KernelTarget> supported = SupportedKernelTargets();
  if (options.targets.empty()) {
    plan.targets = KernelTargetIsSelected() ? std::vector{ActiveKernelTarget()} : supported;
    return {};
  }
  std::vector<std::string_view> known;
  for (const KernelTarget target : supported) known.push_back(KernelTargetName(target));
  for (const std::string& name : options.targets) {
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end()) return Unknown("target", name, known);
    plan.targets.push_back(supported[static_cast<size_t>(found - known.begin())]);
  }
  return {};
}

Result<BenchPlan> MakePlan(const BenchOptions& options) {
  BenchPlan plan;
  DFN_CHECK(PlanModes(options, plan));
  DFN_CHECK(PlanPrecisions(options, plan));
  DFN_CHECK(PlanTargets(options, plan));
  if (!options.reference.empty() && options.sound.empty()) {
    return Error{ErrorCode::kInvalidArgument,
                 "--reference asks for the sound that it is the enhanced form of: --sound FILE"};
  }
  return plan;
}

// The first channel of a sound file.
Result<std::vector<float>> ReadSound(const std::string& path, const Config& config) {
  DFN_TRY(const auto reader, OpenSoundFile(PathOf(path)));
  const SoundInfo& info = reader->info();
  if (info.rate_hz != config.sample_rate_hz) {
    return Error{ErrorCode::kUnsupported, fmt::format("{}: has {} Hz, expected the model's {} Hz",
                                                      path, info.rate_hz, config.sample_rate_hz)};
  }
  std::vector<float> interleaved(kMostSoundSeconds * info.rate_hz * info.channels);
  DFN_TRY(const size_t frames, reader->Read(interleaved));
  DFN_CHECK(CheckWhole(*reader));
  std::vector<float> sound(frames);
  for (size_t i = 0; i < frames; ++i) sound[i] = interleaved[i * info.channels];
  return sound;
}

Result<std::vector<LoadTimes>> MeasureLoads(const BenchOptions& options, const BenchPlan& plan) {
  const auto ms = [](Clock::duration time) {
    return std::chrono::duration<float, std::milli>(time).count();
  };
  std::vector<LoadTimes> loads;
  for (const Precision precision : plan.precisions) {
    std::vector<float> open_ms;
    std::vector<float> pack_ms;
    const Clock::time_point start = Clock::now();
    while (open_ms.size() < kLeastLoads || ms(Clock::now() - start) < 1e3 * options.seconds) {
      const Clock::time_point begin = Clock::now();
      DFN_TRY(const Model model, OpenModel(options.model));
      const Clock::time_point opened = Clock::now();
      DFN_TRY(const auto network, MakeNetwork(model, precision));
      pack_ms.push_back(ms(Clock::now() - opened));
      open_ms.push_back(ms(opened - begin));
    }
    loads.push_back(
        {bench::Summarize(open_ms), PrecisionName(precision), bench::Summarize(pack_ms)});
  }
  return loads;
}

Status MeasureAllSpeeds(const BenchOptions& options, const BenchPlan& plan, const Model& model,
                        std::span<const float> sound, std::span<const float> reference,
                        BenchReport& report) {
  for (const KernelTarget target : plan.targets) {
    bench::SpeedPlan speeds = {target, plan.modes, plan.precisions, options.seconds};
    if (options.targets.empty() && target != plan.targets.front()) {
      std::erase_if(speeds.modes, [](const bench::Mode* mode) {
        return std::find(std::begin(kModesOfOtherTargets), std::end(kModesOfOtherTargets),
                         mode->name) == std::end(kModesOfOtherTargets);
      });
    }
    DFN_TRY(const auto lines, bench::MeasureSpeeds(model, speeds, sound, reference));
    report.speeds.insert(report.speeds.end(), lines.begin(), lines.end());
  }
  return {};
}

// Profiles one precision on one target with one frame a call, many frames, and many streams.
Status MeasureProfiles(const BenchOptions& options, Precision precision, KernelTarget target,
                       const Model& model, std::span<const float> sound, BenchReport& report) {
  const struct {
    const char* mode;
    bench::CallShape shape;
  } shapes[] = {
      {"live", {}}, {"file", {.frames = bench::kFileFrames}}, {"streams", {.streams = 64}}};
  DFN_TRY(const std::shared_ptr<const Network> network, MakeNetwork(model, precision));
  for (const auto& [mode, shape] : shapes) {
    DFN_TRY(auto profile,
            bench::ProfileLayers(model, network, shape, sound, options.seconds, precision));
    // The size of all weights, since a call reads each of them before it reads the first again.
    size_t bytes = 0;
    for (const bench::PartTime& part : profile.parts) bytes += part.weight_bytes;
    report.profiles.push_back(
        {mode, PrecisionName(precision), KernelTargetName(target), std::move(profile),
         bench::MeasureReadSpeed(RoundUp(bytes, kRoofStep)), bench::MeasureMultiplyAdds()});
  }
  return {};
}

// Profiles every precision on the first target.
Status MeasureAllProfiles(const BenchOptions& options, const BenchPlan& plan, const Model& model,
                          std::span<const float> sound, BenchReport& report) {
  const KernelTarget target = plan.targets.front();
  ForceKernelTarget(target);
  Status status;
  for (const Precision precision : plan.precisions) {
    if (status.ok()) {
      status = MeasureProfiles(options, precision, target, model, sound, report);
    }
  }
  ForceKernelTarget({});
  return status;
}

void MeasureRoofs(const BenchPlan& plan, BenchReport& report) {
  for (const KernelTarget target : plan.targets) {
    ForceKernelTarget(target);
    report.roofs.push_back({KernelTargetName(target), bench::MeasureRoof()});
  }
  ForceKernelTarget({});
}

Result<BenchReport> Measure(const BenchOptions& options) {
  DFN_TRY(const BenchPlan plan, MakePlan(options));
  DFN_TRY(const Model model, OpenModel(options.model));
  BenchReport report;
  report.machine = bench::DescribeMachine();
  report.model = model.origin.source;
  report.variant = VariantName(model.config);
  report.hop_size = model.config.hop_size;
  report.sample_rate_hz = model.config.sample_rate_hz;
  report.sound = options.sound.empty() ? "synthetic" : options.sound;

  std::vector<float> sound = SyntheticSignal(model.config.sample_rate_hz);
  if (!options.sound.empty()) {
    DFN_TRY(sound, ReadSound(options.sound, model.config));
  }
  std::vector<float> reference;
  if (options.reference.empty()) {
    report.reference = fmt::format("{} on {}", PrecisionName(Precisions().front()),
                                   KernelTargetName(ActiveKernelTarget()));
    DFN_TRY(reference, bench::ReferenceOutput(model, sound));
  } else {
    report.reference = options.reference;
    DFN_TRY(reference, ReadSound(options.reference, model.config));
  }

  if (plan.Wants(kLoad)) {
    DFN_TRY(report.loads, MeasureLoads(options, plan));
  }
  if (plan.Wants(kMemory)) {
    for (const Precision precision : plan.precisions) {
      DFN_TRY(const auto memory, bench::MeasureMemory(model, precision));
      if (memory) report.memory.push_back({PrecisionName(precision), *memory});
    }
  }
  if (!plan.modes.empty()) {
    DFN_CHECK(MeasureAllSpeeds(options, plan, model, sound, reference, report));
  }
  if (plan.Wants(kLayers)) DFN_CHECK(MeasureAllProfiles(options, plan, model, sound, report));
  if (plan.Wants(kRoof)) MeasureRoofs(plan, report);
  return report;
}

}  // namespace

void DefineBench(Arguments& command, BenchOptions& options) {
  command.Option("-m,--model", &options.model);
  command.Option("--sound", &options.sound);
  command.Option("--reference", &options.reference);
  command.Option("--mode", &options.modes, {.comma_separated = true});
  command.Option("--precision", &options.precisions, {.comma_separated = true});
  command.Option("--target", &options.targets, {.comma_separated = true});
  DefineSimd(command, options.simd);
  command.Option("--seconds", &options.seconds, {.range = {{0.0, 3600.0}}});
  command.Flag("--json", options.json);
}

ExitCode RunBench(const BenchOptions& options) {
  const auto report = Measure(options);
  if (!report.ok()) return Fail(report.error());
  return PrintResult(options.json ? BenchJson(*report) : BenchText(*report));
}

}  // namespace dfn
