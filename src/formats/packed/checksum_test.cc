#include "formats/packed/checksum.h"

#include <gtest/gtest.h>

#include <numeric>
#include <string_view>
#include <vector>

namespace dfn {
namespace {

uint64_t SumOf(std::string_view text) {
  return PackedChecksum({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

// Sums that the reference implementation of XXH64 prints, of texts shorter and longer than its
// stripe of 32 bytes.
TEST(PackedChecksumTest, IsXxh64) {
  EXPECT_EQ(SumOf(""), 0xef46db3751d8e999u);
  EXPECT_EQ(SumOf("a"), 0xd24ec4f1a98c6e5bu);
  EXPECT_EQ(SumOf("abc"), 0x44bc2cf5ad770999u);
  EXPECT_EQ(SumOf("Nobody inspects the spammish repetition"), 0xfbcea83c8a378bf1u);
  std::vector<uint8_t> bytes(1021);
  std::iota(bytes.begin(), bytes.end(), uint8_t{0});
  EXPECT_EQ(PackedChecksum(bytes), 0x9d52d108490313eu);
}

TEST(PackedChecksumTest, EveryBitCounts) {
  std::vector<uint8_t> bytes(77, 0x5a);
  const uint64_t sum = PackedChecksum(bytes);
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    bytes[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    EXPECT_NE(PackedChecksum(bytes), sum) << bit;
    bytes[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
  }
}

}  // namespace
}  // namespace dfn
