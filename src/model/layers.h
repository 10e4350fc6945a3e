// The table of a network's layers: for each its names, sizes, activation, and place in the Model.
// Lifting, loading, exporting, packing, validation, the state layout, random models and benchmarks
// all read it.
#ifndef DEEPFILTER_MODEL_LAYERS_H_
#define DEEPFILTER_MODEL_LAYERS_H_

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/config.h"
#include "model/model.h"
#include "model/weights.h"

namespace dfn {

// A layer's sizes; weights and biases are empty.
using LayerSizes = std::variant<ConvLayer, GroupedLinear, Gru, ScalarHead>;

struct LayerSpec {
  // For people and in state layouts: "enc.erb_conv1", "erb_dec.gru0".
  std::string name;
  // Stem of the layer's nodes and tensors in exported graphs: "erb_conv1", "emb_gru/gru0".
  std::string graph_name;
  // Stem of its tensors' names in a state dict of the Python package: "enc.erb_conv1",
  // "erb_dec.emb_gru.gru". The layers of a GRU share one.
  std::string checkpoint_key;
  // The keys of config.ini that its sizes follow from, with their values, for messages:
  // "conv_ch = 64, conv_kernel = 1,3".
  std::string config_keys;
  LayerSizes sizes = {};
  std::string_view activation = {};  // ONNX operator on the layer's output; empty: none
  size_t bins = 0;                   // convolutions: F of the input
  size_t gru_index = 0;              // GRUs: place in the block
  // Convolutions: the state is what past frames add to later outputs, not the past frames.
  bool transposed_fir = false;
  bool optional = false;  // a model may lack it

  // The layer in a model, or null if the model has none. `Layer` is the type in `sizes`.
  template <class Layer>
  const Layer* Find(const Model& model) const {
    return std::get<Layer*>(place(const_cast<Model&>(model), false));
  }
  // The layer in a model, which is given an empty one where it has none.
  template <class Layer>
  Layer& Make(Model& model) const {
    return *std::get<Layer*>(place(model, true));
  }

  using Place = std::variant<ConvLayer*, GroupedLinear*, Gru*, ScalarHead*>;
  std::function<Place(Model&, bool make)> place = {};
};

// A convolution's sizes. It is grouped, by the greatest common divisor of its channels. When there
// is more than one group and the kernel is wider than 1x1 (transposed: always), a 1x1 convolution
// follows (df.modules Conv2dNormAct, ConvTranspose2dNormAct).
ConvLayer SeparableConv(size_t in, size_t out, KernelSize kernel, size_t stride_f = 1,
                        bool transposed = false);

// No key of config.ini tells how convolutions are grouped, and some networks of the family group
// theirs in other ways. So sizes follow from the config, while groups and the number of operators
// (one, or a convolution and a 1x1 one) follow from the weights. These two functions fit a
// convolution of the table to the weights that a source has.

// The number of groups of a weight with `inner` as its second dimension (see Conv::weight), else
// `conv.groups`.
size_t GroupsOf(const Conv& conv, size_t inner);
// Gives a convolution a 1x1 one behind it where `pointwise`, takes it away otherwise.
void SetPointwise(ConvLayer& layer, bool pointwise);

// The layers that a config asks for, in the order of execution: encoder, ERB decoder and, unless
// mask_only leaves it out, DF decoder. `config` must have passed ValidateConfig.
class LayerTable {
 public:
  explicit LayerTable(const Config& config);

  auto begin() const { return layers_.begin(); }
  auto end() const { return layers_.end(); }
  bool Has(std::string_view name) const { return Find(name) != nullptr; }
  // The GRUs of "enc", "erb_dec" or "df_dec", first to last; at least one.
  std::vector<const LayerSpec*> Grus(const std::string& part) const;
  // The layer of that name. Throws std::out_of_range if the config asks for none: check with Has
  // where that depends on the config.
  const LayerSpec& operator[](std::string_view name) const;

 private:
  const LayerSpec* Find(std::string_view name) const;

  std::vector<LayerSpec> layers_;
};

// The ERB decoder's convolutions by level, 0 the finest. At each level runs a pathway from the
// encoder's map e0 .. e3, then a convolution over the sum of the pathway and of the next coarser
// level's result; at the coarsest level the recurrent block's output takes the latter's place.
inline constexpr std::array<const char*, 4> kErbPathways = {"erb_dec.conv0p", "erb_dec.conv1p",
                                                            "erb_dec.conv2p", "erb_dec.conv3p"};
inline constexpr std::array<const char*, 4> kErbUpward = {"erb_dec.conv0_out", "erb_dec.convt1",
                                                          "erb_dec.convt2", "erb_dec.convt3"};

// The model that a config asks for, as sizes alone: all dimensions are filled in, all weight and
// bias vectors are empty. Takes no memory worth naming whatever the config says. Optional layers
// are left out. `config` must have passed ValidateConfig.
Model Architecture(const Config& config);

// One operator of a model: a layer, or one of a separable convolution's two ("enc.erb_conv1.dw",
// "enc.erb_conv1.pw").
struct LayerRef {
  std::string name;
  std::variant<const Conv*, const GroupedLinear*, const Gru*, const ScalarHead*> layer;
  size_t bins = 0;        // F of a convolution's input
  bool optional = false;  // see LayerSpec
};

// The layers that a model has, in the order of execution, whatever its config asks for. The
// pointers live as long as `model`.
std::vector<LayerRef> Layers(const Model& model);

// Numbers of an operator's weights and of its multiply-adds a frame, as ModelSize counts them.
struct LayerCount {
  size_t parameters = 0;
  size_t macs = 0;
};
LayerCount CountLayer(const LayerRef& ref);

}  // namespace dfn

#endif  // DEEPFILTER_MODEL_LAYERS_H_
