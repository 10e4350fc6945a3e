#include "kernels/gru.h"

#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/gru.cc"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

#include "kernels/activations-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dfn {
namespace HWY_NAMESPACE {
namespace {

using D = hn::CappedTag<float, kPanel>;
using V = hn::Vec<D>;
constexpr size_t kLanes = hn::MaxLanes(D());
constexpr size_t kVecs = kPanel / kLanes;
constexpr size_t kGates = PackedGru::kGates;
constexpr size_t kWidth = kGates * kPanel;

// Accumulators of a tile. Twelve hide the latency of a multiply-add, four cycles at two a cycle,
// and leave four of 16 registers for operands; with 32 registers each operand serves more of them.
constexpr size_t kAccumulators = kVecs == 1 || HWY_ARCH_ARM_A64 ? 24 : 12;
// Rows of a tile that takes one gate, or, on the widest vectors, all three.
constexpr size_t kGateVecs = kVecs == 1 ? kGates : kVecs;
constexpr size_t kMaxRows = kGateVecs <= kAccumulators ? kAccumulators / kGateVecs : 1;
// A row alone takes several panels at a time: the weights then come as few long streams.
constexpr size_t kBatch = kVecs <= 4 ? 4 / kVecs : 1;

// Sums of a panel's gates for one row.
struct PanelSums {
  HWY_ALIGN float gates[kWidth];  // z, r and bias_n + h Rn
};

// Sums of gates [gate, gate + kTileGates) of panels [panel, panel + kPanels) for kRows rows;
// sums: [kRows][kPanels].
// Not inlined: constants of the gates, kept in registers around it, would push out accumulators.
template <size_t kRows, size_t kPanels, size_t kTileGates>
HWY_NOINLINE void Sum(const PackedGru& gru, const GruRow* HWY_RESTRICT rows, size_t panel,
                      size_t gate, PanelSums* HWY_RESTRICT sums) {
  const D d;
  constexpr size_t kTileVecs = kTileGates * kVecs;
  V acc[kRows][kPanels][kTileVecs];
  const float* HWY_RESTRICT w[kPanels];
  for (size_t p = 0; p < kPanels; ++p) {
    w[p] = gru.recurrent.data() + (panel + p) * gru.hidden * kWidth + gate * kPanel;
    const float* bias = gru.bias_n.data() + (panel + p) * kPanel;
    for (size_t r = 0; r < kRows; ++r) {
      const float* from = rows[r].projected + (panel + p) * kWidth;
      for (size_t v = 0; v < kTileVecs; ++v) {
        const size_t column = gate * kPanel + v * kLanes;
        const bool is_n = column >= 2 * kPanel;
        acc[r][p][v] = hn::LoadU(d, is_n ? bias + column - 2 * kPanel : from + column);
      }
    }
  }
  for (size_t k = 0; k < gru.hidden; ++k) {
    for (size_t p = 0; p < kPanels; ++p) {
      for (size_t r = 0; r < kRows; ++r) {
        const V input = hn::Set(d, rows[r].state[k]);
        for (size_t v = 0; v < kTileVecs; ++v) {
          acc[r][p][v] = hn::MulAdd(hn::Load(d, w[p] + v * kLanes), input, acc[r][p][v]);
        }
      }
      w[p] += kWidth;
    }
  }
  for (size_t r = 0; r < kRows; ++r) {
    for (size_t p = 0; p < kPanels; ++p) {
      float* to = sums[r * kPanels + p].gates + gate * kPanel;
      for (size_t v = 0; v < kTileVecs; ++v) hn::Store(acc[r][p][v], d, to + v * kLanes);
    }
  }
}

// New state of a panel's units.
HWY_INLINE void Gates(const PanelSums& sums, const GruRow& row, size_t panel) {
  const D d;
  const float* HWY_RESTRICT projected_n = row.projected + panel * kWidth + 2 * kPanel;
  const float* HWY_RESTRICT state = row.state + panel * kPanel;
  float* HWY_RESTRICT output = row.output + panel * kPanel;
  for (size_t i = 0; i < kPanel; i += kLanes) {
    const V z = SigmoidV(d, hn::Load(d, sums.gates + i));
    const V r = SigmoidV(d, hn::Load(d, sums.gates + kPanel + i));
    const V sum_n = hn::Load(d, sums.gates + 2 * kPanel + i);
    const V n = TanhV(d, hn::MulAdd(r, sum_n, hn::LoadU(d, projected_n + i)));
    const V old = hn::LoadU(d, state + i);
    hn::StoreU(hn::MulAdd(z, hn::Sub(old, n), n), d, output + i);
  }
}

template <size_t kRows, size_t kPanels>
HWY_INLINE void Tile(const PackedGru& gru, const GruRow* rows, size_t panel) {
  PanelSums sums[kRows * kPanels];
  if constexpr (kRows * kPanels * kGates * kVecs <= kAccumulators || kRows == 1) {
    Sum<kRows, kPanels, kGates>(gru, rows, panel, 0, sums);
  } else {
    for (size_t gate = 0; gate < kGates; ++gate) {
      Sum<kRows, kPanels, 1>(gru, rows, panel, gate, sums);
    }
  }
  for (size_t r = 0; r < kRows; ++r) {
    for (size_t p = 0; p < kPanels; ++p) Gates(sums[r * kPanels + p], rows[r], panel + p);
  }
}

// A tile of 1 <= count <= kRows rows.
template <size_t kRows>
HWY_INLINE void TileOfRows(const PackedGru& gru, const GruRow* rows, size_t count, size_t panel) {
  if constexpr (kRows > 1) {
    if (count < kRows) return TileOfRows<kRows - 1>(gru, rows, count, panel);
  }
  Tile<kRows, 1>(gru, rows, panel);
}

void StepOne(const PackedGru& gru, const GruRow* row, bool backwards) {
  const size_t panels = gru.panels();
  const size_t batches = panels / kBatch;
  for (size_t i = 0; i < batches; ++i) {
    Tile<1, kBatch>(gru, row, (backwards ? batches - 1 - i : i) * kBatch);
  }
  for (size_t panel = batches * kBatch; panel < panels; ++panel) Tile<1, 1>(gru, row, panel);
}

// All rows meet a panel's weights before the next panel's come, in tiles of about equal size: a
// tile of few rows waits for weights.
void StepMany(const PackedGru& gru, const GruRow* rows, size_t count, bool backwards) {
  const size_t panels = gru.panels();
  const size_t tiles = (count + kMaxRows - 1) / kMaxRows;
  for (size_t i = 0; i < panels; ++i) {
    const size_t panel = backwards ? panels - 1 - i : i;
    for (size_t tile = 0; tile < tiles; ++tile) {
      const size_t begin = count * tile / tiles;
      const size_t end = count * (tile + 1) / tiles;
      TileOfRows<kMaxRows>(gru, rows + begin, end - begin, panel);
    }
  }
}

void GruStepsImpl(const PackedGru& gru, std::span<const GruStream> streams, size_t output_stride,
                  GruStepScratch& scratch) {
  GruRow* rows = scratch.rows.data();
  for (size_t t = 0;; ++t) {
    size_t count = 0;
    for (const GruStream& stream : streams) {
      if (t >= stream.frames) continue;
      float* output = stream.output + t * output_stride;
      rows[count++] = {stream.projected + t * gru.projected(),
                       t == 0 ? stream.state : output - output_stride, output};
    }
    if (count == 0) break;
    // Every other step runs backwards over the panels: where a layer is larger than L2, what the
    // step before read last is still there.
    const bool backwards = t % 2 != 0;
    if (count == 1) {
      StepOne(gru, rows, backwards);
    } else {
      StepMany(gru, rows, count, backwards);
    }
  }
  for (const GruStream& stream : streams) {
    if (stream.frames == 0) continue;
    std::memcpy(stream.state, stream.output + (stream.frames - 1) * output_stride,
                gru.padded() * sizeof(float));
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dfn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dfn {

HWY_EXPORT(GruStepsImpl);

void GruStepScratch::Fit(size_t streams) {
  if (rows.size() < streams) rows.resize(streams);
}

void GruSteps(const PackedGru& gru, std::span<const GruStream> streams, size_t output_stride,
              GruStepScratch& scratch) noexcept {
  HWY_DYNAMIC_DISPATCH(GruStepsImpl)(gru, streams, output_stride, scratch);
}

}  // namespace dfn
#endif  // HWY_ONCE
