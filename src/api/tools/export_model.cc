#include "api/tools/export_model.h"

#include <memory>
#include <utility>

#include "api/open/open.h"
#include "api/tools/write_files.h"
#include "base/path_text.h"
#include "base/precision_name.h"
#include "convert/load/load.h"
#include "convert/surgery/merge.h"
#include "convert/surgery/split.h"
#include "ort/library.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;

// The source is read, files are made of it, they are complete under temporary names, and they have
// their own.
constexpr uint64_t kSteps = 4;
// Running the files takes about as long as this many of the steps above.
constexpr uint64_t kVerifySteps = 16;

WrittenFiles Written(std::string source, fs::path folder, const std::vector<NamedBytes>& files) {
  WrittenFiles written{.source = std::move(source), .folder = std::move(folder), .files = {}};
  for (const NamedBytes& file : files) written.files.push_back({file.name, file.bytes.size()});
  return written;
}

Status Write(const fs::path& folder, const std::vector<NamedBytes>& files, bool replace,
             ToolSteps& steps) {
  DFN_CHECK(steps.Done());
  DFN_CHECK(WriteFiles(folder, files, replace, [&] { return steps.Done(); }));
  return steps.Done();
}

std::string RoundedNote(const Model& model) {
  if (model.precision == Precision::kF32) return {};
  return model.origin.source + ": holds " + PrecisionName(model.precision) +
         " weights, and the exported files hold what rounding has left of them";
}

Result<Parity> Verify(const ExportRequest& request, const Model& model,
                      const std::vector<NamedBytes>& files,
                      std::shared_ptr<const ort::Library> library, ToolSteps& steps) {
  const size_t rate_hz = model.config.sample_rate_hz;
  std::vector<float> signal;
  if (request.verify_signal) {
    DFN_TRY(signal, request.verify_signal(rate_hz));
  } else {
    signal = SyntheticSignal(rate_hz);
  }
  DFN_TRY(Parity parity, MeasureParity(model, files, request.form, signal, std::move(library),
                                       [&](size_t frame, size_t frames) {
                                         return steps.Partly(kVerifySteps - 1, frame, frames);
                                       }));
  DFN_CHECK(steps.Done(kVerifySteps));
  return parity;
}

}  // namespace

Result<ExportReport> ExportToFolder(const ExportRequest& request, const StepFunction& step) {
  ToolSteps steps(step, kSteps + (request.verify ? kVerifySteps : 0));
  DFN_TRY(const Model model, OpenSource(request.source, request.config));
  DFN_CHECK(steps.Done());
  // Without it nothing is written, so that the same call works once it is there.
  std::shared_ptr<const ort::Library> library;
  if (request.verify) {
    DFN_TRY(library, ort::Library::Open(request.ort_library));
  }
  DFN_TRY(const std::vector<NamedBytes> files, ExportModel(model, request.form));
  DFN_CHECK(Write(request.folder, files, request.replace, steps));
  ExportReport report{.written = Written(model.origin.source, request.folder, files),
                      .parity = {},
                      .note = RoundedNote(model)};
  if (request.verify) {
    DFN_TRY(report.parity, Verify(request, model, files, std::move(library), steps));
  }
  return report;
}

Result<WrittenFiles> MergeToFile(const MergeRequest& request, const StepFunction& step) {
  ToolSteps steps(step, kSteps);
  DFN_TRY(const std::vector<NamedBytes> files, ReadModelFiles(PathOf(request.source)));
  DFN_CHECK(steps.Done());
  DFN_TRY(NamedBytes merged, MergeModelFiles(files, request.source));
  const fs::path target =
      request.target.empty() ? PathOf(request.source) / PathOf(merged.name) : request.target;
  merged.name = PathText(target.filename());
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  std::vector<NamedBytes> made;
  made.push_back(std::move(merged));
  DFN_CHECK(Write(folder, made, request.replace, steps));
  return Written(request.source, folder, made);
}

Result<WrittenFiles> SplitToFolder(const SplitRequest& request, const StepFunction& step) {
  ToolSteps steps(step, kSteps);
  ExportOptions form = request.form;
  form.layout = ExportLayout::kStreaming;
  DFN_TRY(const std::vector<NamedBytes> files, ReadModelFiles(PathOf(request.source)));
  DFN_CHECK(steps.Done());
  DFN_TRY(const std::vector<NamedBytes> parts, SplitModelFiles(files, request.source, form));
  DFN_CHECK(Write(request.folder, parts, request.replace, steps));
  return Written(request.source, request.folder, parts);
}

}  // namespace dfn
