// The keys of config.ini that determine a layer's sizes, with their values, for messages.
#ifndef DEEPFILTER_CONVERT_CONFIG_CONFIG_KEYS_H_
#define DEEPFILTER_CONVERT_CONFIG_CONFIG_KEYS_H_

#include <string>

#include "model/config.h"

namespace dfn {

enum class ConvKind { kInput, kPlain, kTransposed, kPathway };

// "conv_ch = 64, conv_kernel = 1,3"
std::string ConvKeys(const Config& config, ConvKind kind);
// The keys of the encoder's and the ERB decoder's recurrent blocks.
std::string EncoderKeys(const Config& config);
std::string ErbDecoderKeys(const Config& config);
// The keys of the DF decoder's recurrent block, and of df_out.
std::string DfDecoderKeys(const Config& config);
std::string DfOutKeys(const Config& config);
// The keys of df_fc_emb, and of layers that take the encoder's output only.
std::string DfEmbeddingKeys(const Config& config);
std::string EmbeddingKeys(const Config& config);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_CONFIG_CONFIG_KEYS_H_
