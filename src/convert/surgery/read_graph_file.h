// Reads one graph of a model's files.
#ifndef DEEPFILTER_CONVERT_SURGERY_READ_GRAPH_FILE_H_
#define DEEPFILTER_CONVERT_SURGERY_READ_GRAPH_FILE_H_

#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "formats/onnx/graph.h"

namespace dfn {

// The graph of the file whose name has the last part `name`. It owns a copy of the file's bytes.
// `source` is the model's name in messages. Errors: kNotFound, kMismatch (there are several such
// files), those of onnx::ReadGraph.
Result<onnx::Graph> ReadGraphFile(std::span<const NamedBytes> files, std::string_view name,
                                  const std::string& source, const Limits& limits);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_SURGERY_READ_GRAPH_FILE_H_
