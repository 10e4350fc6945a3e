// What the files of a model are called.
#ifndef DEEPFILTER_CONVERT_CONFIG_MODEL_FILES_H_
#define DEEPFILTER_CONVERT_CONFIG_MODEL_FILES_H_

#include <array>

namespace dfn {

inline constexpr char kConfigFile[] = "config.ini";
inline constexpr char kCombinedFile[] = "combined.onnx";
inline constexpr char kCombinedStreamingFile[] = "combined_streaming.onnx";
// From samples to samples; third parties' have names of their own.
inline constexpr char kAudioFile[] = "audio.onnx";
// Encoder, ERB decoder, DF decoder.
inline constexpr std::array<const char*, 3> kNetworkFiles = {"enc.onnx", "erb_dec.onnx",
                                                             "df_dec.onnx"};
// The encoder in two: convolutions, then GRU.
inline constexpr std::array<const char*, 4> kStreamingFiles = {
    "enc_conv_streaming.onnx", "enc_gru_streaming.onnx", "erb_dec_streaming.onnx",
    "df_dec_streaming.onnx"};

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_CONFIG_MODEL_FILES_H_
