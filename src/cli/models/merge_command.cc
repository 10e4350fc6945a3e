#include "cli/models/merge_command.h"

#include <fmt/format.h>

#include <filesystem>
#include <vector>

#include "cli/arguments.h"
#include "cli/message.h"
#include "cli/models/write_files.h"
#include "convert/load/load.h"
#include "convert/surgery/merge.h"
#include "convert/surgery/split.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;

Result<std::string> Merge(const MergeOptions& options) {
  DFN_TRY(const std::vector<NamedBytes> files, ReadModelFiles(options.folder));
  DFN_TRY(NamedBytes merged, MergeModelFiles(files, options.folder));
  fs::path target = fs::path(options.folder) / merged.name;
  if (!options.output.empty()) target = options.output;
  merged.name = target.filename().string();
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  DFN_CHECK(WriteFiles(folder, {&merged, 1}, options.force));
  return target.string();
}

Result<std::string> Split(const SplitOptions& options) {
  ExportForm form = options.form;
  form.layout = LayoutName(ExportLayout::kStreaming);
  DFN_TRY(const ExportOptions wanted, ParseExportForm(form));
  DFN_TRY(const std::vector<NamedBytes> files, ReadModelFiles(options.source));
  DFN_TRY(const std::vector<NamedBytes> parts, SplitModelFiles(files, options.source, wanted));
  DFN_CHECK(WriteFiles(options.output, parts, options.force));
  std::string text = fmt::format("{} -> {}\n", options.source, options.output);
  for (const NamedBytes& part : parts) {
    text += fmt::format("  {:<26}{:>12} bytes\n", part.name, part.bytes.size());
  }
  return text;
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
