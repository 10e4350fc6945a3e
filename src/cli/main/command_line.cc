#include "cli/main/command_line.h"

#include <algorithm>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/open/network.h"
#include "base/printable.h"
#include "cli/arguments.h"
#include "cli/compare/backend_trial.h"
#include "cli/deep_filter/deep_filter.h"
#include "cli/end_without_memory.h"
#include "cli/enhance/enhance_command.h"
#include "cli/help_text.h"
#include "cli/live/live_command.h"
#include "cli/message.h"
#include "kernels/targets.h"
#include "os/environment.h"
#include "os/process/child_process.h"
#include "os/process/interrupt.h"
#include "os/process/program_start.h"

namespace dfn {
namespace {

constexpr std::string_view kHelp = "help";

// The instruction set that --simd or $DEEPFILTER_SIMD selects, before anything computes.
Status SelectSimd(const CommandLine& line) {
  UseTiles();
  for (const std::string* simd :
       {&line.enhance.engine.simd, &line.process.engine.simd, &line.compare_backends.engine.simd,
        &line.live.simd, &line.bench.simd}) {
    if (simd->empty()) continue;
    DFN_CHECK(CheckKernelTarget("--simd", *simd));
    // Processes that compare-backends starts inherit it.
    PutEnvironmentVariable(kKernelTargetVariable, *simd);
  }
  return PrepareKernelTarget();
}

ExitCode Dispatch(const std::string& command, const CommandLine& line) {
  if (!command.starts_with("compare") && command != "inspect" && command != "bench" &&
      command != "doctor") {
    InstallSignalHandlers();
  }
  if (command == "enhance") return RunEnhance(line.enhance);
  if (command == "process") return RunEnhance(line.process);
  if (command == "live") return RunLive(line.live);
  if (command == "devices") return RunDevices(line.devices);
  if (command == "compare") return RunCompare(line.compare);
  if (command == "compare-backends") return RunCompareBackends(line.compare_backends);
  if (command == "plot") return RunPlot(line.plot);
  if (command == "inspect") return RunInspect(line.inspect);
  if (command == "export") return RunExport(line.export_model);
  if (command == "pack") return RunPack(line.pack);
  if (command == "merge") return RunMerge(line.merge);
  if (command == "split") return RunSplit(line.split);
  if (command == "bench") return RunBench(line.bench);
  if (command == "doctor") return RunDoctor(line.doctor);
  if (command == "pipewire-config") return RunPipewireConfig(line.pipewire_config);
  return RunModels(line.models);
}

// "deepfilter help [COMMAND]", which prints what "deepfilter [COMMAND] --help" does.
ExitCode RunHelp(int argc, const char* const* argv) {
  const std::string command = argc > 2 && argv[2][0] != '-' ? argv[2] : "";
  const std::vector<std::string> commands = HelpCommands();
  if (!command.empty() && command != kHelp &&
      std::find(commands.begin(), commands.end(), command) == commands.end()) {
    PrintError(Quoted(command) + " is no command; see \"deepfilter -h\"");
    return kExitUsage;
  }
  return PrintResult(HelpText(command, true));
}

ParsedArguments ParseCommandLine(int argc, const char* const* argv, CommandLine& line) {
  const EndWithoutMemory end;
  Arguments program("deepfilter " DEEPFILTER_VERSION);
  DefineCommands(program, line);
  return program.Parse(argc, argv);
}

}  // namespace

void DefineCommands(Arguments& program, CommandLine& line) {
  program.RequireCommands(1, 1);
  DefineEnhance(program.Command("enhance"), line.enhance);
  DefineProcess(program.Command("process"), line.process);
  DefineLive(program.Command("live"), line.live);
  DefineDevices(program.Command("devices"), line.devices);
  DefineCompare(program.Command("compare"), line.compare);
  DefineCompareBackends(program.Command("compare-backends"), line.compare_backends);
  DefinePlot(program.Command("plot"), line.plot);
  DefineInspect(program.Command("inspect"), line.inspect);
  DefineExport(program.Command("export"), line.export_model);
  DefinePack(program.Command("pack"), line.pack);
  DefineMerge(program.Command("merge"), line.merge);
  DefineSplit(program.Command("split"), line.split);
  DefineModels(program.Command("models"), line.models);
  DefineBench(program.Command("bench"), line.bench);
  DefineDoctor(program.Command("doctor"), line.doctor);
  DefinePipewireConfig(program.Command("pipewire-config"), line.pipewire_config);
}

ExitCode RunCommandLine(int argc, const char* const* argv) {
  try {
    const ProgramStart start(argc, argv);
    if (const std::optional<int> status = RunAsChild(TrialWorks()))
      return static_cast<ExitCode>(*status);
    argc = start.argc();
    argv = start.argv();
    if (CalledDeepFilter(argc, argv)) return RunDeepFilter(argc, argv);
    if (argc > 1 && argv[1] == kHelp) return RunHelp(argc, argv);
    CommandLine line;
    const ParsedArguments parsed = ParseCommandLine(argc, argv, line);
    switch (parsed.kind) {
      case ParsedArguments::Kind::kCommand:
        break;
      case ParsedArguments::Kind::kHelp:
        return PrintResult(HelpText(parsed.command, false));
      case ParsedArguments::Kind::kFullHelp:
        return PrintResult(HelpText(parsed.command, true));
      case ParsedArguments::Kind::kVersion:
        return PrintResult(parsed.text);
      case ParsedArguments::Kind::kUsageError:
        PrintError(parsed.text + "; see \"deepfilter " + parsed.command +
                   (parsed.command.empty() ? "-h\"" : " -h\""));
        return kExitUsage;
    }
    if (const Status status = SelectSimd(line); !status.ok()) return Fail(status.error());
    return Dispatch(parsed.command, line);
  } catch (const std::bad_alloc&) {
    return Fail({ErrorCode::kIo, "out of memory"});
  }
}

}  // namespace dfn
