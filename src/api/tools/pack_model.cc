#include "api/tools/pack_model.h"

#include <cstdint>
#include <string>
#include <vector>

#include "api/open/open.h"
#include "api/tools/report_json.h"
#include "api/tools/write_files.h"
#include "base/path_text.h"
#include "base/precision_name.h"
#include "base/printable.h"
#include "convert/packed/packed_model.h"

namespace dfn {
namespace {

// The source is read, packed, complete under a temporary name, and has its own.
constexpr uint64_t kSteps = 4;

}  // namespace

Result<PackReport> PackToFile(const PackRequest& request, const StepFunction& step) {
  ToolSteps steps(step, kSteps);
  const std::string name = PathText(request.target.filename());
  if (name.empty() || name == "." || name == ".." || name == "-") {
    return Error{ErrorCode::kInvalidArgument, Quoted(PathText(request.target)) +
                                                  " names no file; a model is packed into a file, "
                                                  "such as dfn3.dfn"};
  }
  DFN_TRY(const Model model, OpenSource(request.source, request.config));
  const Precision precision = request.precision.value_or(model.precision);
  if (precision != model.precision && model.precision != Precision::kF32) {
    return Error{ErrorCode::kInvalidArgument, model.origin.source + ": holds " +
                                                  PrecisionName(model.precision) +
                                                  " weights; pack " + PrecisionName(precision) +
                                                  " from the model that this file was made from"};
  }
  DFN_CHECK(steps.Done());
  std::vector<NamedBytes> files;
  files.push_back({name, PackModel(model, precision)});
  DFN_CHECK(steps.Done());
  const std::filesystem::path folder =
      request.target.has_parent_path() ? request.target.parent_path() : ".";
  DFN_CHECK(WriteFiles(folder, files, request.replace, [&] { return steps.Done(); }));
  DFN_CHECK(steps.Done());
  return PackReport{.source = model.origin.source,
                    .file = request.target,
                    .precision = precision,
                    .bytes = files.front().bytes.size()};
}

std::string ReportText(const PackReport& report) {
  return ToText({{"source", report.source},
                 {"file", PathText(report.file)},
                 {"precision", PrecisionName(report.precision)},
                 {"bytes", report.bytes}});
}

}  // namespace dfn
