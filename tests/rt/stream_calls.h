// Calls all real-time functions of the C API on one stream.
#ifndef DEEPFILTER_TESTS_RT_STREAM_CALLS_H_
#define DEEPFILTER_TESTS_RT_STREAM_CALLS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/noise.h"
#include "common/c_api.h"
#include "rt/option_rows.h"

namespace dfn::test {

// A stream with all memory that a run needs. Run() itself allocates nothing.
class StreamCalls {
 public:
  StreamCalls(const CModel& model, const OptionRow& row);

  // Processes blocks of many sizes between 0 and 8192 of noise, silence, invalid and full-scale
  // samples, with controls, states, flush, reset and refused calls between them. Returns false if a
  // call returned an unexpected result.
  bool Run() noexcept;

  // Processes one block of that size, a multiple of the stream's block_multiple.
  bool Process(size_t samples) noexcept;

  static constexpr size_t kMostSamples = 8192;

 private:
  bool Controls(size_t step) noexcept;
  bool States() noexcept;
  bool Refusals() noexcept;
  void FillInput(size_t samples) noexcept;

  OptionRow row_;
  CStream stream_;
  CStream other_;
  std::vector<char> state_;
  std::vector<float> floats_in_, floats_out_;
  std::vector<int16_t> integers_in_, integers_out_;
  std::vector<const float*> float_inputs_;
  std::vector<float*> float_outputs_;
  std::vector<const int16_t*> integer_inputs_;
  std::vector<int16_t*> integer_outputs_;
  size_t calls_ = 0;
  NoiseGenerator noise_;
};

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_RT_STREAM_CALLS_H_
