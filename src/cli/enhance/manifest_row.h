// What a run reads of a row of its manifest.
#ifndef DEEPFILTER_CLI_ENHANCE_MANIFEST_ROW_H_
#define DEEPFILTER_CLI_ENHANCE_MANIFEST_ROW_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cli/enhance/file_state.h"

namespace dfn {

// The members of a row, each as ManifestRow writes it; one that is absent or of another type is
// empty or 0. Of a member that is there twice, the second one counts.
struct ReadRow {
  std::optional<std::string> path;
  std::optional<std::string> status;
  std::optional<std::string> error;
  std::optional<std::string> model_sha256;
  std::string options;  // the object's text, on one line without blanks
  FileState source;
  uint64_t target_bytes = 0;
};

// Nothing if the line is no object of JSON, or nested deeper than any row. Takes no memory when it
// frees what it took, so that a want of memory is an exception and no crash.
std::optional<ReadRow> ReadManifestRow(std::string_view line);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_MANIFEST_ROW_H_
