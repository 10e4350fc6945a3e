// What a denoiser over a scripted FakeNetwork must give, computed in double over whole sequences
// with all of past and future in reach: the rules as they are written, without streaming.
#ifndef DEEPFILTER_STREAM_BY_THE_BOOK_H_
#define DEEPFILTER_STREAM_BY_THE_BOOK_H_

#include <cstddef>
#include <vector>

#include "model/config.h"
#include "stream/denoiser.h"

namespace dfn {

// Frames of input, TestSignal(.., channel) for each channel, and frames of flushing after them.
inline constexpr size_t kBookFrames = 40;
inline constexpr size_t kBookFlush = 4;

class Book {
 public:
  Book(const Config& config, const std::vector<float>& lsnr_script, const DenoiserOptions& options);

  // [(kBookFrames + kBookFlush) * hop]
  std::vector<float> Samples(size_t channel) const;
  // [kBookFrames + kBookFlush]
  std::vector<float> LsnrDb() const;

 private:
  Config config_;
  std::vector<float> lsnr_script_;
  DenoiserOptions options_;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_BY_THE_BOOK_H_
