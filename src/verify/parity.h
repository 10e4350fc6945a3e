// Whether exported files give what the native network gives.
#ifndef DEEPFILTER_VERIFY_PARITY_H_
#define DEEPFILTER_VERIFY_PARITY_H_

#include <cstddef>
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
  double max_value = 0.0;                 // largest magnitude of the native one
  std::optional<double> most_error = {};  // what the error may be, where it decides
};

struct Parity {
  std::string runtime;  // "ONNX Runtime 1.32.0"
  size_t frames = 0;
  std::vector<TensorParity> tensors;
  double snr_db = 0.0;  // of the enhanced samples, the native ones being the truth
  std::optional<double> least_snr_db = {};  // what it must be, where it decides
  bool passed() const;
};

// Reads the files back (ReadBack) and, frame by frame, runs `audio` through them and through the
// native network. What decides depends on the form:
//   - every state, or all frames at once: the enhanced samples;
//   - one frame a call without every state: the tensors of the first frame, as the later ones have
//   no
//     past;
//   - streaming files with hidden states alone: the local SNR, where only the first convolutions
//   look
//     back, since their encoder is exact over its windows and their decoders, as published, see no
//     past; elsewhere the weights alone.
//   audio: mono samples at the model's rate; longer than its look-ahead
// Not real-time. Errors: those of ReadBack, FileRunner, Denoiser::Create; kInvalidArgument (audio
// too short).
Result<Parity> MeasureParity(const Model& source, std::span<const NamedBytes> files,
                             const ExportOptions& options, std::span<const float> audio,
                             std::shared_ptr<const ort::Library> library);

// Two seconds of something like a voice in noise, always the same, for when no recording is given.
std::vector<float> SyntheticSignal(size_t sample_rate_hz);

}  // namespace dfn

#endif  // DEEPFILTER_VERIFY_PARITY_H_
