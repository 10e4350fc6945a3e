#include "cli/models/pack_command.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "api/tools/pack_model.h"
#include "base/path_text.h"
#include "base/precision_name.h"
#include "cli/arguments.h"
#include "cli/message.h"
#include "cli/models/written.h"

namespace dfn {
namespace {

std::string Describe(const PackReport& report) {
  return fmt::format("{} -> {}\n  {:<26}{:>12} bytes\n", report.source, PathText(report.file),
                     PrecisionName(report.precision), report.bytes);
}

}  // namespace

void DefinePack(Arguments& command, PackOptions& options) {
  std::vector<std::string> names;
  for (const Precision precision : Precisions()) names.emplace_back(PrecisionName(precision));
  command.Option("MODEL", &options.source);
  command.Option("-o,--output", &options.output, {.required = true});
  command.Option("--precision", &options.precision, {.choices = std::move(names)});
  command.Option("--config", &options.config);
  command.Flag("-f,--force", options.force);
  command.Flag("--json", options.json);
}

ExitCode RunPack(const PackOptions& options) {
  const PackRequest request{.source = options.source,
                            .config = options.config,
                            .target = PathOf(options.output),
                            .precision = FindPrecision(options.precision),
                            .replace = options.force};
  const auto report = PackToFile(request, StopWhenInterrupted);
  if (!report.ok()) return Fail(report.error());
  return PrintResult(options.json ? ReportText(*report) : Describe(*report));
}

}  // namespace dfn
