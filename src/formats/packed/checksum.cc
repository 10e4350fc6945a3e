#include "formats/packed/checksum.h"

#include <array>
#include <bit>

namespace dfn {
namespace {

constexpr uint64_t kPrime1 = 0x9E3779B185EBCA87u;
constexpr uint64_t kPrime2 = 0xC2B2AE3D27D4EB4Fu;
constexpr uint64_t kPrime3 = 0x165667B19E3779F9u;
constexpr uint64_t kPrime4 = 0x85EBCA77C2B2AE63u;
constexpr uint64_t kPrime5 = 0x27D4EB2F165667C5u;

constexpr size_t kLanes = 4;
constexpr size_t kStripeBytes = kLanes * sizeof(uint64_t);

uint64_t Round(uint64_t sum, uint64_t input) {
  return std::rotl(sum + input * kPrime2, 31) * kPrime1;
}

// The sum of the whole stripes at the beginning, of which there is at least one.
uint64_t SumOfStripes(Bytes bytes) {
  std::array<uint64_t, kLanes> lanes = {kPrime1 + kPrime2, kPrime2, 0, 0 - kPrime1};
  for (size_t at = 0; at + kStripeBytes <= bytes.size(); at += kStripeBytes) {
    for (size_t i = 0; i < kLanes; ++i) {
      lanes[i] = Round(lanes[i], LoadLittleEndian<uint64_t>(bytes.data() + at + i * 8));
    }
  }
  uint64_t sum = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) +
                 std::rotl(lanes[3], 18);
  for (const uint64_t lane : lanes) sum = (sum ^ Round(0, lane)) * kPrime1 + kPrime4;
  return sum;
}

uint64_t AddRest(uint64_t sum, Bytes rest) {
  while (rest.size() >= 8) {
    sum ^= Round(0, LoadLittleEndian<uint64_t>(rest.data()));
    sum = std::rotl(sum, 27) * kPrime1 + kPrime4;
    rest = rest.subspan(8);
  }
  if (rest.size() >= 4) {
    sum ^= LoadLittleEndian<uint32_t>(rest.data()) * kPrime1;
    sum = std::rotl(sum, 23) * kPrime2 + kPrime3;
    rest = rest.subspan(4);
  }
  for (const uint8_t byte : rest) {
    sum ^= byte * kPrime5;
    sum = std::rotl(sum, 11) * kPrime1;
  }
  return sum;
}

// Spreads every bit over the whole sum.
uint64_t Mix(uint64_t sum) {
  sum = (sum ^ (sum >> 33)) * kPrime2;
  sum = (sum ^ (sum >> 29)) * kPrime3;
  return sum ^ (sum >> 32);
}

}  // namespace

uint64_t PackedChecksum(Bytes bytes) noexcept {
  uint64_t sum = bytes.size() < kStripeBytes ? kPrime5 : SumOfStripes(bytes);
  sum += bytes.size();
  return Mix(AddRest(sum, bytes.last(bytes.size() % kStripeBytes)));
}

}  // namespace dfn
