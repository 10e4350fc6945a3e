// Bands on the scale of equivalent rectangular bandwidths: the frequency resolution of the
// network's input and of its mask.
#ifndef DEEPFILTER_DSP_ERB_H_
#define DEEPFILTER_DSP_ERB_H_

#include <cstddef>
#include <span>
#include <vector>

#include "base/realtime.h"
#include "base/result.h"

namespace dfn {

// Contiguous bands over the bins of a transform, equally spaced in ERB and each at least `min_bins`
// wide (libDF `erb_fb`). Immutable, so threads may share it.
class ErbBands {
 public:
  // Errors: kInvalidArgument (the bins are too few for so many bands of that width).
  static Result<ErbBands> Create(size_t sample_rate_hz, size_t fft_size, size_t bands,
                                 size_t min_bins);

  size_t size() const noexcept { return widths_.size(); }  // E
  std::span<const size_t> widths() const noexcept { return widths_; }

  // Computes the mean power of each band: spectrum [F, 2], power [E] out. The sums run in the order
  // of the bins. Real-time safe.
  void MeanPower(const float* spectrum, float* power) const noexcept DFN_REALTIME;

  // Multiplies each bin by its band's gain: spectrum [F, 2], gains [E], masked [F, 2] out, which
  // may be `spectrum`. Real-time safe.
  void ApplyGains(const float* gains, const float* spectrum,
                  float* masked) const noexcept DFN_REALTIME;

 private:
  explicit ErbBands(std::vector<size_t> widths);

  std::vector<size_t> widths_;         // [E], in bins
  std::vector<float> inverse_widths_;  // [E]
};

}  // namespace dfn

#endif  // DEEPFILTER_DSP_ERB_H_
