// The names that the published networks give their inputs and outputs.
#ifndef DEEPFILTER_CONVERT_CONFIG_VALUE_NAMES_H_
#define DEEPFILTER_CONVERT_CONFIG_VALUE_NAMES_H_

#include <algorithm>
#include <array>
#include <string_view>

namespace dfn {

inline constexpr std::array<std::string_view, 2> kFeatureNames = {"feat_erb", "feat_spec"};
// The maps that the encoder's convolutions give to the ERB decoder, and to both decoders.
inline constexpr std::array<const char*, 4> kErbMaps = {"e0", "e1", "e2", "e3"};
inline constexpr std::array<const char*, 5> kConvMaps = {"e0", "e1", "e2", "e3", "c0"};
// Everything that one part of a network gives to another; emb_skip passes the encoder's GRU by.
inline constexpr std::array<std::string_view, 7> kMapNames = {"e0", "e1",  "e2",      "e3",
                                                              "c0", "emb", "emb_skip"};

// What the parts of a network give to others and to the whole, besides maps. alpha is an output of
// older networks.
inline constexpr std::array<std::string_view, 5> kResultNames = {"m", "coefs", "lsnr", "alpha",
                                                                 "emb_out"};

inline bool IsFeatureName(std::string_view name) {
  return std::find(kFeatureNames.begin(), kFeatureNames.end(), name) != kFeatureNames.end();
}
inline bool IsMapName(std::string_view name) {
  return std::find(kMapNames.begin(), kMapNames.end(), name) != kMapNames.end();
}
inline bool IsResultName(std::string_view name) {
  return std::find(kResultNames.begin(), kResultNames.end(), name) != kResultNames.end();
}
// A state is an input X0 with an output X1; e0 and c0 are maps.
inline bool IsStateInputName(std::string_view name) {
  return name.ends_with('0') && !IsMapName(name);
}

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_CONFIG_VALUE_NAMES_H_
