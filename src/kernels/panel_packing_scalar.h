// The scalar twin of the packing of panels.
#ifndef DEEPFILTER_KERNELS_PANEL_PACKING_SCALAR_H_
#define DEEPFILTER_KERNELS_PANEL_PACKING_SCALAR_H_

#include "kernels/panel_packing.h"

namespace dfn::scalar {

// Packs the same bits as dfn::PackPanel.
void PackPanel(const PanelSource& source, size_t depth, Precision precision, size_t panel,
               size_t side_by_side, const PanelWeights& weights);

}  // namespace dfn::scalar

#endif  // DEEPFILTER_KERNELS_PANEL_PACKING_SCALAR_H_
