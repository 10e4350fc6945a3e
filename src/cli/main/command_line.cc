#include "cli/main/command_line.h"

#include <CLI/CLI.hpp>
#include <new>
#include <string>

#include "cli/deep_filter/deep_filter.h"
#include "cli/enhance/enhance_command.h"
#include "cli/help_text.h"
#include "cli/interrupt.h"
#include "cli/message.h"
#include "kernels/targets.h"

namespace dfn {
namespace {

std::string ParsedCommand(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? "" : commands.front()->get_name();
}

// CLI11's sentence, in the form of ours.
std::string UsageSentence(const CLI::ParseError& error, const std::string& command) {
  std::string text = error.what();
  while (!text.empty() && (text.back() == '.' || text.back() == '\n')) text.pop_back();
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return text + "; see \"deepfilter " + (command.empty() ? "" : command + " ") + "-h\"";
}

// The instruction set that --simd or $DEEPFILTER_SIMD selects, before anything computes.
Status SelectSimd(const CommandLine& line) {
  for (const std::string* simd : {&line.enhance.engine.simd, &line.process.engine.simd,
                                  &line.compare_backends.engine.simd, &line.bench.simd}) {
    if (!simd->empty()) return SelectKernelTarget(*simd);
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
  if (command == "compare") return RunCompare(line.compare);
  if (command == "compare-backends") return RunCompareBackends(line.compare_backends);
  if (command == "inspect") return RunInspect(line.inspect);
  if (command == "export") return RunExport(line.export_model);
  if (command == "merge") return RunMerge(line.merge);
  if (command == "split") return RunSplit(line.split);
  if (command == "bench") return RunBench(line.bench);
  if (command == "doctor") return RunDoctor(line.doctor);
  if (command == "pipewire-config") return RunPipewireConfig(line.pipewire_config);
  return RunModels(line.models);
}

}  // namespace

void DefineCommands(CLI::App& app, CommandLine& line) {
  app.set_help_flag("-h");
  app.set_help_all_flag("--help");
  app.set_version_flag("--version", "deepfilter " DEEPFILTER_VERSION);
  app.require_subcommand(1);
  DefineEnhance(*app.add_subcommand("enhance"), line.enhance);
  DefineProcess(*app.add_subcommand("process"), line.process);
  DefineCompare(*app.add_subcommand("compare"), line.compare);
  DefineCompareBackends(*app.add_subcommand("compare-backends"), line.compare_backends);
  DefineInspect(*app.add_subcommand("inspect"), line.inspect);
  DefineExport(*app.add_subcommand("export"), line.export_model);
  DefineMerge(*app.add_subcommand("merge"), line.merge);
  DefineSplit(*app.add_subcommand("split"), line.split);
  DefineModels(*app.add_subcommand("models"), line.models);
  DefineBench(*app.add_subcommand("bench"), line.bench);
  DefineDoctor(*app.add_subcommand("doctor"), line.doctor);
  DefinePipewireConfig(*app.add_subcommand("pipewire-config"), line.pipewire_config);
}

ExitCode RunCommandLine(int argc, const char* const* argv) {
  try {
    if (CalledDeepFilter(argc, argv)) return RunDeepFilter(argc, argv);
    CLI::App app;
    CommandLine line;
    DefineCommands(app, line);
    try {
      app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
      return PrintResult(HelpText(ParsedCommand(app), false));
    } catch (const CLI::CallForAllHelp&) {
      return PrintResult(HelpText(ParsedCommand(app), true));
    } catch (const CLI::CallForVersion& version) {
      return PrintResult(version.what());
    } catch (const CLI::ParseError& error) {
      PrintError(UsageSentence(error, ParsedCommand(app)));
      return kExitUsage;
    }
    if (const Status status = SelectSimd(line); !status.ok()) return Fail(status.error());
    return Dispatch(ParsedCommand(app), line);
  } catch (const std::bad_alloc&) {
    return Fail({ErrorCode::kIo, "out of memory"});
  }
}

}  // namespace dfn
