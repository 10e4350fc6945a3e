// Compares what exported files compute with what the native network computes.
#ifndef DEEPFILTER_VERIFY_PARITY_H_
#define DEEPFILTER_VERIFY_PARITY_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "convert/export/export.h"
#include "model/model.h"
#include "ort/library.h"

namespace dfn {

// How far one tensor of the files is from the native network's, over all frames.
struct TensorParity {
  std::string name;  // "lsnr", "m", "coefs", "enhanced_frame"
  double max_error = 0.0;
  double max_value = 0.0;                 // largest magnitude of the native tensor
  std::optional<double> most_error = {};  // the largest error that passes, where it decides
};

struct Parity {
  std::string runtime;  // "ONNX Runtime 1.32.0"
  size_t frames = 0;
  std::vector<TensorParity> tensors;
  double snr_db = 0.0;  // of the enhanced samples against the native ones; 200 if identical
  std::optional<double> least_snr_db = {};  // the least SNR that passes, where it decides
  bool passed() const;
};

using FrameFunction = std::function<Status(size_t frames, size_t of)>;

// Reads the files back (ReadBack), and runs `audio` frame by frame through them (OpenExport) and
// through the native network. Which figure decides depends on the form of the files:
//   - with every state, or with all frames in one call: the enhanced samples;
//   - with one frame a call but not every state: the tensors of the first frame, as later frames
//     have no past;
//   - streaming files with hidden states alone, where only the first convolutions look back: the
//     local SNR, since their encoder is exact over its windows, and their decoders, as published,
//     see no past;
//   - other streaming files with hidden states alone: the weights only.
// audio: mono samples at the model's rate; longer than its look-ahead
// frame_done: called after each call of the files with the frames that they have done, and of all;
//             its error ends the comparison. May be empty
// Not real-time. Errors: those of ReadBack, OpenExport, Denoiser::Create and `frame_done`;
// kInvalidArgument (the audio is too short).
Result<Parity> MeasureParity(const Model& source, std::span<const NamedBytes> files,
                             const ExportOptions& options, std::span<const float> audio,
                             std::shared_ptr<const ort::Library> library,
                             const FrameFunction& frame_done = {});

// Two seconds of a synthetic voice in noise, the same samples in every call: the audio to compare
// with where the user gives no recording.
std::vector<float> SyntheticSignal(size_t sample_rate_hz);

}  // namespace dfn

#endif  // DEEPFILTER_VERIFY_PARITY_H_
