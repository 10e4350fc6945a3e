// Brings the data that ONNX files keep in other files of their model into the ONNX files.
#ifndef DEEPFILTER_CONVERT_LOAD_EXTERNAL_DATA_H_
#define DEEPFILTER_CONVERT_LOAD_EXTERNAL_DATA_H_

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "formats/onnx/external_data.h"

namespace dfn {

// Finds data files among files in memory, by the last part of their names. `files` must outlive it.
onnx::FindDataFile DataAmong(std::span<const NamedView> files);

// Puts the data of the ONNX files among `files` into them. Data files come from `folder` and below
// alone: no link may lead out. Messages call the model `source`. Errors: those of
// onnx::InlineExternalData and ReadFile.
Status InlineDataOfFolder(const std::filesystem::path& folder, const std::string& source,
                          std::vector<NamedBytes>& files, const Limits& limits);

// The same with data files that are among `files` themselves, found by the last part of their
// names.
Status InlineDataAmongFiles(const std::string& source, std::vector<NamedBytes>& files,
                            const Limits& limits);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_LOAD_EXTERNAL_DATA_H_
