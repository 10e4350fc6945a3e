#include "model/state_layout.h"

#include <numeric>
#include <utility>

#include "base/aligned_buffer.h"
#include "base/checked.h"

namespace dfn {
namespace {

// The input history of a causal convolution: `kernel_t` - 1 frames of [bins, channels].
void AddHistory(StateLayout& layout, const char* layer, size_t kernel_t, size_t bins,
                size_t channels) {
  if (kernel_t > 1) layout.Add(layer, {kernel_t - 1, bins, channels});
}

// Sums that the next `kernel_t` - 1 frames wait for.
void AddTransposedFir(StateLayout& layout, const char* layer, size_t kernel_t, size_t bins,
                      size_t groups, size_t outputs) {
  if (kernel_t == 1) return;
  layout.Add(layer, {bins, groups, TransposedFirStride(kernel_t - 1, outputs / groups)});
}

void AddHidden(StateLayout& layout, const std::string& part, size_t layers, size_t hidden) {
  for (size_t i = 0; i < layers; ++i) layout.Add(part + ".gru" + std::to_string(i), {hidden});
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

StateLayout NetworkStateLayout(const Config& c) {
  StateLayout layout;
  const size_t channels = c.conv_channels;
  AddHistory(layout, "enc.erb_conv0", c.conv_kernel_inp.t, c.erb_bins(0), 1);
  AddHistory(layout, "enc.erb_conv1", c.conv_kernel.t, c.erb_bins(0), channels);
  AddHistory(layout, "enc.erb_conv2", c.conv_kernel.t, c.erb_bins(1), channels);
  AddHistory(layout, "enc.erb_conv3", c.conv_kernel.t, c.erb_bins(2), channels);
  AddHistory(layout, "enc.df_conv0", c.conv_kernel_inp.t, c.df_bins, 2);
  AddHistory(layout, "enc.df_conv1", c.conv_kernel.t, c.df_bins, channels);
  AddHidden(layout, "enc", 1, c.emb_hidden);

  AddHidden(layout, "erb_dec", c.erb_gru_layers, c.emb_hidden);
  AddHistory(layout, "erb_dec.convt3", c.conv_kernel.t, c.erb_bins(3), channels);
  AddHistory(layout, "erb_dec.convt2", c.convt_kernel.t, c.erb_bins(2), channels);
  AddHistory(layout, "erb_dec.convt1", c.convt_kernel.t, c.erb_bins(1), channels);
  AddHistory(layout, "erb_dec.conv0_out", c.conv_kernel.t, c.erb_bins(0), channels);

  AddHidden(layout, "df_dec", c.df_gru_layers, c.df_hidden);
  const size_t coefs = 2 * c.df_order;
  AddTransposedFir(layout, "df_dec.df_convp", c.df_pathway_kernel_t, c.df_bins,
                   std::gcd(channels, coefs), coefs);
  return layout;
}

StateLayout SignalStateLayout(const Config& c) {
  StateLayout layout;
  const bool filters_masked = c.family == Family::kDeepFilterNet2;
  const size_t bins = c.freq_bins();
  const size_t waiting = c.lookahead_frames() - c.conv_lookahead_frames;
  const size_t noisy = c.lookahead_frames() + (filters_masked ? 0 : c.df_past_frames());
  const size_t masked = filters_masked ? c.df_order - 1 : waiting;

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
