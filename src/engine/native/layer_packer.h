// Packs a model's layers for the kernels, each by its name in the table of layers.
#ifndef DEEPFILTER_ENGINE_NATIVE_LAYER_PACKER_H_
#define DEEPFILTER_ENGINE_NATIVE_LAYER_PACKER_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/memory_room.h"
#include "base/precision.h"
#include "engine/native/causal_conv.h"
#include "engine/native/linear.h"
#include "engine/native/packed_conv.h"
#include "engine/native/transposed_fir_conv.h"
#include "kernels/packed_gru.h"
#include "model/layers.h"
#include "model/model.h"
#include "model/state_layout.h"

namespace dfn {

// A GRU, and the offset of its hidden state in a stream's state.
struct PackedGruLayer {
  PackedGru gru;
  size_t state;
};

// Each method packs the layer of that name, with its activation, its input's bins and its place in
// a stream's state. Allocates.
class LayerPacker {
 public:
  // The model must outlive the packer and have passed ValidateConfig and ValidateModel.
  LayerPacker(const Model& model, Precision precision)
      : model_(model),
        layers_(model.config),
        layout_(NetworkStateLayout(model)),
        precision_(precision) {}

  // The bytes of a room for all layers: exact for GRUs and linear layers, and enough for the
  // convolutions of any model of this kind.
  size_t RoomBytes() const;
  // The weights of GRUs and linear layers go into `room`, which outlives this, as far as it goes.
  void UseRoom(MemoryRoom* room) { room_ = room; }

  const Config& config() const { return model_.config; }
  const LayerTable& layers() const { return layers_; }
  const StateLayout& layout() const { return layout_; }

  PackedConv Conv(std::string_view name) const;  // remembers nothing
  CausalConv Causal(std::string_view name) const;
  TransposedFirConv TransposedFir(std::string_view name) const;
  PackedLinear Linear(std::string_view name) const;
  PackedGruLayer Gru(std::string_view name) const;
  // For rows of `inputs` floats, a multiple of kDotLanes; those behind the layer's are not used.
  PackedDots Head(std::string_view name, size_t inputs) const;

 private:
  template <class Layer>
  const Layer& WeightsOf(std::string_view name) const {
    return *layers_[name].Find<Layer>(model_);
  }
  Activation ActivationOf(std::string_view name) const;

  const Model& model_;
  LayerTable layers_;
  StateLayout layout_;
  Precision precision_;
  MemoryRoom* room_ = nullptr;
};

}  // namespace dfn

#endif  // DEEPFILTER_ENGINE_NATIVE_LAYER_PACKER_H_
