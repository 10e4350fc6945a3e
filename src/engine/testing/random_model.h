// Models with random weights, for tests: any config, no files.
#ifndef DEEPFILTER_ENGINE_TESTING_RANDOM_MODEL_H_
#define DEEPFILTER_ENGINE_TESTING_RANDOM_MODEL_H_

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "kernels/precision.h"
#include "model/model.h"

namespace dfn {

// As the Python package would build it from such a config, weights scaled so that maps keep their
// size and the gates move.
Model RandomModel(const Config& config, uint64_t seed);

// A convolution as the Python package builds it: grouped by gcd(in, out), and, if that is more than
// 1 and the kernel larger than 1x1, followed by a 1x1 convolution.
ConvLayer RandomConvLayer(size_t in, size_t out, KernelSize kernel, size_t stride_f,
                          bool transposed, uint64_t seed);

// Small configs that between them use every way through the engine.
struct NamedConfig {
  std::string name;
  Config config;
};
// What a test's messages call it.
void PrintTo(const NamedConfig& named, std::ostream* out);
std::vector<NamedConfig> SmallConfigs();

// Each of them with weights of each precision.
struct NamedNetwork {
  std::string name;
  Config config;
  Precision precision;
};
void PrintTo(const NamedNetwork& named, std::ostream* out);
std::vector<NamedNetwork> SmallNetworks();

}  // namespace dfn

#endif  // DEEPFILTER_ENGINE_TESTING_RANDOM_MODEL_H_
