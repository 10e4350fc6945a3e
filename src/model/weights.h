// The network's weights as plain values, in the layouts of the ONNX operators they come from.
// Nothing here is packed or aligned for speed; engines do that.
#ifndef DEEPFILTER_MODEL_WEIGHTS_H_
#define DEEPFILTER_MODEL_WEIGHTS_H_

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "model/weight_array.h"

namespace dfn {

// One convolution over [channels, T, F], causal in time (kernel_t - 1 zero frames before the
// first), padded by kernel_f / 2 zeros on each side in frequency (ONNX Conv, ConvTranspose).
struct Conv {
  size_t in_channels = 0;
  size_t out_channels = 0;
  size_t groups = 1;
  size_t kernel_t = 1;
  size_t kernel_f = 1;
  size_t stride_f = 1;  // transposed: the factor by which F grows
  bool transposed = false;
  // [out, in / groups, kernel_t, kernel_f]; transposed: [in, out / groups, kernel_t, kernel_f].
  // In time, the newest frame is multiplied with index kernel_t - 1; transposed: with index 0.
  std::vector<float> weight;
  std::vector<float> bias;  // [out], or empty
  bool operator==(const Conv&) const = default;
};

// A convolution, then (when separable) a 1x1 one with nothing between, then the activation that the
// table of layers gives it. Batch normalisation is folded into the last of the two.
struct ConvLayer {
  Conv conv;
  std::optional<Conv> pointwise;
  bool operator==(const ConvLayer&) const = default;
};

// y[g * out/G + h] = sum_i x[g * in/G + i] * weight[g, i, h] (Einsum btgi,gih->btgh). No bias.
struct GroupedLinear {
  size_t groups = 1;
  size_t in = 0;
  size_t out = 0;
  WeightArray weight;  // [G, in / G, out / G]
  bool operator==(const GroupedLinear&) const = default;
};

// One layer (ONNX GRU, linear_before_reset = 1), gates in the order z, r, h.
struct Gru {
  size_t in = 0;
  size_t hidden = 0;               // H
  WeightArray weight_input;        // W [3H, in]
  WeightArray weight_hidden;       // R [3H, H]
  std::vector<float> bias_input;   // [3H]
  std::vector<float> bias_hidden;  // [3H]
  bool operator==(const Gru&) const = default;
};

// y = sigmoid(weight . x + bias), one number.
struct ScalarHead {
  size_t in = 0;
  std::vector<float> weight;  // [in]
  float bias = 0.0f;
  bool operator==(const ScalarHead&) const = default;
};

// Grouped linear with ReLU, GRU layers, grouped linear with ReLU (Python SqueezedGRU,
// SqueezedGRU_S). Without `linear_out` the GRU's output is the block's.
struct GruBlock {
  GroupedLinear linear_in;
  std::vector<Gru> layers;
  std::optional<GroupedLinear> linear_out;
  std::optional<GroupedLinear> skip;  // Config's *_skip == kGroupedLinear
  bool operator==(const GruBlock&) const = default;
};

struct EncoderWeights {
  std::array<ConvLayer, 4> erb_conv;  // erb_conv0 .. erb_conv3
  std::array<ConvLayer, 2> df_conv;   // df_conv0, df_conv1
  GroupedLinear df_fc_emb;
  GruBlock emb_gru;  // linear_out: Config::emb_has_linear_out
  ScalarHead lsnr;
  bool operator==(const EncoderWeights&) const = default;
};

struct ErbDecoderWeights {
  GruBlock emb_gru;
  std::array<ConvLayer, 4> convp;  // conv0p .. conv3p, from the encoder's maps e0 .. e3
  ConvLayer convt3;                // an ordinary convolution, whatever its name
  ConvLayer convt2;
  ConvLayer convt1;
  ConvLayer conv0_out;  // sigmoid
  bool operator==(const ErbDecoderWeights&) const = default;
};

struct DfDecoderWeights {
  GruBlock df_gru;  // no linear_out
  ConvLayer df_convp;
  GroupedLinear df_out;  // tanh
  // df_fc_a: the official graphs have it, no deep filter uses it; kept so that an export can be
  // complete.
  std::optional<ScalarHead> alpha;
  bool operator==(const DfDecoderWeights&) const = default;
};

}  // namespace dfn

#endif  // DEEPFILTER_MODEL_WEIGHTS_H_
