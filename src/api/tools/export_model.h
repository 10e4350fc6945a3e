// Models as ONNX files on the disk: the work of `deepfilter export`, `merge` and `split` and of the
// functions of deepfilter/tools.h. Not real-time; any thread.
#ifndef DEEPFILTER_API_TOOLS_EXPORT_MODEL_H_
#define DEEPFILTER_API_TOOLS_EXPORT_MODEL_H_

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/tools/tool_steps.h"
#include "base/result.h"
#include "convert/export/export.h"
#include "verify/parity.h"

namespace dfn {

// Returns a mono sound at a rate, which exported files are compared on.
using SignalFunction = std::function<Result<std::vector<float>>(size_t rate_hz)>;

struct ExportRequest {
  std::string source;  // as in OpenSource
  std::string config;  // likewise
  std::filesystem::path folder;
  ExportOptions form;
  bool replace = false;  // files of the same names
  bool verify = false;
  SignalFunction verify_signal;       // empty: SyntheticSignal
  std::filesystem::path ort_library;  // empty: where ort::Library looks
};

struct MergeRequest {
  std::string source;            // folder or archive
  std::filesystem::path target;  // empty: the merged file's usual name, in the folder `source`
  bool replace = false;
};

struct SplitRequest {
  std::string source;  // folder or archive
  std::filesystem::path folder;
  ExportOptions form;  // whose layout has no effect
  bool replace = false;
};

// What was written where.
struct WrittenFiles {
  struct File {
    std::string name;
    size_t bytes;
  };
  std::string source;
  std::filesystem::path folder;
  std::vector<File> files;
};

struct ExportReport {
  WrittenFiles written;
  std::optional<Parity> parity;  // where it was asked for
  std::string note;              // a sentence for the user, or empty
};

// Opens the source, makes the files, writes all or none of them (WriteFiles), then verifies them
// (MeasureParity) if that is asked for; a parity that has not passed is no error. Errors: those of
// OpenSource, ExportModel and WriteFiles; with `verify`, those of the signal, of ort::Library::Open
// and of MeasureParity, and the files are there; those of `step`, and then no file is there unless
// they are being verified.
Result<ExportReport> ExportToFolder(const ExportRequest& request, const StepFunction& step = {});

// Joins the networks or the streaming files in a folder or archive into one file. Errors: those of
// ReadModelFiles, MergeModelFiles and WriteFiles; those of `step`, and then no file is there.
Result<WrittenFiles> MergeToFile(const MergeRequest& request, const StepFunction& step = {});

// Makes the four streaming files of a folder or archive. Errors: those of ReadModelFiles,
// SplitModelFiles and WriteFiles; those of `step`, and then no file is there.
Result<WrittenFiles> SplitToFolder(const SplitRequest& request, const StepFunction& step = {});

// The reports as deepfilter/tools.h has them.
std::string ReportText(const ExportReport& report);
std::string ReportText(const WrittenFiles& written);

}  // namespace dfn

#endif  // DEEPFILTER_API_TOOLS_EXPORT_MODEL_H_
