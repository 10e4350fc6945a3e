// What an exported file says of itself in ONNX's metadata_props, all as text.
#ifndef DEEPFILTER_CONVERT_EXPORT_METADATA_H_
#define DEEPFILTER_CONVERT_EXPORT_METADATA_H_

#include <string>
#include <vector>

#include "convert/export.h"
#include "convert/export_network.h"
#include "convert/graph_builder.h"
#include "model/model.h"

namespace dfn {

// Keys that readers of exported files look for; docs/export.md lists all of them.
inline constexpr char kMetaFormat[] = "format";  // kMetaFormatValue
inline constexpr char kMetaPart[] = "part";      // "enc", "enc_conv", "combined", "audio", ...
inline constexpr char kMetaLayout[] = "layout";  // LayoutName
inline constexpr char kMetaState[] = "state";    // StateFormName
inline constexpr char kMetaStates[] = "states";  // JSON: [{"in":..,"out":..,"shape":[..]}, ..]
inline constexpr char kMetaWindow[] = "window_frames";  // least T of a window; absent: none
inline constexpr char kMetaWeights[] = "weights";       // Origin::weights
inline constexpr char kMetaFormatValue[] = "deepfilter 1";

// Adds everything that a program must know to drive the part. `window_frames` 0: takes no window.
void AddExportMetadata(const Model& model, const ExportOptions& options, const std::string& part,
                       const std::vector<StateTensor>& states, size_t window_frames,
                       GraphBuilder& builder);

// The states as kMetaStates lists them.
std::string StatesJson(const std::vector<StateTensor>& states);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_EXPORT_METADATA_H_
