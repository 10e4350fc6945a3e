#include "ort/network_outputs.h"

#include <algorithm>
#include <cstdint>

#include "base/printable.h"

namespace dfn::ort {

Result<size_t> FindOutput(const ValueNames& names, const char* name, const std::string& files) {
  const auto found = names.find(name);
  if (found != names.end()) return found->second;
  return Error{ErrorCode::kMismatch, files + ": no graph has the output " + Quoted(name)};
}

Status CheckFloats(const std::string& files, const char* name, const ValueShape& shape,
                   size_t floats) {
  if (shape.floats() == floats) return {};
  return Error{ErrorCode::kMismatch, files + ": output " + Quoted(name) + " has shape " +
                                         DimsText(shape.dims) + " for one frame, expected " +
                                         std::to_string(floats) + " values as config.ini asks for"};
}

Result<CoefsOrder> FindCoefsOrder(const std::string& files, const ValueShape& shape,
                                  const Config& config) {
  const int64_t bins = static_cast<int64_t>(config.df_bins);
  const int64_t order = static_cast<int64_t>(config.df_order);
  DFN_CHECK(CheckFloats(files, "coefs", shape, config.df_bins * config.df_order * 2));
  const auto squeezed = [](Dims dims) {
    dims.erase(std::remove(dims.begin(), dims.end(), 1), dims.end());
    return dims;
  };
  const Dims found = squeezed(shape.dims);
  for (const Dims& known : {Dims{bins, 2 * order}, Dims{bins, order, 2}, Dims{bins * order * 2}}) {
    if (found == squeezed(known)) return CoefsOrder::kBinsFirst;
  }
  if (found == squeezed({order, bins, 2})) return CoefsOrder::kTapsFirst;
  return Error{ErrorCode::kMismatch,
               files + ": output \"coefs\" has shape " + DimsText(shape.dims) +
                   " for one frame, expected " + DimsText(Dims{bins, 2 * order}) + ", " +
                   DimsText(Dims{bins, order, 2}) + " or " + DimsText(Dims{order, bins, 2})};
}

void OrderCoefs(CoefsOrder order, const Config& config, const float* from, float* to) noexcept {
  const size_t bins = config.df_bins;
  const size_t taps = config.df_order;
  if (order == CoefsOrder::kBinsFirst) {
    std::copy_n(from, bins * taps * 2, to);
    return;
  }
  for (size_t tap = 0; tap < taps; ++tap) {
    for (size_t bin = 0; bin < bins; ++bin) {
      std::copy_n(from + (tap * bins + bin) * 2, 2, to + (bin * taps + tap) * 2);
    }
  }
}

void FillIdentity(const Config& config, float* coefs) noexcept {
  const size_t taps = config.df_order;
  std::fill_n(coefs, config.df_bins * taps * 2, 0.0f);
  for (size_t bin = 0; bin < config.df_bins; ++bin) {
    coefs[(bin * taps + config.df_past_frames()) * 2] = 1.0f;
  }
}

}  // namespace dfn::ort
