#include "bench/networks.h"

#include "engine/native/native_network.h"
#include "os/large_pages.h"

namespace dfn::bench {
namespace {

template <Precision precision>
std::shared_ptr<const Network> Make(const Model& model) {
  return NewNativeNetwork(model, {.precision = precision, .memory = LargePages()});
}

constexpr NamedPrecision kPrecisions[] = {
    {"f32", Precision::kF32, Make<Precision::kF32>},
    {"f16", Precision::kF16, Make<Precision::kF16>},
    {"i8", Precision::kI8, Make<Precision::kI8>},
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
