#include "store/sha256.h"

#include <gtest/gtest.h>

#include <string_view>

namespace dfn {
namespace {

Bytes AsBytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// The example of FIPS 180-4's supplement, and the empty message.
TEST(Sha256Test, PublishedExamples) {
  Sha256 abc;
  abc.Update(AsBytes("abc"));
  EXPECT_EQ(abc.Finish(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256().Finish(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256Test, PiecesGiveTheSumOfTheWhole) {
  Sha256 pieces;
  pieces.Update(AsBytes("a"));
  pieces.Update({});
  pieces.Update(AsBytes("bc"));
  EXPECT_EQ(pieces.Finish(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace dfn
