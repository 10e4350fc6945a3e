// Where a frame's time goes, part by part.
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
  // Of the weights that are read, and of the multiply-adds. 0 where there are none.
  double gb_per_s() const;
  double gmac_per_s() const;
};

struct LayerProfile {
  CallShape shape;
  std::vector<PartTime> parts;  // in the order of execution
  double whole_us = 0.0;        // of a row in the denoiser itself, samples to samples: the least
  double sum_us() const;        // of the parts
  // What the denoiser takes beyond its parts: copies, additions, book-keeping, and all by which a
  // part alone differs from the same part in its place.
  double rest_us() const { return whole_us - sum_us(); }
};

// Runs all parts one after the other, so that each finds the caches as the ones before left them,
// with the clock read between them (its own time is taken off), and in turns with that a denoiser
// over `network`, which should be that of `model` in this precision. About `seconds` in all.
// Errors: those of MakeParts and Denoiser::Create.
Result<LayerProfile> ProfileLayers(const Model& model, std::shared_ptr<const Network> network,
                                   const CallShape& shape, std::span<const float> sound,
                                   double seconds, Precision precision = Precision::kF32);

}  // namespace dfn::bench

#endif  // DEEPFILTER_BENCH_LAYER_PROFILE_H_
