#include "cli/models/written.h"

#include <fmt/format.h>

#include "base/path_text.h"
#include "os/process/interrupt.h"

namespace dfn {

std::string DescribeWritten(const WrittenFiles& written) {
  std::string text = fmt::format("{} -> {}\n", written.source, PathText(written.folder));
  for (const WrittenFiles::File& file : written.files) {
    text += fmt::format("  {:<26}{:>12} bytes\n", file.name, file.bytes);
  }
  return text;
}

Status StopWhenInterrupted(uint64_t /*done*/, uint64_t /*total*/) {
  if (Interrupted()) return Error{ErrorCode::kCancelled, "interrupted"};
  return {};
}

}  // namespace dfn
