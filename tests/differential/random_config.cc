#include "differential/random_config.h"

#include <cstddef>
#include <initializer_list>

namespace dfn::test {
namespace {

size_t OneOf(std::mt19937& random, std::initializer_list<size_t> values) {
  return values.begin()[random() % values.size()];
}

size_t From(std::mt19937& random, size_t least, size_t most) {
  return least + random() % (most - least + 1);
}

Skip RandomSkip(std::mt19937& random) { return static_cast<Skip>(random() % 3); }

KernelSize RandomKernel(std::mt19937& random) {
  return {.t = From(random, 1, 3), .f = OneOf(random, {1, 3, 3, 5})};
}

Config Draw(std::mt19937& random) {
  Config c;
  const bool dfn2 = random() % 2 == 0;
  c.family = dfn2 ? Family::kDeepFilterNet2 : Family::kDeepFilterNet3;
  c.hop_size = OneOf(random, {48, 60, 80, 96, 120});
  c.fft_size = 2 * c.hop_size;
  c.sample_rate_hz = 100 * c.hop_size;
  c.min_erb_band_bins = 1;
  c.erb_bands = OneOf(random, {8, 16, 24, 32});
  c.df_bins = 2 * From(random, 1, c.hop_size / 4);
  c.df_order = From(random, 1, 6);
  c.df_lookahead_frames = From(random, 0, c.df_order - 1);
  c.conv_lookahead_frames = From(random, 0, 3);
  c.conv_channels = From(random, 1, 24);
  c.conv_kernel_inp = RandomKernel(random);
  c.conv_kernel = RandomKernel(random);
  c.convt_kernel = {.t = From(random, 1, 3), .f = 3};
  c.linear_groups = OneOf(random, {1, 2, 3, 4, 8});
  c.enc_linear_groups = OneOf(random, {1, 2, 4, 8});
  c.emb_hidden = 4 * From(random, 1, 10);
  c.df_hidden = 8 * From(random, 1, 6);
  c.erb_gru_layers = From(random, 1, 3);
  c.df_gru_layers = From(random, 1, 3);
  c.df_pathway_kernel_t = From(random, 1, 6);
  c.enc_concat = random() % 2 == 0;
  c.df_skip = RandomSkip(random);
  if (dfn2) {
    // Its package has no keys of their own for these.
    c.convt_kernel = {.t = c.conv_kernel.t, .f = c.conv_kernel.f};
    c.enc_linear_groups = c.linear_groups;
  } else {
    c.enc_skip = RandomSkip(random);
    c.erb_skip = RandomSkip(random);
  }
  c.mask_only = random() % 8 == 0;
  c.post_filter = random() % 3 == 0;
  if (!dfn2) c.post_filter_beta = 0.05f;
  return c;
}

}  // namespace

Config RandomConfig(std::mt19937& random) {
  for (;;) {
    const Config config = Draw(random);
    if (ValidateConfig(config, {}).ok()) return config;
  }
}

std::string ConfigText(const Config& c) {
  const auto number = [](size_t value) { return std::to_string(value); };
  const auto kernel = [&](const KernelSize& k) { return number(k.t) + "x" + number(k.f); };
  return std::string(FamilyName(c.family)) + " hop " + number(c.hop_size) + " E " +
         number(c.erb_bands) + " D " + number(c.df_bins) + " O " + number(c.df_order) +
         " look-ahead " + number(c.conv_lookahead_frames) + "/" + number(c.df_lookahead_frames) +
         " C " + number(c.conv_channels) + " kernels " + kernel(c.conv_kernel_inp) + " " +
         kernel(c.conv_kernel) + " " + kernel(c.convt_kernel) + " pathway " +
         number(c.df_pathway_kernel_t) + " H " + number(c.emb_hidden) + "/" + number(c.df_hidden) +
         " layers " + number(c.erb_gru_layers) + "/" + number(c.df_gru_layers) + " groups " +
         number(c.linear_groups) + "/" + number(c.enc_linear_groups) + " skips " +
         SkipName(c.enc_skip) + "/" + SkipName(c.erb_skip) + "/" + SkipName(c.df_skip) +
         (c.enc_concat ? " concat" : "") + (c.mask_only ? " mask_only" : "") +
         (c.post_filter ? " post_filter" : "");
}

}  // namespace dfn::test
