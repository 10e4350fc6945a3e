#include "store/embedded.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "store/known_models.h"

namespace dfn {
namespace {

TEST(EmbeddedModelTest, IsAKnownModelsPackedFileOrNone) {
  const Bytes file = EmbeddedModel();
  if (EmbeddedModelName().empty()) {
    EXPECT_TRUE(file.empty());
    EXPECT_TRUE(EmbeddedFilesSha256().empty());
    return;
  }
  EXPECT_NE(FindKnownModel(EmbeddedModelName()), nullptr);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(file.data()) % 64, 0u);
  constexpr std::string_view kMagic =
      "\x8b"
      "DFN\r\n\x1a\n";
  ASSERT_GT(file.size(), kMagic.size());
  EXPECT_TRUE(std::equal(kMagic.begin(), kMagic.end(), file.begin(),
                         [](char a, uint8_t b) { return static_cast<uint8_t>(a) == b; }));
}

}  // namespace
}  // namespace dfn
