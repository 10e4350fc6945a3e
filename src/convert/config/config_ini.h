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
//   [train]          model = deepfilternet2 | deepfilternet3, mask_only
//   [df]             sr, fft_size, hop_size, nb_erb, nb_df, min_nb_erb_freqs, lsnr_min, lsnr_max,
//                    norm_alpha, else norm_tau in seconds (libDF `norm_alpha`)
//   [df], else [deepfilternet]   df_order, df_lookahead
//   [deepfilternet]  conv_lookahead, conv_ch, conv_kernel_inp, conv_kernel, emb_hidden_dim,
//                    emb_num_layers, df_hidden_dim, df_num_layers, df_pathway_kernel_size_t,
//                    linear_groups, enc_concat, df_gru_skip, mask_pf
//     DeepFilterNet3 enc_linear_groups, convt_kernel, emb_gru_skip, emb_gru_skip_enc, pf_beta;
//     DeepFilterNet2 takes linear_groups and conv_kernel for the first two.
// A key that its section lacks is taken from [DEFAULT], then from [settings], and where the name has
// "df", the old name with "clc" counts too (df.config Config). An absent key has the Python package's
// default. Keys that ask for another kind of network (gru_type = grouped, dfop_method, df_n_iter,
// lsnr_dropout, df_output_layer = linear) are refused, also where their default asks for it; with
// mask_only those of DeepFilterNet2's deep filter say nothing.
// All other keys are passed over, because the package computes the same whatever they say:
// conv_depthwise, convt_depthwise and pad_mode are read by no layer, gru_groups and group_shuffle
// only by grouped GRUs, and the rest ([train] df_only, [loss], [optim], ..) only in training.
// cp_blacklist in [train] makes the package start a training with some weights left out; a checkpoint
// is read whole here.
//
// The result has passed ValidateConfig. `where` (file name) opens every sentence.
// Errors: kCorrupt (a value that cannot be read), kUnsupported, kLimit, kMismatch (two sections
// that contradict each other).
Result<Config> ReadConfig(const IniFile& ini, const std::string& where, const Limits& limits);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_CONFIG_CONFIG_INI_H_
