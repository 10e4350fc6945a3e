#include "bench/networks.h"

#include "engine/native_network.h"

namespace dfn::bench {
namespace {

constexpr Precision kPrecisions[] = {
    {"f32",
     [](const Model& model) -> std::shared_ptr<const Network> { return NewNativeNetwork(model); }},
};

}  // namespace

std::span<const Precision> Precisions() { return kPrecisions; }

const Precision* FindPrecision(std::string_view name) {
  for (const Precision& precision : kPrecisions) {
    if (precision.name == name) return &precision;
  }
  return nullptr;
}

}  // namespace dfn::bench
