// The ways in which a model can run natively, by name.
#ifndef DEEPFILTER_BENCH_NETWORKS_H_
#define DEEPFILTER_BENCH_NETWORKS_H_

#include <memory>
#include <span>
#include <string_view>

#include "base/memory_source.h"
#include "engine/network.h"
#include "kernels/precision.h"
#include "model/model.h"
#include "os/large_pages.h"

namespace dfn::bench {

// How weights are stored. All others are compared with the first of the list.
struct NamedPrecision {
  std::string_view name;  // "f32"
  Precision precision;
};

std::span<const NamedPrecision> Precisions();

// The one of that name, or null.
const NamedPrecision* FindPrecision(std::string_view name);

// The native network of a model. `memory` holds its weights: large pages, as in the program, unless
// the measurement is of memory itself.
std::shared_ptr<const Network> NewNetwork(const Model& model, Precision precision,
                                          MemorySource memory = LargePages());

}  // namespace dfn::bench

#endif  // DEEPFILTER_BENCH_NETWORKS_H_
