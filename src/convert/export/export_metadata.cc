#include "convert/export/export_metadata.h"

#include <cstddef>

#include "base/printable.h"
#include "convert/config/metadata.h"
#include "convert/config/number_text.h"
#include "model/state_layout.h"

namespace dfn {
namespace {

// "first last" of a norm's values at the start, linear between.
std::string StartText(const StateLayout& layout, const char* entry) {
  const StateEntry* norm = layout.Find(entry);
  return NumberText(norm->start_first) + " " + NumberText(norm->start_last);
}

}  // namespace

void AddExportMetadata(const Model& model, const ExportOptions& options, const std::string& part,
                       const std::vector<GraphState>& states, size_t window_frames,
                       GraphBuilder& builder) {
  const Config& c = model.config;
  const auto number = [&builder](const char* key, size_t value) {
    builder.AddMetadata(key, std::to_string(value));
  };
  builder.AddMetadata(kMetaFormat, kMetaFormatValue);
  builder.AddMetadata(kMetaLayout, LayoutName(options.layout));
  builder.AddMetadata(kMetaPart, part);
  builder.AddMetadata(kMetaState, StateFormName(options.state));
  std::vector<StatePair> pairs;
  for (const GraphState& state : states) pairs.push_back({state.in, state.out, state.shape});
  builder.AddMetadata(kMetaStates, StatesJson(pairs));
  builder.AddMetadata("frames", options.single_frame ? "1" : "dynamic");
  if (window_frames > 0) number(kMetaWindow, window_frames);
  builder.AddMetadata("family", FamilyName(c.family));
  builder.AddMetadata("variant", VariantName(c));
  if (const std::string weights = WeightsName(model.origin); !weights.empty()) {
    builder.AddMetadata(kMetaWeights, Printable(weights));
  }
  number("sample_rate_hz", c.sample_rate_hz);
  number("fft_size", c.fft_size);
  number("hop_size", c.hop_size);
  number("erb_bands", c.erb_bands);
  number("min_erb_band_bins", c.min_erb_band_bins);
  number("df_bins", c.df_bins);
  if (c.mask_only) number("mask_only", 1);
  number("df_order", c.df_order);
  number("df_lookahead_frames", c.df_lookahead_frames);
  number("conv_lookahead_frames", c.conv_lookahead_frames);
  number("lookahead_frames", c.lookahead_frames());
  number("delay_samples", c.delay_samples());
  number("conv_channels", c.conv_channels);
  number("emb_width", c.emb_width());
  number("emb_hidden", c.emb_hidden);
  number("erb_gru_layers", c.erb_gru_layers);
  number("df_hidden", c.df_hidden);
  number("df_gru_layers", c.df_gru_layers);
  builder.AddMetadata("lsnr_min_db", NumberText(c.lsnr_min_db));
  builder.AddMetadata("lsnr_max_db", NumberText(c.lsnr_max_db));
  const StateLayout signal = SignalStateLayout(c);
  builder.AddMetadata("norm_alpha", NumberText(c.norm_alpha));
  builder.AddMetadata("norm_erb_start_db", StartText(signal, "norm.erb"));
  builder.AddMetadata("norm_spec_start", StartText(signal, "norm.spec"));
  builder.AddMetadata("post_filter", c.post_filter ? NumberText(c.post_filter_beta) : "0");
}

}  // namespace dfn
