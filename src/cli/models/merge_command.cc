#include "cli/models/merge_command.h"

#include <filesystem>

#include "api/tools/export_model.h"
#include "base/path_text.h"
#include "cli/arguments.h"
#include "cli/message.h"
#include "cli/models/written.h"

namespace dfn {
namespace {

Result<std::string> Merge(const MergeOptions& options) {
  const MergeRequest request{
      .source = options.folder, .target = PathOf(options.output), .replace = options.force};
  DFN_TRY(const WrittenFiles written, MergeToFile(request, StopWhenInterrupted));
  if (!options.output.empty()) return options.output;
  return PathText(written.folder / written.files.front().name);
}

Result<std::string> Split(const SplitOptions& options) {
  SplitRequest request{.source = options.source,
                       .folder = PathOf(options.output),
                       .form = {},
                       .replace = options.force};
  DFN_TRY(request.form, ParseExportForm(options.form));
  DFN_TRY(const WrittenFiles written, SplitToFolder(request, StopWhenInterrupted));
  return DescribeWritten(written);
}

ExitCode Print(const Result<std::string>& done) {
  return done.ok() ? PrintResult(*done) : Fail(done.error());
}

}  // namespace

void DefineMerge(Arguments& command, MergeOptions& options) {
  command.Option("DIR", &options.folder, {.required = true});
  command.Option("-o,--output", &options.output);
  command.Flag("-f,--force", options.force);
}

void DefineSplit(Arguments& command, SplitOptions& options) {
  command.Option("SOURCE", &options.source, {.required = true});
  command.Option("-o,--output", &options.output, {.required = true});
  DefineExportForm(command, options.form, false);
  command.Flag("-f,--force", options.force);
}

ExitCode RunMerge(const MergeOptions& options) { return Print(Merge(options)); }

ExitCode RunSplit(const SplitOptions& options) { return Print(Split(options)); }

}  // namespace dfn
