#include "cli/models/export_command.h"

#include <fmt/format.h>

#include <optional>

#include "api/tools/export_model.h"
#include "base/path_text.h"
#include "cli/arguments.h"
#include "cli/compare/trial_signal.h"
#include "cli/message.h"
#include "cli/models/written.h"
#include "verify/parity.h"

namespace dfn {
namespace {

// The limit that a figure must keep, if there is one.
std::string BoundText(const char* words, const std::optional<double>& bound) {
  return bound ? fmt::format(", {} {:g}", words, *bound) : "";
}

std::string ParityTable(const Parity& parity) {
  std::string text =
      fmt::format("\n{:<16}{:>14}{:>14}\n", "tensor", "largest error", "largest value");
  for (const TensorParity& tensor : parity.tensors) {
    text += fmt::format("{:<16}{:>14.2e}{:>14.3g}{}\n", tensor.name, tensor.max_error,
                        tensor.max_value, BoundText("may be", tensor.most_error));
  }
  if (parity.least_snr_db) {
    text += fmt::format("\nwaveform SNR {:.1f} dB{} dB\n", parity.snr_db,
                        BoundText("must be", parity.least_snr_db));
  }
  text += fmt::format("\n{} over {} frame{}: {}\n", parity.runtime, parity.frames,
                      parity.frames == 1 ? "" : "s", parity.passed() ? "equal" : "MISSED");
  return text;
}

std::string Describe(const ExportReport& report) {
  std::string text = DescribeWritten(report.written);
  if (report.parity) text += ParityTable(*report.parity);
  return text;
}

Result<ExitCode> Export(const ExportCommandOptions& options) {
  ExportRequest request{.source = options.source,
                        .config = options.config,
                        .folder = PathOf(options.output),
                        .form = {},
                        .replace = options.force,
                        .verify = options.verify,
                        .verify_signal = {},
                        .ort_library = options.ort_library};
  DFN_TRY(request.form, ParseExportForm(options.form));
  request.verify_signal = [&](size_t rate_hz) {
    return ReadTrialSignal(options.verify_audio, rate_hz);
  };
  DFN_TRY(const ExportReport report, ExportToFolder(request, StopWhenInterrupted));
  if (!report.note.empty()) PrintError("note: " + report.note);
  const ExitCode printed = PrintResult(options.json ? ReportText(report) : Describe(report));
  return report.parity && !report.parity->passed() ? kExitFailed : printed;
}

}  // namespace

void DefineExport(Arguments& command, ExportCommandOptions& options) {
  command.Option("SOURCE", &options.source);
  command.Option("-o,--output", &options.output, {.required = true});
  command.Option("--config", &options.config);
  DefineExportForm(command, options.form, true);
  command.Option("--verify", &options.verify_audio, {.given = &options.verify});
  command.Option("--ort-library", &options.ort_library);
  command.Flag("-f,--force", options.force);
  command.Flag("--json", options.json);
}

ExitCode RunExport(const ExportCommandOptions& options) {
  const Result<ExitCode> done = Export(options);
  return done.ok() ? *done : Fail(done.error());
}

}  // namespace dfn
