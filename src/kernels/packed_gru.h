// A GRU layer's weights in the order in which its steps read them.
#ifndef DEEPFILTER_KERNELS_PACKED_GRU_H_
#define DEEPFILTER_KERNELS_PACKED_GRU_H_

#include <cstddef>
#include <span>

#include "base/aligned_buffer.h"
#include "base/checked.h"
#include "kernels/packed_matrix.h"

namespace dfn {

// Units are stored in panels of kPanel, with the gates z, r, n of a panel side by side, so that one
// pass over the weights of a panel computes its gates. H is padded to Hp, a multiple of kPanel; the
// padding units have zero weights and stay at 0.
struct PackedGru {
  static constexpr size_t kGates = 3;

  size_t hidden = 0;  // H
  Precision precision = Precision::kF32;
  PackedMatrix projection = {};  // input -> [Hp / kPanel][z, r, n][kPanel] = 3 Hp
  // [Hp / kPanel][H][z, r, n][kPanel]: kF32 in `recurrent`, else in `reduced`, for kI8 with panels in
  // the order [Hp / kPanel][z, r, n].
  AlignedBuffer<float> recurrent = {};
  ReducedWeights reduced = {};
  AlignedBuffer<float> bias_n = {};  // [Hp], of h Rn, inside the reset gate's product

  size_t panels() const { return (hidden + kPanel - 1) / kPanel; }
  size_t padded() const { return panels() * kPanel; }     // Hp
  size_t projected() const { return kGates * padded(); }  // width of the projection
};

// From ONNX GRU weights, gates in the order z, r, h: W [3H, inputs], R [3H, H], both biases [3H].
// Both biases of z and r, and the input bias of n, go into the projection. The buffers are in `room`
// as far as it goes. Allocates.
PackedGru PackGru(size_t inputs, size_t hidden, std::span<const float> weight_input,
                  std::span<const float> weight_hidden, std::span<const float> bias_input,
                  std::span<const float> bias_hidden, Precision precision = Precision::kF32,
                  MemoryRoom* room = nullptr);

// The bytes that a layer takes of a room.
size_t GruBytes(size_t inputs, size_t hidden, Precision precision);

// Calls visit(buffer) for every buffer.
template <class Visit>
void VisitBuffers(PackedGru& gru, Visit& visit) {
  VisitBuffers(gru.projection, visit);
  visit(gru.recurrent);
  VisitBuffers(gru.reduced, visit);
  visit(gru.bias_n);
}

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_PACKED_GRU_H_
