// The memory that one call of the native network works in.
#ifndef DEEPFILTER_ENGINE_NATIVE_WORKSPACE_H_
#define DEEPFILTER_ENGINE_NATIVE_WORKSPACE_H_

#include <array>
#include <cstddef>

#include "base/aligned_buffer.h"
#include "base/realtime.h"
#include "engine/native/packed_conv.h"
#include "engine/native/recurrent_block.h"
#include "engine/network.h"

namespace dfn {

// One frame's map [F, C] for each row. Where only the newest row is read, all rows share one place.
struct MapRows {
  AlignedBuffer<float> floats;
  size_t stride = 0;

  void Fit(size_t rows, size_t map_floats, bool every_row) {
    floats = AlignedBuffer<float>(every_row ? rows * map_floats : map_floats);
    stride = every_row ? map_floats : 0;
  }
  float* row(size_t i) noexcept DFN_REALTIME { return floats.data() + i * stride; }
  const float* row(size_t i) const noexcept DFN_REALTIME { return floats.data() + i * stride; }
};

// The memory that the encoder or a decoder needs besides maps. Its rows are the selected ones.
struct PartScratch {
  MapRows emb_selected;
  AlignedBuffer<float> block_out;  // of a decoder's recurrent block
  MapRows map;                     // one frame between two layers
  ConvScratch conv;
  GruScratch gru;
};

struct Workspace final : NetworkWorkspace {
  explicit Workspace(size_t rows) : max_rows_(rows) {}
  size_t max_rows() const noexcept override { return max_rows_; }

  // Encoder maps, for all rows of a call. The decoders read e, c0 and emb.
  std::array<MapRows, 4> e;
  MapRows c0;
  MapRows c1;
  MapRows combined;  // input of the encoder's recurrent block
  MapRows emb;

  std::array<MapRows, 4> sums;  // ERB decoder: inputs of kErbUpward

  // The decoders may run at the same time. The encoder has ended by then, so it uses the ERB
  // decoder's scratch.
  PartScratch erb;
  PartScratch df;

 private:
  size_t max_rows_;
};

// Makes room for the input, `emb_stride` floats a row, and the output of a decoder's recurrent
// block. Allocates.
void FitBlock(size_t rows, size_t emb_stride, size_t out_stride, PartScratch& scratch);

// Copies the selected rows of `emb` to adjacent rows, unless they are adjacent already.
void SelectEmb(const RowSelection& selection, const MapRows& emb,
               PartScratch& scratch) noexcept DFN_REALTIME;
// Returns the adjacent rows of `emb` that the last SelectEmb of this selection prepared.
const float* SelectedEmb(const RowSelection& selection, const MapRows& emb,
                         const PartScratch& scratch) noexcept DFN_REALTIME;

}  // namespace dfn

#endif  // DEEPFILTER_ENGINE_NATIVE_WORKSPACE_H_
