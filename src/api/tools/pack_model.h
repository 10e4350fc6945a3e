// Models as packed model files on the disk: the work of `deepfilter pack` and of dfn_pack. Not
// real-time; any thread.
#ifndef DEEPFILTER_API_TOOLS_PACK_MODEL_H_
#define DEEPFILTER_API_TOOLS_PACK_MODEL_H_

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "api/tools/tool_steps.h"
#include "base/precision.h"
#include "base/result.h"

namespace dfn {

struct PackRequest {
  std::string source;  // as in OpenSource
  std::string config;  // likewise
  std::filesystem::path target;
  std::optional<Precision> precision;  // nothing: that of the source's weights
  bool replace = false;                // a file of that name
};

struct PackReport {
  std::string source;
  std::filesystem::path file;
  Precision precision = Precision::kF32;
  size_t bytes = 0;
};

// Opens the source and writes it as one file (PackModel), complete or not at all. Errors: those of
// OpenSource and AtomicFile; kInvalidArgument (a source whose weights were stored in another
// precision already, which its own can be packed from only); those of `step`, and then no file is
// there.
Result<PackReport> PackToFile(const PackRequest& request, const StepFunction& step = {});

// The report as deepfilter/tools.h has it.
std::string ReportText(const PackReport& report);

}  // namespace dfn

#endif  // DEEPFILTER_API_TOOLS_PACK_MODEL_H_
