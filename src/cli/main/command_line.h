// The whole program: parses a command line, runs its command.
#ifndef DEEPFILTER_CLI_MAIN_COMMAND_LINE_H_
#define DEEPFILTER_CLI_MAIN_COMMAND_LINE_H_

#include "cli/bench/bench_command.h"
#include "cli/compare/compare_backends_command.h"
#include "cli/compare/compare_command.h"
#include "cli/doctor/doctor_command.h"
#include "cli/doctor/pipewire_config_command.h"
#include "cli/enhance/enhance_options.h"
#include "cli/exit_code.h"
#include "cli/live/devices_command.h"
#include "cli/live/live_options.h"
#include "cli/models/export_command.h"
#include "cli/models/inspect_command.h"
#include "cli/models/merge_command.h"
#include "cli/models/models_command.h"
#include "cli/models/pack_command.h"
#include "cli/plot/plot_command.h"

namespace dfn {

class Arguments;

struct CommandLine {
  EnhanceOptions enhance;
  EnhanceOptions process;
  CompareOptions compare;
  CompareBackendsOptions compare_backends;
  LiveOptions live;
  DevicesOptions devices;
  PlotCommandOptions plot;
  InspectOptions inspect;
  ExportCommandOptions export_model;
  PackOptions pack;
  MergeOptions merge;
  SplitOptions split;
  ModelsOptions models;
  BenchOptions bench;
  DoctorOptions doctor;
  PipewireConfigOptions pipewire_config;
};

// Adds every command and its options to `program`, to be parsed into `line`.
void DefineCommands(Arguments& program, CommandLine& line);

// As main(): returns the exit status.
ExitCode RunCommandLine(int argc, const char* const* argv);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_MAIN_COMMAND_LINE_H_
