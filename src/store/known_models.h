// The models this project knows by name: DeepFilterNet's official ONNX exports.
#ifndef DEEPFILTER_STORE_KNOWN_MODELS_H_
#define DEEPFILTER_STORE_KNOWN_MODELS_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace dfn {

struct KnownModel {
  std::string_view name;     // "dfn3"
  std::string_view title;    // "DeepFilterNet3"
  std::string_view archive;  // file name, in the official repository and in the cache
  std::string_view license;  // SPDX expression of the weights
  std::string_view sha256;   // of the archive, 64 lower-case hexadecimal digits
  uint64_t bytes;            // size of the archive
  std::string_view note;     // one line: what it is for, with its delay
};

// The model used when none is named.
inline constexpr std::string_view kDefaultModelName = "dfn3";

// Folder of the official repository that holds the archives, without a slash at the end.
inline constexpr std::string_view kOfficialModelUrl =
    "https://github.com/Rikorose/DeepFilterNet/raw/main/models";

// In the order of listings; the default model is one of them.
std::span<const KnownModel> KnownModels();

// The model of that name, or null.
const KnownModel* FindKnownModel(std::string_view name);

// The folder that archives are fetched from: $DEEPFILTER_MODEL_URL if that is set and not empty, else
// the official one.
std::string ModelBaseUrl();

// The archive's address below `base`, which is the official repository or a mirror of it.
std::string ModelUrl(const KnownModel& model, std::string_view base = kOfficialModelUrl);

}  // namespace dfn

#endif  // DEEPFILTER_STORE_KNOWN_MODELS_H_
