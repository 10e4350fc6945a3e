#include "cli/models/export_command.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "api/open/open.h"
#include "cli/arguments.h"
#include "cli/compare/trial_signal.h"
#include "cli/message.h"
#include "cli/models/write_files.h"
#include "verify/parity.h"

namespace dfn {
namespace {

using Json = nlohmann::ordered_json;

Result<Parity> Verify(const Model& model, const std::vector<NamedBytes>& files,
                      const ExportOptions& form, const ExportCommandOptions& options) {
  DFN_TRY(const std::vector<float> signal,
          ReadTrialSignal(options.verify_audio, model.config.sample_rate_hz));
  DFN_TRY(auto library, ort::Library::Open(options.ort_library));
  return MeasureParity(model, files, form, signal, std::move(library));
}

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

Json Optional(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json ParityJson(const Parity& parity) {
  Json tensors = Json::array();
  for (const TensorParity& tensor : parity.tensors) {
    tensors.push_back({{"name", tensor.name},
                       {"max_error", tensor.max_error},
                       {"max_value", tensor.max_value},
                       {"most_error", Optional(tensor.most_error)}});
  }
  return {{"runtime", parity.runtime},
          {"frames", parity.frames},
          {"tensors", tensors},
          {"snr_db", parity.snr_db},
          {"least_snr_db", Optional(parity.least_snr_db)},
          {"passed", parity.passed()}};
}

std::string Describe(const ExportCommandOptions& options, const Model& model,
                     const std::vector<NamedBytes>& files, const std::optional<Parity>& parity) {
  if (options.json) {
    Json list = Json::array();
    for (const NamedBytes& file : files) {
      list.push_back({{"name", file.name}, {"bytes", file.bytes.size()}});
    }
    Json json = {{"source", model.origin.source}, {"folder", options.output}, {"files", list}};
    json["parity"] = parity ? ParityJson(*parity) : Json(nullptr);
    return json.dump(2);
  }
  std::string text = fmt::format("{} -> {}\n", model.origin.source, options.output);
  for (const NamedBytes& file : files) {
    text += fmt::format("  {:<26}{:>12} bytes\n", file.name, file.bytes.size());
  }
  if (parity) text += ParityTable(*parity);
  return text;
}

Result<ExitCode> Export(const ExportCommandOptions& options) {
  DFN_TRY(const ExportOptions form, ParseExportForm(options.form));
  DFN_TRY(const Model model, OpenSource(options.source, options.config));
  DFN_TRY(const std::vector<NamedBytes> files, ExportModel(model, form));
  DFN_CHECK(WriteFiles(options.output, files, options.force));
  std::optional<Parity> parity;
  if (options.verify) {
    DFN_TRY(parity, Verify(model, files, form, options));
  }
  const ExitCode printed = PrintResult(Describe(options, model, files, parity));
  return parity && !parity->passed() ? kExitFailed : printed;
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
