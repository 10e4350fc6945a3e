// Loads a panel's weights of each precision, and stores its outputs, in vectors; for use inside
// kernels.
#if defined(DEEPFILTER_KERNELS_PANEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DEEPFILTER_KERNELS_PANEL_INL_H_
#undef DEEPFILTER_KERNELS_PANEL_INL_H_
#else
#define DEEPFILTER_KERNELS_PANEL_INL_H_
#endif

#include <hwy/highway.h>

#include <cstdint>
#include <cstring>

#include "kernels/activations-inl.h"
#include "kernels/packed_matrix.h"

HWY_BEFORE_NAMESPACE();
namespace dfn {
namespace HWY_NAMESPACE {

using PanelD = hn::CappedTag<float, kPanel>;
using PanelV = hn::Vec<PanelD>;
inline constexpr size_t kPanelLanes = hn::MaxLanes(PanelD());
inline constexpr size_t kPanelVecs = kPanel / kPanelLanes;  // registers of a panel

// Loads the weights of a vector of columns as float.
struct FloatWeights {
  using T = float;
  static HWY_INLINE PanelV Load(const T* p) { return hn::Load(PanelD(), p); }
};
struct HalfWeights {
  using T = uint16_t;
  static HWY_INLINE PanelV Load(const T* p) {
    const hn::Rebind<uint16_t, PanelD> d_bits;
    const hn::Rebind<hwy::float16_t, PanelD> d_half;
    return hn::PromoteTo(PanelD(), hn::BitCast(d_half, hn::Load(d_bits, p)));
  }
};

// The group that a panel belongs to, and the panel's first column in the group.
struct PanelPlace {
  size_t group;
  size_t column;
};

// Finds the places of kPanels panels from `panel` on, counted over all groups, with a single
// division.
template <size_t kPanels>
HWY_INLINE void FindPanels(const PackedMatrix& matrix, size_t panel, PanelPlace* places) {
  if (matrix.groups == 1) {
    for (size_t p = 0; p < kPanels; ++p) places[p] = {0, (panel + p) * kPanel};
    return;
  }
  const size_t width = matrix.panels() * kPanel;
  const size_t group = panel / matrix.panels();
  PanelPlace place = {group, panel * kPanel - group * width};
  for (size_t p = 0; p < kPanels; ++p) {
    places[p] = place;
    place.column += kPanel;
    if (place.column == width) place = {place.group + 1, 0};
  }
}

// Sigmoid and tanh take a hundred instructions a vector, so a module that browsers download has them
// in one loop over what is stored, and not unrolled in every tile. The bits are the same.
inline constexpr bool kActivatesStored = HWY_ARCH_WASM;

HWY_NOINLINE inline void ActivateStored(Activation activation, size_t columns,
                                        float* HWY_RESTRICT y) {
  const PanelD d;
  HWY_ALIGN float block[kPanelLanes];
  for (size_t begin = 0; begin < columns; begin += kPanelLanes) {
    const size_t bytes = HWY_MIN(columns - begin, kPanelLanes) * sizeof(float);
    std::memcpy(block, y + begin, bytes);
    hn::Store(ActivateV(d, hn::Load(d, block), activation), d, block);
    std::memcpy(y + begin, block, bytes);
  }
}

// Stores the first `columns` outputs of a panel.
HWY_INLINE void StorePanel(const PanelV* HWY_RESTRICT acc, Activation activation, size_t columns,
                           float* HWY_RESTRICT y) {
  const PanelD d;
  HWY_UNROLL(32)
  for (size_t v = 0; v < kPanelVecs; ++v) {
    const PanelV out = ActivateV(d, acc[v], activation);
    const size_t begin = v * kPanelLanes;
    if (begin + kPanelLanes <= columns) {
      hn::StoreU(out, d, y + begin);
    } else if constexpr (kPanelVecs == 1) {
      // A whole vector would write into the next row. AVX-512 stores a part of one.
      hn::BlendedStore(out, hn::FirstN(d, columns - begin), d, y + begin);
    } else {
      HWY_ALIGN float tail[kPanel];
      hn::Store(out, d, tail);
      for (size_t i = begin; i < columns; ++i) y[i] = tail[i - begin];
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace dfn
HWY_AFTER_NAMESPACE();

#endif  // DEEPFILTER_KERNELS_PANEL_INL_H_
