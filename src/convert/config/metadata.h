// The keys under which an exported file describes itself in ONNX's metadata_props.
#ifndef DEEPFILTER_CONVERT_CONFIG_METADATA_H_
#define DEEPFILTER_CONVERT_CONFIG_METADATA_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dfn {

// The keys that readers of exported files need; docs/export.md lists all keys.
inline constexpr char kMetaFormat[] = "format";  // kMetaFormatValue
inline constexpr char kMetaPart[] = "part";      // "enc", "enc_conv", "combined", "audio", ...
inline constexpr char kMetaLayout[] = "layout";  // LayoutName
inline constexpr char kMetaState[] = "state";    // StateFormName
inline constexpr char kMetaStates[] = "states";  // JSON: [{"in":..,"out":..,"shape":[..]}, ..]
inline constexpr char kMetaWindow[] = "window_frames";  // least T of a window; absent without one
inline constexpr char kMetaWeights[] = "weights";       // Origin::weights
inline constexpr char kMetaFormatValue[] = "deepfilter 1";

// A state: output `out` of one call is input `in` of the next.
struct StatePair {
  std::string in;
  std::string out;
  std::vector<size_t> shape;
};

// The value of a key; null when the metadata does not have it.
const std::string* FindMetadata(std::span<const std::pair<std::string, std::string>> metadata,
                                std::string_view key);

// The value of kMetaStates.
std::string StatesJson(std::span<const StatePair> states);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_CONFIG_METADATA_H_
