// Which layers a config asks for, with every size filled in, and a walk over a model's layers.
#ifndef DEEPFILTER_MODEL_ARCHITECTURE_H_
#define DEEPFILTER_MODEL_ARCHITECTURE_H_

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "model/config.h"
#include "model/model.h"
#include "model/weights.h"

namespace dfn {

// The model that a config asks for, as sizes alone: all dimensions are filled in, all weight and
// bias vectors are empty. Takes no memory worth naming whatever the config says. The alpha head is
// left out, as graphs may lack it. `config` must have passed ValidateConfig.
//
// A convolution is separable (grouped, then 1x1) when its channels share a divisor and its kernel
// is wider than 1x1 (transposed: always); else it is one convolution (df.modules Conv2dNormAct,
// ConvTranspose2dNormAct).
Model Architecture(const Config& config);

// One layer of a model under the name that people and state tables know it by: "enc.erb_conv1.dw",
// "erb_dec.gru0", "df_dec.df_out".
struct LayerRef {
  std::string name;
  std::variant<const Conv*, const GroupedLinear*, const Gru*, const ScalarHead*> layer;
  size_t bins = 0;  // of a convolution's input
};

// All layers in the order of execution: encoder, ERB decoder, DF decoder. The references live as
// long as `model`.
std::vector<LayerRef> Layers(const Model& model);

}  // namespace dfn

#endif  // DEEPFILTER_MODEL_ARCHITECTURE_H_
