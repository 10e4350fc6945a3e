#include "convert/load/external_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/testing/scratch_folder.h"
#include "base/testing/symbolic_link.h"
#include "convert/load/load.h"
#include "convert/testing/graphs.h"
#include "formats/testing/onnx_external.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// The tiny model with its data in one file that all three graphs share.
class ExternalDataTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string data;
    for (NamedBytes& file : files_) {
      if (!file.name.ends_with(".onnx")) continue;
      file.bytes = onnx::DataMover("weights.data", data, 64).Move(file.bytes);
    }
    files_.push_back({"weights.data", {data.begin(), data.end()}});
  }

  static void Write(const NamedBytes& file, const fs::path& path) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(file.bytes.data()),
               static_cast<std::streamsize>(file.bytes.size()));
  }
  void WriteAll(const ScratchFolder& folder) const {
    for (const NamedBytes& file : files_) Write(file, folder / file.name);
  }
  void ExpectTheModel(const Result<Model>& model) const {
    ASSERT_TRUE(model.ok()) << model.error().message;
    EXPECT_TRUE(test::SameModel(*model, *LoadModelFiles(test::ReadTiny("dfn3"), "memory")));
  }
  static void ExpectError(const Result<Model>& model, ErrorCode code, const std::string& part) {
    ASSERT_FALSE(model.ok()) << part;
    EXPECT_EQ(model.error().code, code) << model.error().message;
    EXPECT_THAT(model.error().message, HasSubstr("keeps its data in \"weights.data\", "));
    EXPECT_THAT(model.error().message, HasSubstr(part));
  }

  std::vector<NamedBytes> files_ = test::ReadTiny("dfn3");
};

TEST_F(ExternalDataTest, AFoldersDataFileIsRead) {
  const ScratchFolder folder;
  WriteAll(folder);
  ExpectTheModel(LoadModel(folder.path()));
  // Who asks for the files gets them whole, without the data file.
  const auto whole = ReadModelFiles(folder.path());
  ASSERT_TRUE(whole.ok()) << whole.error().message;
  EXPECT_EQ(whole->size(), 4u);
  ExpectTheModel(LoadModelFiles(*whole, "memory"));
}

TEST_F(ExternalDataTest, ALinkToTheFolderIsTheFolder) {
  const ScratchFolder folder;
  WriteAll(folder);
  DFN_SYMLINK_OR_SKIP(create_directory_symlink, folder.path(), folder / "link");
  ExpectTheModel(LoadModel(folder / "link"));
}

TEST_F(ExternalDataTest, FilesInMemoryAreFoundByTheirNames) {
  ExpectTheModel(LoadModelFiles(files_, "memory"));
  for (NamedBytes& file : files_) file.name = "tmp/export/" + file.name;
  ExpectTheModel(LoadModelFiles(files_, "memory"));
  const NamedBytes data = files_.back();
  files_.push_back(data);
  ExpectError(LoadModelFiles(files_, "memory"), ErrorCode::kMismatch, "several files of that name");
  files_.resize(files_.size() - 2);
  ExpectError(LoadModelFiles(files_, "memory"), ErrorCode::kNotFound,
              "but there is no such file beside it; copy it there");
}

TEST_F(ExternalDataTest, AMissingOrShortFileIsNamed) {
  const ScratchFolder folder;
  WriteAll(folder);
  fs::resize_file(folder / "weights.data", 500);
  ExpectError(LoadModel(folder.path()), ErrorCode::kCorrupt, "it is cut short, or belongs to");
  fs::remove(folder / "weights.data");
  ExpectError(LoadModel(folder.path()), ErrorCode::kNotFound, "there is no such file beside it");
  fs::create_directory(folder / "weights.data");
  ExpectError(LoadModel(folder.path()), ErrorCode::kIo, "is not a regular file");
}

TEST_F(ExternalDataTest, AFileThatStandsInForTheDataIsTold) {
  const std::string pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n";
  files_.back().bytes.assign(pointer.begin(), pointer.end());
  const ScratchFolder folder;
  WriteAll(folder);
  ExpectError(LoadModel(folder.path()), ErrorCode::kCorrupt, "but it is a Git LFS pointer");
  const auto in_memory = LoadModelFiles(files_, "memory");
  ASSERT_FALSE(in_memory.ok());
  EXPECT_THAT(in_memory.error().message, HasSubstr("memory/weights.data: is a Git LFS pointer"));
}

TEST_F(ExternalDataTest, NoLinkLeadsOut) {
  const ScratchFolder folder;
  const ScratchFolder outside;
  WriteAll(folder);
  Write(files_.back(), outside / "weights.data");
  fs::remove(folder / "weights.data");
  DFN_SYMLINK_OR_SKIP(create_symlink, outside / "weights.data", folder / "weights.data");
  ExpectError(LoadModel(folder.path()), ErrorCode::kUnsupported, "is a link out of the model's");
  // A link that stays inside is a file like any other.
  Write(files_.back(), folder / "other.data");
  fs::remove(folder / "weights.data");
  DFN_SYMLINK_OR_SKIP(create_symlink, "other.data", folder / "weights.data");
  ExpectTheModel(LoadModel(folder.path()));
}

}  // namespace
}  // namespace dfn
