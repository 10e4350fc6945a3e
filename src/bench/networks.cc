#include "bench/networks.h"

#include "engine/native/native_network.h"

namespace dfn::bench {
namespace {

constexpr NamedPrecision kPrecisions[] = {
    {"f32", Precision::kF32},
    {"f16", Precision::kF16},
    {"i8", Precision::kI8},
};

}  // namespace

std::span<const NamedPrecision> Precisions() { return kPrecisions; }

const NamedPrecision* FindPrecision(std::string_view name) {
  for (const NamedPrecision& precision : kPrecisions) {
    if (precision.name == name) return &precision;
  }
  return nullptr;
}

std::shared_ptr<const Network> NewNetwork(const Model& model, Precision precision,
                                          MemorySource memory) {
  return NewNativeNetwork(model, {.precision = precision, .memory = memory});
}

}  // namespace dfn::bench
