#include "convert/config/config_writer.h"

#include <cmath>
#include <cstddef>

#include "convert/config/number_text.h"

namespace dfn {
namespace {

class IniWriter {
 public:
  void Section(const char* name) {
    if (!text_.empty()) text_ += "\n";
    text_ += std::string("[") + name + "]\n";
  }
  void Key(const char* key, const std::string& value) {
    text_ += std::string(key) + " = " + value + "\n";
  }
  void Key(const char* key, const char* value) { Key(key, std::string(value)); }
  void Key(const char* key, size_t value) { Key(key, std::to_string(value)); }
  void Key(const char* key, float value) { Key(key, NumberText(value)); }
  void Key(const char* key, bool value) { Key(key, value ? "True" : "False"); }
  void Key(const char* key, const KernelSize& value) {
    Key(key, std::to_string(value.t) + "," + std::to_string(value.f));
  }
  std::string Take() && { return std::move(text_); }

 private:
  std::string text_;
};

// The official files name the norm's time constant; its smoothing factor follows from it. The key
// norm_alpha, which wins where it is known, is written only if no time constant leads there.
void WriteNorm(const Config& c, IniWriter& ini) {
  const double dt_s = static_cast<double>(c.hop_size) / static_cast<double>(c.sample_rate_hz);
  if (NormAlpha(c.sample_rate_hz, c.hop_size, 1.0) == c.norm_alpha) {
    ini.Key("norm_tau", "1");
    return;
  }
  const double tau_s = -dt_s / std::log(static_cast<double>(c.norm_alpha));
  ini.Key("norm_tau", NumberText(tau_s));
  if (NormAlpha(c.sample_rate_hz, c.hop_size, tau_s) != c.norm_alpha) {
    ini.Key("norm_alpha", c.norm_alpha);
  }
}

void WriteSignal(const Config& c, IniWriter& ini) {
  ini.Section("df");
  ini.Key("sr", c.sample_rate_hz);
  ini.Key("fft_size", c.fft_size);
  ini.Key("hop_size", c.hop_size);
  ini.Key("nb_erb", c.erb_bands);
  ini.Key("nb_df", c.df_bins);
  WriteNorm(c, ini);
  ini.Key("lsnr_max", c.lsnr_max_db);
  ini.Key("lsnr_min", c.lsnr_min_db);
  ini.Key("min_nb_erb_freqs", c.min_erb_band_bins);
  ini.Key("df_order", c.df_order);
  ini.Key("df_lookahead", c.df_lookahead_frames);
  ini.Key("pad_mode", "output");
}

void WriteNetwork(const Config& c, IniWriter& ini) {
  ini.Section("deepfilternet");
  ini.Key("conv_lookahead", c.conv_lookahead_frames);
  ini.Key("conv_ch", c.conv_channels);
  ini.Key("conv_depthwise", true);
  ini.Key("convt_depthwise", true);
  ini.Key("conv_kernel", c.conv_kernel);
  ini.Key("conv_kernel_inp", c.conv_kernel_inp);
  ini.Key("emb_hidden_dim", c.emb_hidden);
  ini.Key("emb_num_layers", c.erb_gru_layers + 1);
  ini.Key("df_hidden_dim", c.df_hidden);
  ini.Key("df_num_layers", c.df_gru_layers);
  ini.Key("df_gru_skip", SkipName(c.df_skip));
  ini.Key("df_pathway_kernel_size_t", c.df_pathway_kernel_t);
  ini.Key("df_n_iter", size_t{1});
  ini.Key("dfop_method", "df");
  ini.Key("enc_concat", c.enc_concat);
  ini.Key("linear_groups", c.linear_groups);
  ini.Key("group_shuffle", false);
  ini.Key("mask_pf", c.post_filter);
  if (c.family == Family::kDeepFilterNet2) {
    ini.Key("gru_type", "squeeze");
    ini.Key("gru_groups", size_t{1});
    ini.Key("df_output_layer", "groupedlinear");
    return;
  }
  ini.Key("convt_kernel", c.convt_kernel);
  ini.Key("enc_linear_groups", c.enc_linear_groups);
  ini.Key("emb_gru_skip_enc", SkipName(c.enc_skip));
  ini.Key("emb_gru_skip", SkipName(c.erb_skip));
  ini.Key("pf_beta", c.post_filter_beta);
  ini.Key("lsnr_dropout", false);
}

}  // namespace

std::string WriteConfig(const Config& config) {
  IniWriter ini;
  ini.Section("train");
  ini.Key("model", config.family == Family::kDeepFilterNet2 ? "deepfilternet2" : "deepfilternet3");
  if (config.mask_only) ini.Key("mask_only", true);
  WriteSignal(config, ini);
  WriteNetwork(config, ini);
  return std::move(ini).Take();
}

}  // namespace dfn
