// The one table of a stream's temporal state: name, shape, start value, place. The engine's arena,
// the exported state inputs, save and restore and the tests read it.
#ifndef DEEPFILTER_MODEL_STATE_LAYOUT_H_
#define DEEPFILTER_MODEL_STATE_LAYOUT_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/config.h"

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

// Floats of a row of sums that `frames` frames of `outputs` outputs wait for: room for vectors to
// run over their end, and whole panels of a matrix product.
size_t TransposedFirStride(size_t frames, size_t outputs);

// The network's part, in the order encoder, ERB decoder, DF decoder. All start at zero.
//   "enc.<conv layer>", "erb_dec.<...>": the last kernel_t - 1 frames of the layer's input, oldest
//       first, [kernel_t - 1, F, C]; layers with kernel_t = 1 have none. enc.erb_conv0 [.., E, 1];
//       enc.df_conv0 [.., D, 2].
//   "df_dec.df_convp": what past frames add to the next kernel_t - 1 frames' outputs, in place of
//       the frames themselves, which take several times as much. [D, G, stride], G the
//       convolution's groups: a row holds the N = 2 O / G outputs of the next frame, of the one
//       after it, and so on, then zeros up to TransposedFirStride(kernel_t - 1, N).
//   "enc.gru0", "erb_dec.gru0" .., "df_dec.gru0" ..: hidden state [H].
// Decoders' entries advance only on frames on which the decoder runs.
StateLayout NetworkStateLayout(const Config& config);

// The signal side's part, for one channel, as `stream/denoise/denoiser.cc` advances it. Let t be the newest
// frame, n = t - conv_lookahead the one that the network's output belongs to, and k = t - lookahead
// the one that is emitted; each entry holds what the next call needs of the frames so far, oldest
// first.
//   "stft.analysis" [fft - hop]: last input samples; "stft.synthesis" [fft - hop]: overlap to be
//   added "norm.erb" [E], start -60 .. -90; "norm.spec" [D], start 0.001 .. 0.0001 "spec.noisy"
//   [frames, F, 2]: up to t; DFN3 lookahead + past frames of the filter, DFN2 lookahead
//   "spec.masked" [frames, F, 2]: up to n; DFN3 lookahead - conv_lookahead, DFN2 O - 1
//   "df.coefs" [frames, D, O, 2] and "frame.stage" [frames]: up to n; lookahead - conv_lookahead
//   "frame.count" [1]: frames seen, saturating at the end of the start-up
// Entries of no frames are left out.
StateLayout SignalStateLayout(const Config& config);

}  // namespace dfn

#endif  // DEEPFILTER_MODEL_STATE_LAYOUT_H_
