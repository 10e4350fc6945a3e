#include "kernels/gru.h"

#include <type_traits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/gru.cc"
#include <hwy/foreach_target.h>
// This header must follow foreach_target.h.
#include <hwy/highway.h>

#include "kernels/gru-inl.h"
#include "kernels/panel-inl.h"
#include "kernels/quantized_gru.h"

HWY_BEFORE_NAMESPACE();
namespace dfn {
namespace HWY_NAMESPACE {
namespace {

// The number of accumulators in a tile. With floats, twelve hide the latency of a multiply-add
// (four cycles, two issued a cycle) and leave four of 16 registers for operands; with 32 registers
// each operand is used for more accumulators.
constexpr bool kManyRegisters = kPanelVecs == 1 || HWY_ARCH_ARM_A64;
constexpr size_t kAccumulators = kManyRegisters ? 24 : 12;
// The rows of a tile, each of which needs the accumulators of one gate, or of all three on the
// widest vectors.
constexpr size_t kGateVecs = kPanelVecs == 1 ? kGates : kPanelVecs;
constexpr size_t kMaxRows = HWY_MAX(kAccumulators / kGateVecs, size_t{1});
// A single row takes several panels at a time, so that the weights are read as few long streams.
constexpr size_t kBatch = kPanelVecs <= 4 ? 4 / kPanelVecs : 1;

// GCC keeps an array of accumulators in memory, and stores it at every weight, unless it unrolls
// early all loops over it, also those before and after the sum. So each of them has HWY_UNROLL.

// Computes the sums of gates [gate, gate + kTileGates) of panels [panel, panel + kPanels) for kRows
// rows; sums: [kRows][kPanels]. It is not inlined, because the gates' constants, which the caller
// keeps in registers, would displace accumulators.
template <class Weights, size_t kRows, size_t kPanels, size_t kTileGates>
HWY_NOINLINE void SumFloats(const PackedGru& gru, const typename Weights::T* HWY_RESTRICT weights,
                            const GruRow* HWY_RESTRICT rows, size_t panel, size_t gate,
                            PanelSums* HWY_RESTRICT sums) {
  const PanelD d;
  constexpr size_t kTileVecs = kTileGates * kPanelVecs;
  PanelV acc[kRows][kPanels][kTileVecs];
  const typename Weights::T* HWY_RESTRICT w[kPanels];
  HWY_UNROLL(32)
  for (size_t p = 0; p < kPanels; ++p) {
    w[p] = weights + (panel + p) * gru.hidden * kWidth + gate * kPanel;
    HWY_UNROLL(32)
    for (size_t r = 0; r < kRows; ++r) {
      HWY_UNROLL(32)
      for (size_t v = 0; v < kTileVecs; ++v) {
        acc[r][p][v] = Start(gru, rows[r], panel + p, gate * kPanel + v * kPanelLanes);
      }
    }
  }
  for (size_t k = 0; k < gru.hidden; ++k) {
    HWY_UNROLL(32)
    for (size_t p = 0; p < kPanels; ++p) {
      // The operands that are fewer, weights or inputs, are kept in registers.
      if constexpr (kRows < kTileVecs) {
        PanelV input[kRows];
        HWY_UNROLL(32)
        for (size_t r = 0; r < kRows; ++r) input[r] = hn::Set(d, rows[r].state[k]);
        HWY_UNROLL(32)
        for (size_t v = 0; v < kTileVecs; ++v) {
          const PanelV weight = Weights::Load(w[p] + v * kPanelLanes);
          HWY_UNROLL(32)
          for (size_t r = 0; r < kRows; ++r) {
            acc[r][p][v] = hn::MulAdd(weight, input[r], acc[r][p][v]);
          }
        }
      } else {
        PanelV weight[kTileVecs];
        HWY_UNROLL(32)
        for (size_t v = 0; v < kTileVecs; ++v) weight[v] = Weights::Load(w[p] + v * kPanelLanes);
        HWY_UNROLL(32)
        for (size_t r = 0; r < kRows; ++r) {
          const PanelV input = hn::Set(d, rows[r].state[k]);
          HWY_UNROLL(32)
          for (size_t v = 0; v < kTileVecs; ++v) {
            acc[r][p][v] = hn::MulAdd(weight[v], input, acc[r][p][v]);
          }
        }
      }
      w[p] += kWidth;
    }
  }
  HWY_UNROLL(32)
  for (size_t r = 0; r < kRows; ++r) {
    HWY_UNROLL(32)
    for (size_t p = 0; p < kPanels; ++p) {
      float* to = sums[r * kPanels + p].gates + gate * kPanel;
      HWY_UNROLL(32)
      for (size_t v = 0; v < kTileVecs; ++v) hn::Store(acc[r][p][v], d, to + v * kPanelLanes);
    }
  }
}

template <class Weights, size_t kRows, size_t kPanels, size_t kTileGates>
HWY_INLINE void Sum(const PackedGru& gru, const GruRow* rows, size_t panel, size_t gate,
                    PanelSums* sums) {
  if constexpr (std::is_same_v<Weights, HalfWeights>) {
    SumFloats<Weights, kRows, kPanels, kTileGates>(gru, gru.reduced.halves.data(), rows, panel,
                                                   gate, sums);
  } else {
    SumFloats<Weights, kRows, kPanels, kTileGates>(gru, gru.recurrent.data(), rows, panel, gate,
                                                   sums);
  }
}

template <class Weights, size_t kRows, size_t kPanels>
HWY_INLINE void Tile(const PackedGru& gru, const GruRow* rows, size_t panel) {
  PanelSums sums[kRows * kPanels];
  if constexpr (kRows * kPanels * kGates * kPanelVecs <= kAccumulators || kRows == 1) {
    Sum<Weights, kRows, kPanels, kGates>(gru, rows, panel, 0, sums);
  } else {
    for (size_t gate = 0; gate < kGates; ++gate) {
      Sum<Weights, kRows, kPanels, 1>(gru, rows, panel, gate, sums);
    }
  }
  HWY_UNROLL(32)
  for (size_t r = 0; r < kRows; ++r) {
    HWY_UNROLL(32)
    for (size_t p = 0; p < kPanels; ++p) Gates(sums[r * kPanels + p], rows[r], panel + p);
  }
}

// Runs a tile of 1 <= count <= kRows rows.
template <class Weights, size_t kRows>
HWY_INLINE void TileOfRows(const PackedGru& gru, const GruRow* rows, size_t count, size_t panel) {
  if constexpr (kRows > 1) {
    if (count < kRows) return TileOfRows<Weights, kRows - 1>(gru, rows, count, panel);
  }
  Tile<Weights, kRows, 1>(gru, rows, panel);
}

template <class Weights>
void StepOne(const PackedGru& gru, const GruRow* row, bool backwards) {
  const size_t panels = gru.panels();
  const size_t batches = panels / kBatch;
  for (size_t i = 0; i < batches; ++i) {
    Tile<Weights, 1, kBatch>(gru, row, (backwards ? batches - 1 - i : i) * kBatch);
  }
  for (size_t panel = batches * kBatch; panel < panels; ++panel) {
    Tile<Weights, 1, 1>(gru, row, panel);
  }
}

// Multiplies all rows with a panel's weights before it goes on to the next panel. The tiles are of
// about equal size, since a tile of few rows is slowed by reading weights.
template <class Weights>
void StepMany(const PackedGru& gru, const GruRow* rows, size_t count, bool backwards) {
  const size_t panels = gru.panels();
  const size_t tiles = (count + kMaxRows - 1) / kMaxRows;
  for (size_t i = 0; i < panels; ++i) {
    const size_t panel = backwards ? panels - 1 - i : i;
    for (size_t tile = 0; tile < tiles; ++tile) {
      const size_t begin = count * tile / tiles;
      const size_t end = count * (tile + 1) / tiles;
      TileOfRows<Weights, kMaxRows>(gru, rows + begin, end - begin, panel);
    }
  }
}

template <class Weights>
void Steps(const PackedGru& gru, std::span<const GruStream> streams, size_t output_stride,
           GruStepScratch& scratch) {
  ForEachStep(gru, streams, output_stride, scratch.rows.data(),
              [&](const GruRow* rows, size_t count, bool backwards) HWY_ATTR {
                if (count == 1) {
                  StepOne<Weights>(gru, rows, backwards);
                } else {
                  StepMany<Weights>(gru, rows, count, backwards);
                }
              });
}

void GruStepsImpl(const PackedGru& gru, std::span<const GruStream> streams, size_t output_stride,
                  GruStepScratch& scratch) {
  switch (gru.precision) {
    case Precision::kF32:
      return Steps<FloatWeights>(gru, streams, output_stride, scratch);
    case Precision::kF16:
      if constexpr (!kWidensHalves) {
        Steps<HalfWeights>(gru, streams, output_stride, scratch);
      }
      return;
    case Precision::kI8:
      return;
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dfn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dfn {

HWY_EXPORT(GruStepsImpl);

void GruStepScratch::Fit(const PackedGru& gru, size_t streams) {
  if (rows.size() < streams) rows.resize(streams);
  if (gru.precision == Precision::kI8) quantized.Fit(streams, 1, gru.hidden);
}

void GruSteps(const PackedGru& gru, std::span<const GruStream> streams, size_t output_stride,
              GruStepScratch& scratch) noexcept {
  if (gru.precision == Precision::kI8) {
    return QuantizedGruSteps(gru, streams, output_stride, scratch);
  }
  HWY_DYNAMIC_DISPATCH(GruStepsImpl)(gru, streams, output_stride, scratch);
}

}  // namespace dfn
#endif  // HWY_ONCE
