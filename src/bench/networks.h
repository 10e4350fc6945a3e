// The ways in which a model can run natively, by name.
#ifndef DEEPFILTER_BENCH_NETWORKS_H_
#define DEEPFILTER_BENCH_NETWORKS_H_

#include <memory>
#include <span>
#include <string_view>

#include "engine/network.h"
#include "kernels/precision.h"
#include "model/model.h"

namespace dfn::bench {

// What the weights are stored as. The first of the list is what all others are compared with.
struct NamedPrecision {
  std::string_view name;  // "f32"
  Precision precision;
  std::shared_ptr<const Network> (*make)(const Model& model);
};

std::span<const NamedPrecision> Precisions();

// The one of that name, or null.
const NamedPrecision* FindPrecision(std::string_view name);

}  // namespace dfn::bench

#endif  // DEEPFILTER_BENCH_NETWORKS_H_
