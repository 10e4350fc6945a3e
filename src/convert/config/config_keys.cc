#include "convert/config/config_keys.h"

namespace dfn {
namespace {

std::string Key(const char* key, size_t value) {
  return std::string(key) + " = " + std::to_string(value);
}

std::string Key(const char* key, const KernelSize& kernel) {
  return Key(key, kernel.t) + "," + std::to_string(kernel.f);
}

std::string Groups(const Config& c) { return Key("linear_groups", c.linear_groups); }

}  // namespace

std::string ConvKeys(const Config& c, ConvKind kind) {
  const std::string channels = Key("conv_ch", c.conv_channels) + ", ";
  switch (kind) {
    case ConvKind::kInput:
      return channels + Key("conv_kernel_inp", c.conv_kernel_inp);
    case ConvKind::kPlain:
      return channels + Key("conv_kernel", c.conv_kernel);
    case ConvKind::kTransposed:
      return channels + Key(c.family == Family::kDeepFilterNet3 ? "convt_kernel" : "conv_kernel",
                            c.convt_kernel);
    case ConvKind::kPathway:
      return channels + Key("df_order", c.df_order) + ", " +
             Key("df_pathway_kernel_size_t", c.df_pathway_kernel_t);
  }
  return channels;
}

std::string EmbeddingKeys(const Config& c) {
  if (c.family == Family::kDeepFilterNet2) return Key("emb_hidden_dim", c.emb_hidden);
  return Key("conv_ch", c.conv_channels) + ", " + Key("nb_erb", c.erb_bands);
}

std::string EncoderKeys(const Config& c) {
  return Groups(c) + ", " + Key("emb_hidden_dim", c.emb_hidden) + ", " +
         Key("conv_ch", c.conv_channels) + ", " + Key("nb_erb", c.erb_bands) +
         ", enc_concat = " + (c.enc_concat ? "true" : "false");
}

std::string ErbDecoderKeys(const Config& c) {
  return Groups(c) + ", " + Key("emb_hidden_dim", c.emb_hidden) + ", " +
         Key("emb_num_layers", c.erb_gru_layers + 1) + ", " + Key("conv_ch", c.conv_channels) +
         ", " + Key("nb_erb", c.erb_bands);
}

std::string DfDecoderKeys(const Config& c) {
  return Key("df_hidden_dim", c.df_hidden) + ", " + Key("df_num_layers", c.df_gru_layers) +
         ", df_gru_skip = " + SkipName(c.df_skip) + ", " + EmbeddingKeys(c);
}

std::string DfOutKeys(const Config& c) {
  return Groups(c) + ", " + Key("df_hidden_dim", c.df_hidden) + ", " + Key("df_order", c.df_order) +
         ", " + Key("nb_df", c.df_bins);
}

std::string DfEmbeddingKeys(const Config& c) {
  return Key(c.family == Family::kDeepFilterNet3 ? "enc_linear_groups" : "linear_groups",
             c.enc_linear_groups) +
         ", " + Key("conv_ch", c.conv_channels) + ", " + Key("nb_df", c.df_bins) + ", " +
         Key("nb_erb", c.erb_bands);
}

}  // namespace dfn
