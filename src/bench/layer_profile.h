// Measures the time of a frame, part by part.
#ifndef DEEPFILTER_BENCH_LAYER_PROFILE_H_
#define DEEPFILTER_BENCH_LAYER_PROFILE_H_

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "bench/layer_parts.h"
#include "engine/network.h"
#include "model/model.h"

namespace dfn::bench {

struct PartTime {
  std::string name;
  size_t weight_bytes = 0;
  size_t read_bytes = 0;  // of a call
  size_t macs = 0;        // of a row
  double us = 0.0;        // of a row: the least of all calls
  size_t rows = 1;        // of a call
  // Rates of the weights that are read, and of the multiply-adds; 0 if there are none.
  double gb_per_s() const;
  double gmac_per_s() const;
};

struct LayerProfile {
  CallShape shape;
  std::vector<PartTime> parts;  // in the order of execution
  double whole_us = 0.0;        // of a row in the denoiser itself, samples to samples: the least
  double sum_us() const;        // of the parts
  // The time that the denoiser takes beyond its parts: copies, additions, book-keeping, and the
  // difference between a part measured alone and the same part in the denoiser.
  double rest_us() const { return whole_us - sum_us(); }
};

// Runs all parts one after the other, so that each finds the caches as the parts before left them,
// and reads the clock between them (the clock's own time is subtracted). In turns with that, runs a
// denoiser over `network`, which must be that of `model` in this precision. Takes about `seconds`.
// Errors: those of MakeParts and Denoiser::Create.
Result<LayerProfile> ProfileLayers(const Model& model, std::shared_ptr<const Network> network,
                                   const CallShape& shape, std::span<const float> sound,
                                   double seconds, Precision precision = Precision::kF32);

}  // namespace dfn::bench

#endif  // DEEPFILTER_BENCH_LAYER_PROFILE_H_
