#include "bench/networks.h"

#include "engine/native_network.h"

namespace dfn::bench {
namespace {

constexpr NamedPrecision kPrecisions[] = {
    {"f32",
     [](const Model& model) -> std::shared_ptr<const Network> { return NewNativeNetwork(model); }},
};

}  // namespace

std::span<const NamedPrecision> Precisions() { return kPrecisions; }

const NamedPrecision* FindPrecision(std::string_view name) {
  for (const NamedPrecision& precision : kPrecisions) {
    if (precision.name == name) return &precision;
  }
  return nullptr;
}

}  // namespace dfn::bench
