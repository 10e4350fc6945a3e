// The settings of config.ini as plain values. Every size in the project comes from here.
#ifndef DEEPFILTER_MODEL_CONFIG_H_
#define DEEPFILTER_MODEL_CONFIG_H_

#include <algorithm>
#include <cstddef>
#include <string>

#include "base/limits.h"
#include "base/result.h"

namespace dfn {

enum class Family { kDeepFilterNet2, kDeepFilterNet3 };

// Groups of the DF decoder's linear_in. No key sets them; this is the default of Python's
// SqueezedGRU.
inline constexpr size_t kDfGruLinearGroups = 8;

// The skip connection from a recurrent block's input to its output. kGroupedLinear has weights.
enum class Skip { kNone, kIdentity, kGroupedLinear };

struct KernelSize {
  size_t t = 1;  // frames
  size_t f = 3;  // bins, odd
  bool operator==(const KernelSize&) const = default;
};

// Defaults are those of the public Python package for an absent key. Keys: see
// `convert/config/config_ini.h`.
struct Config {
  Family family = Family::kDeepFilterNet3;

  // Signal processing.
  size_t sample_rate_hz = 48000;
  size_t fft_size = 960;
  size_t hop_size = 480;
  size_t erb_bands = 32;  // E
  size_t df_bins = 96;    // D
  size_t min_erb_band_bins = 2;
  float norm_alpha = 0.99f;  // smoothing of both feature norms, in (0, 1)
  float lsnr_min_db = -15.0f;
  float lsnr_max_db = 35.0f;

  // Deep filter and look-ahead.
  size_t df_order = 5;  // O
  size_t df_lookahead_frames = 0;
  size_t conv_lookahead_frames = 0;

  // Network.
  size_t conv_channels = 16;                      // C
  KernelSize conv_kernel_inp = {.t = 3, .f = 3};  // erb_conv0, df_conv0
  KernelSize conv_kernel = {};                    // the other convolutions
  KernelSize convt_kernel = {};                   // transposed; see convt_kernel_key
  size_t emb_hidden = 256;                        // H of encoder and ERB decoder
  size_t erb_gru_layers = 1;                      // emb_num_layers - 1; the encoder always has one
  size_t df_hidden = 256;                         // H of the DF decoder
  size_t df_gru_layers = 3;
  size_t df_pathway_kernel_t = 1;
  size_t linear_groups = 1;
  size_t enc_linear_groups = 16;  // df_fc_emb; see enc_linear_groups_key
  bool enc_concat = false;
  Skip enc_skip = Skip::kNone;  // added after linear_out; kNone in DeepFilterNet2
  Skip erb_skip = Skip::kNone;  // added after linear_out; kNone in DeepFilterNet2
  Skip df_skip = Skip::kNone;   // added to the GRU's output

  // No deep filter: the masked spectrum is the enhanced one (run_df of df.deepfilternet2/3 DfNet).
  // The model has no DF decoder then, since nothing would use one. Of the keys of the deep filter
  // only `df_bins` still counts, as the width of the complex features.
  bool mask_only = false;

  // Post filter at inference.
  bool post_filter = false;
  float post_filter_beta = 0.02f;

  bool operator==(const Config&) const = default;

  size_t freq_bins() const { return fft_size / 2 + 1; }  // F of a spectrum
  // Encoder feature maps e0 .. e3 and c0, c1, in bins.
  size_t erb_bins(size_t level) const { return erb_bands >> (level < 2 ? level : 2); }
  size_t df_conv_bins(size_t level) const { return df_bins >> level; }
  // Width of flattened e3, and of df_fc_emb's output.
  size_t emb_in() const { return conv_channels * erb_bands / 4; }
  // Width of the encoder's output `emb`.
  size_t emb_width() const { return emb_has_linear_out() ? emb_in() : emb_hidden; }
  // The deep filter of frame n takes frames n - (O - 1 - df_lookahead) .. n + df_lookahead.
  size_t df_past_frames() const { return mask_only ? 0 : df_order - 1 - df_lookahead_frames; }
  // Frames between a spectrum's arrival and its enhanced frame. A filter of the noisy spectrum
  // waits for both look-aheads at once; a filter of the masked one waits for one after the other.
  size_t lookahead_frames() const {
    if (mask_only) return conv_lookahead_frames;
    return filters_masked_spectrum() ? conv_lookahead_frames + df_lookahead_frames
                                     : std::max(conv_lookahead_frames, df_lookahead_frames);
  }
  // Delay from a sample in to the same sample out: overlap of the STFT plus look-ahead.
  size_t delay_samples() const { return fft_size - hop_size + lookahead_frames() * hop_size; }

  // In what the families differ, each with its place in the Python package.
  //
  // The encoder's recurrent block ends in a grouped linear layer: df.deepfilternet3 Encoder gives
  // its SqueezedGRU_S an output_size, df.deepfilternet2 Encoder gives its SqueezedGRU none.
  bool emb_has_linear_out() const { return family == Family::kDeepFilterNet3; }
  // The decoders' recurrent blocks add linear_in's output to the last GRU's, before linear_out and
  // any other skip: df.deepfilternet2 ErbDecoder and DfDecoder build their SqueezedGRU with
  // gru_skip_op = nn.Identity.
  bool gru_skip_from_linear_in() const { return family == Family::kDeepFilterNet2; }
  // The deep filter takes the masked spectrum (df.deepfilternet2 DfNet.forward), not the noisy one
  // (df.deepfilternet3 DfNet.forward).
  bool filters_masked_spectrum() const { return family == Family::kDeepFilterNet2; }
  // The post filter works on the ERB gains (df.modules Mask, as df.deepfilternet2 uses it), not on
  // the enhanced spectrum (df.deepfilternet3 DfNet.forward).
  bool post_filters_gains() const { return family == Family::kDeepFilterNet2; }
  // Numbers of one frame's coefficients, [D, O, 2].
  size_t coef_floats() const { return mask_only ? 0 : 2 * df_bins * df_order; }
  // Whether gains are applied at all: df.deepfilternet3 DfNet leaves its ERB stage out (run_erb)
  // where the deep filter covers all bins, or all but one, which is then silent.
  bool has_erb_stage() const { return filters_masked_spectrum() || df_bins + 1 < freq_bins(); }
  // The keys that `convt_kernel` and `enc_linear_groups` come from: df.deepfilternet2 ModelParams
  // has none for them alone.
  const char* convt_kernel_key() const {
    return family == Family::kDeepFilterNet3 ? "convt_kernel" : "conv_kernel";
  }
  const char* enc_linear_groups_key() const {
    return family == Family::kDeepFilterNet3 ? "enc_linear_groups" : "linear_groups";
  }
};

// Checks ranges and what the architecture demands (divisibility, widths that must agree), so that
// other code may rely on the numbers. Errors: kUnsupported, kLimit; the sentence names the key.
Status ValidateConfig(const Config& config, const Limits& limits);

// The smoothing factor of both feature norms for a time constant: exp(-hop / (rate * tau)), rounded
// to three decimals, or as many more as it takes to stay below 1 (libDF `norm_alpha`).
float NormAlpha(size_t sample_rate_hz, size_t hop_size, double norm_tau_s);

// "DeepFilterNet2", "DeepFilterNet3".
const char* FamilyName(Family family);
// "none", "identity", "groupedlinear", as in config.ini.
const char* SkipName(Skip skip);

}  // namespace dfn

#endif  // DEEPFILTER_MODEL_CONFIG_H_
