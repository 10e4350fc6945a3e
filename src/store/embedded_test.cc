#include "store/embedded.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "store/known_models.h"

namespace dfn {
namespace {

TEST(EmbeddedModelTest, IsAWholeKnownModelOrNone) {
  if (EmbeddedModelName().empty()) {
    EXPECT_TRUE(EmbeddedModelFiles().empty());
    return;
  }
  EXPECT_NE(FindKnownModel(EmbeddedModelName()), nullptr);
  std::string names;
  for (const EmbeddedFile& file : EmbeddedModelFiles()) {
    names.append(file.name).append(" ");
    EXPECT_FALSE(file.bytes.empty()) << file.name;
    EXPECT_EQ(reinterpret_cast<uintptr_t>(file.bytes.data()) % 64, 0u) << file.name;
    if (file.name == "config.ini") {
      const std::string text(file.bytes.begin(), file.bytes.end());
      EXPECT_NE(text.find("[deepfilternet]"), std::string::npos);
    } else {
      // A ModelProto opens with its ir_version, field 1 as a varint.
      EXPECT_EQ(file.bytes.front(), 0x08) << file.name;
    }
  }
  EXPECT_EQ(names, "config.ini df_dec.onnx enc.onnx erb_dec.onnx ");
}

}  // namespace
}  // namespace dfn
