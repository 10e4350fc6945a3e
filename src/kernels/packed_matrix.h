// Matrices in the order in which the matrix product reads them.
#ifndef DEEPFILTER_KERNELS_PACKED_MATRIX_H_
#define DEEPFILTER_KERNELS_PACKED_MATRIX_H_

#include <cstddef>
#include <span>

#include "base/aligned_buffer.h"
#include "base/memory_room.h"
#include "base/precision.h"
#include "kernels/panel.h"
#include "kernels/reduced_weights.h"

namespace dfn {

// G matrices side by side, each of S * K inputs and N outputs: group g maps inputs
// [g * K, (g + 1) * K) of every segment to outputs [g * N, (g + 1) * N). A dense matrix has G = 1;
// S > 1 takes a row's inputs from several places (the frames of a convolution).
struct PackedMatrix {
  size_t groups = 1;    // G
  size_t segments = 1;  // S
  size_t inputs = 0;    // K
  size_t outputs = 0;   // N
  Precision precision = Precision::kF32;
  // [G][panels()][S * K][kPanel], columns beyond N are zero: kF32 in `weights`, else in `reduced`.
  AlignedBuffer<float> weights = {};
  ReducedWeights reduced = {};
  AlignedBuffer<float> bias = {};  // [G][panels()][kPanel]

  size_t depth() const { return segments * inputs; }
  size_t panels() const { return (outputs + kPanel - 1) / kPanel; }  // of one group
};

// weights: [G][S * K][N]; bias: [G * N] or empty. kI8 takes S = 1 only. The buffers are in `room` as
// far as it goes. Allocates.
PackedMatrix PackMatrix(size_t groups, size_t segments, size_t inputs, size_t outputs,
                        std::span<const float> weights, std::span<const float> bias,
                        Precision precision = Precision::kF32, MemoryRoom* room = nullptr);

// A matrix without weights, which PackPanel sets, and with a bias of zeros. Allocates.
PackedMatrix NewMatrix(size_t groups, size_t segments, size_t inputs, size_t outputs,
                       Precision precision, MemoryRoom* room);

// The bytes that a matrix takes of a room.
size_t MatrixBytes(size_t groups, size_t depth, size_t outputs, Precision precision);

// Calls visit(buffer) for every buffer.
template <class Visit>
void VisitBuffers(PackedMatrix& matrix, Visit& visit) {
  visit(matrix.weights);
  VisitBuffers(matrix.reduced, visit);
  visit(matrix.bias);
}

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_PACKED_MATRIX_H_
