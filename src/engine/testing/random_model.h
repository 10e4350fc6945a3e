// Models with random weights for any config, for tests that need no files.
#ifndef DEEPFILTER_ENGINE_TESTING_RANDOM_MODEL_H_
#define DEEPFILTER_ENGINE_TESTING_RANDOM_MODEL_H_

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "base/precision.h"
#include "model/model.h"
#include "model/testing/regroup.h"

namespace dfn {

// The layers that the config asks for, without the optional ones. The weights are scaled so that
// maps keep their magnitude and the gates vary.
Model RandomModel(const Config& config, uint64_t seed, Grouping grouping = Grouping::kPackage);

// Returns a convolution of SeparableConv's sizes.
ConvLayer RandomConvLayer(size_t in, size_t out, KernelSize kernel, size_t stride_f,
                          bool transposed, uint64_t seed);

// Small configs that together use every path through the engine.
struct NamedConfig {
  std::string name;
  Config config;
};
// Prints the name, for a test's messages.
void PrintTo(const NamedConfig& named, std::ostream* out);
std::vector<NamedConfig> SmallConfigs();

// Each of these configs with weights of each precision.
struct NamedNetwork {
  std::string name;
  Config config;
  Precision precision;
};
void PrintTo(const NamedNetwork& named, std::ostream* out);
std::vector<NamedNetwork> SmallNetworks();

}  // namespace dfn

#endif  // DEEPFILTER_ENGINE_TESTING_RANDOM_MODEL_H_
