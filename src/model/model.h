// The Model: every source is lifted into it, every engine and every export is made from it.
#ifndef DEEPFILTER_MODEL_MODEL_H_
#define DEEPFILTER_MODEL_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/precision.h"
#include "base/result.h"
#include "model/config.h"
#include "model/weights.h"

namespace dfn {

// Where a model came from, for people; no code decides by it.
struct Origin {
  std::string source;                     // path or name it was loaded from
  std::string form;                       // "ONNX networks", "combined ONNX", ...
  std::vector<std::string> state_inputs;  // "enc.onnx: h0"; empty: a stateless export
  int64_t opset = 0;                      // of the ONNX files
  // Where the weights first came from, as an earlier export noted it; empty: `source`.
  std::string weights;
  // `source` is a packed model file. The form and the ONNX files above are those that it was packed
  // from.
  bool packed = false;
};

// Where the weights first came from, without the folders of the machine that they were on.
std::string WeightsName(const Origin& origin);

struct Model {
  Config config;
  EncoderWeights encoder;
  ErbDecoderWeights erb_decoder;
  DfDecoderWeights df_decoder;  // empty if config.mask_only
  // What the weights were stored in and are exact in: rounding them to it again changes nothing.
  // The values are floats in any case.
  Precision precision = Precision::kF32;
  Origin origin;
};

// Checks every weight's shape against the config and that every value is finite, so that engines
// need not. Convolutions may have any number of groups, with or without a 1x1 one behind them. `where` (file name) opens the sentence. Errors: kMismatch, kCorrupt (NaN, infinity).
Status ValidateModel(const Model& model, const std::string& where);

// Numbers of weights and of multiply-adds a frame, with batch normalisation folded. Biases and
// activations count as no multiply-adds; the alpha head counts where a model has it. STFT, mask and
// deep filter are not included.
struct ModelSize {
  size_t encoder_parameters = 0;
  size_t erb_decoder_parameters = 0;
  size_t df_decoder_parameters = 0;
  size_t encoder_macs = 0;
  size_t erb_decoder_macs = 0;
  size_t df_decoder_macs = 0;
  size_t parameters() const {
    return encoder_parameters + erb_decoder_parameters + df_decoder_parameters;
  }
  size_t macs() const { return encoder_macs + erb_decoder_macs + df_decoder_macs; }
};
ModelSize CountModel(const Model& model);

// "dfn2", "dfn2_ll", "dfn3", "dfn3_ll" for the official variants' sizes, else e.g.
// "DeepFilterNet3".
std::string VariantName(const Config& config);

}  // namespace dfn

#endif  // DEEPFILTER_MODEL_MODEL_H_
