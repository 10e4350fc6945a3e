// config.ini of the public Python package, read as that package reads it.
#ifndef DEEPFILTER_CONVERT_CONFIG_CONFIG_INI_H_
#define DEEPFILTER_CONVERT_CONFIG_CONFIG_INI_H_

#include <string>

#include "base/limits.h"
#include "base/result.h"
#include "formats/ini/ini.h"
#include "model/config.h"

namespace dfn {

// Section and key -> Config (df.config DfParams, df.deepfilternet2/3 ModelParams):
//   [train]          model = deepfilternet2 | deepfilternet3
//   [df]             sr, fft_size, hop_size, nb_erb, nb_df, min_nb_erb_freqs, lsnr_min, lsnr_max,
//                    norm_alpha, else norm_tau in seconds (libDF `norm_alpha`)
//   [df], else [deepfilternet]   df_order, df_lookahead
//   [deepfilternet]  conv_lookahead, conv_ch, conv_kernel_inp, conv_kernel, emb_hidden_dim,
//                    emb_num_layers, df_hidden_dim, df_num_layers, df_pathway_kernel_size_t,
//                    linear_groups, enc_concat, df_gru_skip, mask_pf
//     DeepFilterNet3 enc_linear_groups, convt_kernel, emb_gru_skip, emb_gru_skip_enc, pf_beta;
//     DeepFilterNet2 takes linear_groups and conv_kernel for the first two.
// An absent key has the Python package's default. Keys without an effect at inference are ignored.
// Keys that ask for another kind of network (gru_type = grouped, dfop_method, df_n_iter,
// lsnr_dropout, df_output_layer = linear) are refused, also where their default asks for it.
//
// The result has passed ValidateConfig. `where` (file name) opens every sentence.
// Errors: kCorrupt (a value that cannot be read), kUnsupported, kLimit, kMismatch (two sections
// that contradict each other).
Result<Config> ReadConfig(const IniFile& ini, const std::string& where, const Limits& limits);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_CONFIG_CONFIG_INI_H_
