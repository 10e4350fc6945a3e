// The names of a model's files, and their names in messages.
#ifndef DEEPFILTER_CONVERT_CONFIG_MODEL_FILES_H_
#define DEEPFILTER_CONVERT_CONFIG_MODEL_FILES_H_

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace dfn {

inline constexpr char kConfigFile[] = "config.ini";
inline constexpr char kCombinedFile[] = "combined.onnx";
inline constexpr char kCombinedStreamingFile[] = "combined_streaming.onnx";
// From samples to samples; third parties' graphs of this kind have other names.
inline constexpr char kAudioFile[] = "audio.onnx";
// Encoder, ERB decoder, DF decoder.
inline constexpr std::array<const char*, 3> kNetworkFiles = {"enc.onnx", "erb_dec.onnx",
                                                             "df_dec.onnx"};
// The encoder in two, convolutions and GRU; then the decoders.
inline constexpr std::array<const char*, 4> kStreamingFiles = {
    "enc_conv_streaming.onnx", "enc_gru_streaming.onnx", "erb_dec_streaming.onnx",
    "df_dec_streaming.onnx"};

// The graphs of one of these lists that a model has: all of them, or all but the last, the DF
// decoder, where config.ini leaves the deep filter out.
template <size_t N>
constexpr std::span<const char* const> GraphsOf(const std::array<const char*, N>& names,
                                                bool mask_only) {
  return std::span<const char* const>(names).first(N - (mask_only ? 1 : 0));
}

// The part of a path behind its last slash or backslash. Files of a model are found by it.
inline std::string_view LastPart(std::string_view path) {
  return path.substr(path.find_last_of("/\\") + 1);
}

inline bool HasFile(std::span<const NamedBytes> files, std::string_view name) {
  return std::any_of(files.begin(), files.end(),
                     [&](const NamedBytes& file) { return LastPart(file.name) == name; });
}
template <class Names>
bool HasAnyFile(std::span<const NamedBytes> files, const Names& names) {
  return std::any_of(names.begin(), names.end(),
                     [&](const char* name) { return HasFile(files, name); });
}
template <class Names>
bool HasAllFiles(std::span<const NamedBytes> files, const Names& names) {
  return std::all_of(names.begin(), names.end(),
                     [&](const char* name) { return HasFile(files, name); });
}

// The names in messages of a file of the model `source` ("source/name"), and of the model itself
// (its source, or "the model"). The source may be empty, or the path of the file itself.
inline std::string FileLabel(const std::string& source, std::string_view name) {
  if (name.ends_with(".onnx") && LastPart(source) == name) return source;
  return source.empty() ? std::string(name) : source + "/" + std::string(name);
}
inline std::string ModelLabel(const std::string& source) {
  return source.empty() ? "the model" : source;
}

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_CONFIG_MODEL_FILES_H_
