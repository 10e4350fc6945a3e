// The description of an exported file in ONNX's metadata_props, all as text.
#ifndef DEEPFILTER_CONVERT_EXPORT_EXPORT_METADATA_H_
#define DEEPFILTER_CONVERT_EXPORT_EXPORT_METADATA_H_

#include <string>
#include <vector>

#include "convert/export/export.h"
#include "convert/export/export_network.h"
#include "convert/graph/graph_builder.h"
#include "model/model.h"

namespace dfn {

// Adds everything that a program must know to run the part. `window_frames` 0: it takes no window.
void AddExportMetadata(const Model& model, const ExportOptions& options, const std::string& part,
                       const std::vector<GraphState>& states, size_t window_frames,
                       GraphBuilder& builder);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_EXPORT_EXPORT_METADATA_H_
