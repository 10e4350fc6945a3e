// Writes a Model as ONNX files that any runtime can run, with every temporal state as an input and
// an output.
#ifndef DEEPFILTER_CONVERT_EXPORT_EXPORT_H_
#define DEEPFILTER_CONVERT_EXPORT_EXPORT_H_

#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "model/model.h"

namespace dfn {

enum class ExportLayout {
  kNetworks,   // enc.onnx, erb_dec.onnx, df_dec.onnx
  kCombined,   // combined.onnx
  kStreaming,  // {enc_conv,enc_gru,erb_dec,df_dec}_streaming.onnx
  kAudio,      // audio.onnx: samples in, samples out
};

enum class StateForm {
  kFull,  // hidden states and convolutions' histories: exact frame by frame
  kGru,   // hidden states only, for programs that handle no others
  kNone,  // the official stateless form, for whole sequences
};

struct ExportOptions {
  ExportLayout layout = ExportLayout::kNetworks;
  StateForm state = StateForm::kFull;
  int opset = 17;             // 14 .. 21
  bool single_frame = false;  // T is 1, not symbolic
  bool lower_gru = false;     // MatMul, Sigmoid and Tanh in place of GRU; implies single_frame
  bool fp16_weights = false;  // stored as float16, converted to float32 to compute
};

// Returns the files of an export, with config.ini. The same model and options give the same bytes.
// A model without a deep filter (mask_only) has no file and no output of a DF decoder.
// docs/export.md has the names and shapes of all inputs and outputs.
// Errors: kInvalidArgument (options that do not go together), kMismatch and kCorrupt
// (ValidateModel), kUnsupported (a weight beyond float16, if fp16_weights), kLimit.
[[nodiscard]] Result<std::vector<NamedBytes>> ExportModel(const Model& model,
                                                          const ExportOptions& options);

// "networks", "combined", "streaming", "audio".
const char* LayoutName(ExportLayout layout);
// "full", "gru", "none".
const char* StateFormName(StateForm state);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_EXPORT_EXPORT_H_
