#include "model/state_layout.h"

#include <utility>
#include <variant>

#include "base/aligned_buffer.h"
#include "base/checked.h"
#include "model/layers.h"

namespace dfn {
namespace {

// The shape of a layer's state, see NetworkStateLayout; empty if it has none.
std::vector<size_t> StateShape(const LayerSpec& spec, const Model& model) {
  if (const auto* gru = std::get_if<Gru>(&spec.sizes)) return {gru->hidden};
  if (!std::holds_alternative<ConvLayer>(spec.sizes)) return {};
  const auto* layer = spec.Find<ConvLayer>(model);
  if (layer == nullptr || layer->conv.kernel_t == 1) return {};
  const Conv& conv = layer->conv;
  const size_t past = conv.kernel_t - 1;
  if (!spec.transposed_fir) return {past, spec.bins, conv.in_channels};
  return {spec.bins, conv.groups, TransposedFirStride(past, conv.out_channels / conv.groups)};
}

}  // namespace

size_t TransposedFirStride(size_t frames, size_t outputs) {
  constexpr size_t kLanes = 8;
  return RoundUp(RoundUp(frames * outputs, kLanes) + outputs, kAlignmentFloats);
}

void StateLayout::Add(std::string name, std::vector<size_t> shape, float start_first,
                      float start_last) {
  StateEntry entry{.name = std::move(name),
                   .shape = std::move(shape),
                   .offset = size_,
                   .size = 1,
                   .start_first = start_first,
                   .start_last = start_last};
  for (size_t dimension : entry.shape) entry.size *= dimension;
  size_ = RoundUp(size_ + entry.size, kAlignmentFloats);
  entries_.push_back(std::move(entry));
}

const StateEntry* StateLayout::Find(std::string_view name) const {
  for (const StateEntry& entry : entries_) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

void StateLayout::Reset(float* state) const noexcept {
  for (size_t i = 0; i < size_; ++i) state[i] = 0.0f;
  for (const StateEntry& entry : entries_) {
    if (entry.shape.empty()) continue;
    const size_t inner = entry.shape.back();
    // As libDF computes them: first + i * step in float32.
    const float step =
        inner > 1 ? (entry.start_last - entry.start_first) / static_cast<float>(inner - 1) : 0.0f;
    for (size_t i = 0; i < entry.size; ++i) {
      state[entry.offset + i] = entry.start_first + static_cast<float>(i % inner) * step;
    }
  }
}

StateLayout NetworkStateLayout(const Config& config) {
  return NetworkStateLayout(Architecture(config));
}

StateLayout NetworkStateLayout(const Model& model) {
  StateLayout layout;
  for (const LayerSpec& spec : LayerTable(model.config)) {
    std::vector<size_t> shape = StateShape(spec, model);
    if (!shape.empty()) layout.Add(spec.name, std::move(shape));
  }
  return layout;
}

StateLayout SignalStateLayout(const Config& c) {
  StateLayout layout;
  const bool filters_masked = c.filters_masked_spectrum();
  const size_t bins = c.freq_bins();
  const size_t waiting = c.lookahead_frames() - c.conv_lookahead_frames;
  const size_t noisy = c.lookahead_frames() + (filters_masked ? 0 : c.df_past_frames());
  const size_t masked = filters_masked && !c.mask_only ? c.df_order - 1 : waiting;

  layout.Add("stft.analysis", {c.fft_size - c.hop_size});
  layout.Add("stft.synthesis", {c.fft_size - c.hop_size});
  // Start values of libDF (`MEAN_NORM_INIT` in dB, `UNIT_NORM_INIT`).
  layout.Add("norm.erb", {c.erb_bands}, -60.0f, -90.0f);
  layout.Add("norm.spec", {c.df_bins}, 0.001f, 0.0001f);
  if (noisy > 0) layout.Add("spec.noisy", {noisy, bins, 2});
  if (masked > 0) layout.Add("spec.masked", {masked, bins, 2});
  if (waiting > 0) {
    layout.Add("df.coefs", {waiting, c.df_bins, c.df_order, 2});
    layout.Add("frame.stage", {waiting});
  }
  layout.Add("frame.count", {1});
  return layout;
}

}  // namespace dfn
