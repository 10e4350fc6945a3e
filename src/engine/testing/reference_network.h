// The reference implementation of the network, for tests: plain loops in double over whole
// sequences. It is slow and shares no code with the engine.
#ifndef DEEPFILTER_ENGINE_TESTING_REFERENCE_NETWORK_H_
#define DEEPFILTER_ENGINE_TESTING_REFERENCE_NETWORK_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/model.h"

namespace dfn::reference {

// Maps of all frames, [T, C, F].
struct Map {
  size_t channels = 0;
  size_t bins = 0;
  std::vector<std::vector<double>> frames;
};

// Computes a causal convolution with zeros before the first frame, then its 1x1 convolution,
// without activation.
Map RunConv(const ConvLayer& layer, const Map& input);

struct Outputs {
  std::vector<double> lsnr_db;  // [T]
  std::vector<double> gains;    // [erb_rows, E]
  std::vector<double> coefs;    // [df_rows, D, O, 2]
};

// Runs one stream from its start: encodes all frames and decodes the listed ones.
//   feat_erb: [T, E]; feat_spec: [T, D, 2]
Outputs RunNetwork(const Model& model, const std::vector<float>& feat_erb,
                   const std::vector<float>& feat_spec, const std::vector<uint32_t>& erb_rows,
                   const std::vector<uint32_t>& df_rows);

}  // namespace dfn::reference

#endif  // DEEPFILTER_ENGINE_TESTING_REFERENCE_NETWORK_H_
