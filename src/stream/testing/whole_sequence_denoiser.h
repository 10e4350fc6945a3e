// The expected output of a denoiser over a scripted FakeNetwork, computed in double over whole
// sequences, with access to every past and future frame: it applies the rules as they are written,
// without streaming.
#ifndef DEEPFILTER_STREAM_TESTING_WHOLE_SEQUENCE_DENOISER_H_
#define DEEPFILTER_STREAM_TESTING_WHOLE_SEQUENCE_DENOISER_H_

#include <cstddef>
#include <vector>

#include "model/config.h"
#include "stream/denoise/denoiser.h"

namespace dfn {

// Frames of input, TestSignal(.., channel) for each channel, and frames of flushing after them.
inline constexpr size_t kSequenceFrames = 40;
inline constexpr size_t kSequenceFlush = 4;

class WholeSequenceDenoiser {
 public:
  WholeSequenceDenoiser(const Config& config, const std::vector<float>& lsnr_script,
                        const DenoiserOptions& options);

  // [(kSequenceFrames + kSequenceFlush) * hop]
  std::vector<float> Samples(size_t channel) const;
  // [kSequenceFrames + kSequenceFlush]
  std::vector<float> LsnrDb() const;

 private:
  Config config_;
  std::vector<float> lsnr_script_;
  DenoiserOptions options_;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_TESTING_WHOLE_SEQUENCE_DENOISER_H_
