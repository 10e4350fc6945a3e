// The one table of a stream's temporal state: name, shape, start value and place. The engine, the
// exported state inputs, saving and restoring, and the tests read it.
#ifndef DEEPFILTER_MODEL_STATE_LAYOUT_H_
#define DEEPFILTER_MODEL_STATE_LAYOUT_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/config.h"
#include "model/model.h"

namespace dfn {

struct StateEntry {
  std::string name;           // "enc.erb_conv0", "erb_dec.gru0", "stft.analysis", ...
  std::vector<size_t> shape;  // in floats, outermost first
  size_t offset = 0;          // floats from the start of the block
  size_t size = 0;            // floats
  // Values at reset run linearly from `start_first` to `start_last` over the innermost axis.
  float start_first = 0.0f;
  float start_last = 0.0f;
};

// A stream's state is one flat block of floats in the order of `entries`, each at an offset that is
// a multiple of kAlignmentFloats: copying, saving and restoring a stream is a memcpy.
class StateLayout {
 public:
  // Appends an entry at the next aligned offset.
  void Add(std::string name, std::vector<size_t> shape, float start_first = 0.0f,
           float start_last = 0.0f);
  std::span<const StateEntry> entries() const { return entries_; }
  // Floats of a whole block, a multiple of kAlignmentFloats.
  size_t size() const { return size_; }
  // The entry of that name, or null.
  const StateEntry* Find(std::string_view name) const;
  // Writes the start values: state [size()]. Real-time safe.
  void Reset(float* state) const noexcept;

 private:
  std::vector<StateEntry> entries_;
  size_t size_ = 0;
};

// Floats of a row of sums for the next `frames` frames of `outputs` outputs each: rounded up so
// that vectors may run over the end and a matrix product has whole panels.
size_t TransposedFirStride(size_t frames, size_t outputs);

// The network's part: the states of the layers in `model/layers.h`, in that order and under their
// names. All start at zero.
//   - Convolutions: the last kernel_t - 1 frames of the layer's input, oldest first,
//     [kernel_t - 1, F, C]; layers with kernel_t = 1 have no entry. enc.erb_conv0 [.., E, 1];
//     enc.df_conv0 [.., D, 2].
//   - df_dec.df_convp: what past frames add to the outputs of the next kernel_t - 1 frames, which
//     is several times smaller than the frames themselves. [D, G, stride], G the convolution's
//     groups: a row holds the N = 2 O / G outputs of the next frame, of the one after it, and so
//     on, then zeros up to TransposedFirStride(kernel_t - 1, N).
//   - GRUs: hidden state [H].
// A decoder's entries advance only on frames on which the decoder runs.
StateLayout NetworkStateLayout(const Model& model);
// The same for a model whose convolutions are grouped as in the Python package.
StateLayout NetworkStateLayout(const Config& config);

// The signal side's part, for one channel, as `stream/denoise/denoiser.cc` advances it. Let t be
// the newest frame, n = t - conv_lookahead the frame that the network's output belongs to, and
// k = t - lookahead the frame that is emitted. Each entry holds what the next call needs of the
// frames so far, oldest first:
//   "stft.analysis"  [fft - hop]          the last input samples
//   "stft.synthesis" [fft - hop]          overlap to be added
//   "norm.erb"       [E]                  starts at -60 .. -90
//   "norm.spec"      [D]                  starts at 0.001 .. 0.0001
//   "spec.noisy"     [frames, F, 2]       up to t: lookahead frames, and the filter's past frames
//                                         where it filters the noisy spectrum
//   "spec.masked"    [frames, F, 2]       up to n: O - 1 frames where the filter takes the masked
//                                         spectrum, else lookahead - conv_lookahead
//                                         (none without a deep filter)
//   "df.coefs"       [frames, D, O, 2]    up to n: lookahead - conv_lookahead
//   "frame.stage"    [frames]             likewise
//   "frame.count"    [1]                  frames seen, saturating at the end of the start-up
// Entries of no frames are left out.
StateLayout SignalStateLayout(const Config& config);

}  // namespace dfn

#endif  // DEEPFILTER_MODEL_STATE_LAYOUT_H_
