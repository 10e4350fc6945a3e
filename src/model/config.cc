#include "model/config.h"

#include <cmath>

namespace dfn {
namespace {

Error Unsupported(const std::string& sentence) { return {ErrorCode::kUnsupported, sentence}; }

Status CheckDimension(const char* key, size_t value, size_t least, size_t most) {
  if (value < least) {
    return Error{ErrorCode::kUnsupported, std::string(key) + " is " + std::to_string(value) +
                                              ", expected at least " + std::to_string(least)};
  }
  if (value > most) {
    return Error{ErrorCode::kLimit, std::string(key) + " is " + std::to_string(value) +
                                        ", the limit is " + std::to_string(most)};
  }
  return {};
}

Status CheckKernel(const char* key, const KernelSize& kernel) {
  // Eight frames of history are more than any known configuration has.
  DFN_CHECK(CheckDimension(key, kernel.t, 1, 8));
  DFN_CHECK(CheckDimension(key, kernel.f, 1, 15));
  if (kernel.f % 2 == 0) {
    return Unsupported(std::string(key) + " has an even width of " + std::to_string(kernel.f) +
                       " bins, expected an odd one");
  }
  return {};
}

Status CheckDivides(const char* what, size_t value, size_t divisor) {
  if (value % divisor == 0) return {};
  return Unsupported(std::string(what) + " is " + std::to_string(value) +
                     ", expected a multiple of " + std::to_string(divisor));
}

Status CheckRanges(const Config& c, size_t most) {
  DFN_CHECK(CheckDimension("sr", c.sample_rate_hz, 1000, 1'000'000));
  DFN_CHECK(CheckDimension("fft_size", c.fft_size, 4, most));
  DFN_CHECK(CheckDimension("hop_size", c.hop_size, 1, c.fft_size));
  DFN_CHECK(CheckDimension("nb_erb", c.erb_bands, 8, c.freq_bins()));
  DFN_CHECK(CheckDimension("nb_df", c.df_bins, 2, c.freq_bins()));
  DFN_CHECK(CheckDimension("min_nb_erb_freqs", c.min_erb_band_bins, 1, c.freq_bins()));
  DFN_CHECK(CheckDimension("df_order", c.df_order, 1, 64));
  DFN_CHECK(CheckDimension("df_lookahead", c.df_lookahead_frames, 0, c.df_order - 1));
  DFN_CHECK(CheckDimension("conv_lookahead", c.conv_lookahead_frames, 0, 64));
  DFN_CHECK(CheckDimension("conv_ch", c.conv_channels, 1, most));
  DFN_CHECK(CheckDimension("emb_hidden_dim", c.emb_hidden, 1, most));
  DFN_CHECK(CheckDimension("emb_num_layers - 1", c.erb_gru_layers, 1, 16));
  DFN_CHECK(CheckDimension("df_hidden_dim", c.df_hidden, 1, most));
  DFN_CHECK(CheckDimension("df_num_layers", c.df_gru_layers, 1, 16));
  DFN_CHECK(CheckDimension("df_pathway_kernel_size_t", c.df_pathway_kernel_t, 1, 64));
  DFN_CHECK(CheckDimension("linear_groups", c.linear_groups, 1, most));
  DFN_CHECK(CheckDimension("enc_linear_groups", c.enc_linear_groups, 1, most));
  DFN_CHECK(CheckKernel("conv_kernel_inp", c.conv_kernel_inp));
  DFN_CHECK(CheckKernel("conv_kernel", c.conv_kernel));
  DFN_CHECK(CheckKernel("convt_kernel", c.convt_kernel));
  return {};
}

// A grouped linear layer cuts both its widths into equal parts.
Status CheckGroups(const char* key, size_t groups, const char* layer, size_t in, size_t out) {
  if (in % groups == 0 && out % groups == 0) return {};
  return Unsupported(std::string(key) + " is " + std::to_string(groups) +
                     ", which does not divide " + layer + "'s widths " + std::to_string(in) +
                     " and " + std::to_string(out));
}

Status CheckLinearLayers(const Config& c) {
  const size_t emb_in = c.emb_in();
  const size_t groups = c.linear_groups;
  DFN_CHECK(CheckGroups(c.enc_linear_groups_key(), c.enc_linear_groups, "df_fc_emb",
                        c.conv_channels * c.df_conv_bins(1), emb_in));
  DFN_CHECK(CheckGroups("linear_groups", groups, "the encoder", (c.enc_concat ? 2 : 1) * emb_in,
                        c.emb_hidden));
  DFN_CHECK(CheckGroups("linear_groups", groups, "the ERB decoder", c.emb_hidden, emb_in));
  DFN_CHECK(CheckGroups("linear_groups", groups, "the embedding", c.emb_width(), c.emb_hidden));
  DFN_CHECK(
      CheckGroups("linear_groups", groups, "df_out", c.df_hidden, 2 * c.df_order * c.df_bins));
  return CheckGroups("the fixed number of groups of the DF decoder's linear_in", kDfGruLinearGroups,
                     "it", c.emb_width(), c.df_hidden);
}

}  // namespace

Status ValidateConfig(const Config& c, const Limits& limits) {
  DFN_CHECK(CheckRanges(c, limits.max_config_dimension));
  // The feature scaling and the overlap-add of the official code are right for twice the hop only.
  if (c.fft_size != 2 * c.hop_size) {
    return Unsupported("fft_size is " + std::to_string(c.fft_size) + ", expected twice hop_size, " +
                       std::to_string(2 * c.hop_size));
  }
  DFN_CHECK(CheckDivides("nb_erb", c.erb_bands, 8));
  DFN_CHECK(CheckDivides("nb_df", c.df_bins, 2));
  if (c.convt_kernel.f != 3) {
    return Unsupported("the transposed convolutions are " + std::to_string(c.convt_kernel.f) +
                       " bins wide, expected 3, the only width that doubles the bands");
  }
  if (!(c.norm_alpha > 0.0f && c.norm_alpha < 1.0f)) {
    return Unsupported("norm_alpha is " + std::to_string(c.norm_alpha) + ", expected 0 to 1");
  }
  if (!(c.lsnr_min_db < c.lsnr_max_db) || !std::isfinite(c.lsnr_min_db) ||
      !std::isfinite(c.lsnr_max_db)) {
    return Unsupported("lsnr_min and lsnr_max are " + std::to_string(c.lsnr_min_db) + " and " +
                       std::to_string(c.lsnr_max_db) + ", expected the first to be smaller");
  }
  if (!std::isfinite(c.post_filter_beta) || c.post_filter_beta < 0.0f) {
    return Unsupported("pf_beta is " + std::to_string(c.post_filter_beta) + ", expected 0 or more");
  }
  if (c.mask_only && !c.has_erb_stage()) {
    return Unsupported(
        "mask_only = true leaves out the deep filter, and nb_df = " + std::to_string(c.df_bins) +
        " the gains, so that the output would be silent; set one of the two keys otherwise");
  }
  if (c.enc_skip != Skip::kNone && c.enc_concat) {
    return Unsupported("emb_gru_skip_enc = " + std::string(SkipName(c.enc_skip)) +
                       " cannot go with enc_concat = true");
  }
  if (c.df_skip == Skip::kIdentity && c.emb_width() != c.df_hidden) {
    return Unsupported("df_gru_skip = identity needs equal widths, but the embedding has " +
                       std::to_string(c.emb_width()) + " and df_hidden_dim is " +
                       std::to_string(c.df_hidden));
  }
  return CheckLinearLayers(c);
}

float NormAlpha(size_t sample_rate_hz, size_t hop_size, double norm_tau_s) {
  const double dt_s = static_cast<double>(hop_size) / static_cast<double>(sample_rate_hz);
  const double exact = std::exp(-dt_s / norm_tau_s);
  for (double scale = 1e3; scale < 1e15; scale *= 10.0) {
    const double rounded = std::round(exact * scale) / scale;
    if (rounded < 1.0) return static_cast<float>(rounded);
  }
  return static_cast<float>(exact);
}

const char* FamilyName(Family family) {
  return family == Family::kDeepFilterNet2 ? "DeepFilterNet2" : "DeepFilterNet3";
}

const char* SkipName(Skip skip) {
  switch (skip) {
    case Skip::kNone:
      return "none";
    case Skip::kIdentity:
      return "identity";
    case Skip::kGroupedLinear:
      return "groupedlinear";
  }
  return "none";
}

}  // namespace dfn
