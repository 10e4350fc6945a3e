#include "convert/config/model_files.h"

#include <gtest/gtest.h>

#include <vector>

#include "convert/config/metadata.h"

namespace dfn {
namespace {

TEST(ModelFilesTest, FilesAreFoundByTheLastPartOfTheirNames) {
  EXPECT_EQ(LastPart("models/dfn3/enc.onnx"), "enc.onnx");
  EXPECT_EQ(LastPart("models\\enc.onnx"), "enc.onnx");
  EXPECT_EQ(LastPart("enc.onnx"), "enc.onnx");
  const std::vector<NamedBytes> files = {{"a/enc.onnx", {}}, {"a/erb_dec.onnx", {}}};
  EXPECT_TRUE(HasFile(files, "enc.onnx"));
  EXPECT_FALSE(HasFile(files, "a"));
  EXPECT_TRUE(HasAnyFile(files, kNetworkFiles));
  EXPECT_FALSE(HasAllFiles(files, kNetworkFiles));
  EXPECT_FALSE(HasAnyFile(files, kStreamingFiles));
}

TEST(ModelFilesTest, LabelsNameTheSourceIfThereIsOne) {
  EXPECT_EQ(FileLabel("dfn3", "enc.onnx"), "dfn3/enc.onnx");
  EXPECT_EQ(FileLabel("", "enc.onnx"), "enc.onnx");
  EXPECT_EQ(ModelLabel("dfn3"), "dfn3");
  EXPECT_EQ(ModelLabel(""), "the model");
}

TEST(MetadataTest, FindsTheFirstValueOfAKey) {
  const std::vector<std::pair<std::string, std::string>> metadata = {
      {"layout", "audio"}, {"part", "enc"}, {"part", "dec"}};
  ASSERT_NE(FindMetadata(metadata, kMetaPart), nullptr);
  EXPECT_EQ(*FindMetadata(metadata, kMetaPart), "enc");
  EXPECT_EQ(FindMetadata(metadata, kMetaStates), nullptr);
}

}  // namespace
}  // namespace dfn
