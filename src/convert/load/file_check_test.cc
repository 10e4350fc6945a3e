#include "convert/load/file_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/testing/scratch_folder.h"
#include "convert/load/load.h"
#include "convert/load/other_formats.h"
#include "convert/testing/graphs.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kPointer[] = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n";

class FileCheckTest : public ::testing::Test {
 protected:
  void CopyModel(const fs::path& to) {
    fs::create_directories(folder_ / to);
    for (const char* file : {"config.ini", "enc.onnx", "erb_dec.onnx", "df_dec.onnx"}) {
      fs::copy_file(test::TinyFolder("tiny/dfn3") / file, folder_ / to / file);
    }
  }
  void Write(const fs::path& to, const std::string& content) {
    fs::create_directories((folder_ / to).parent_path());
    std::ofstream(folder_ / to, std::ios::binary) << content;
  }
  // The sentence without the scratch folder's own path.
  std::string Refusal(const fs::path& path) {
    const auto model = LoadModel(folder_ / path);
    EXPECT_FALSE(model.ok());
    if (model.ok()) return "";
    std::string message = model.error().message;
    const std::string own = folder_.string();
    if (message.starts_with(own)) message.erase(0, own.size() + 1);
#if defined(_WIN32)
    // Only names come before the first quotation that is no name.
    std::replace(message.begin(), message.end(), '\\', '/');
#endif
    return message;
  }

  const ScratchFolder scratch_;
  const fs::path folder_ = scratch_.path();
};

TEST_F(FileCheckTest, StandInsAreToldInEveryPlace) {
  CopyModel("m");
  Write("m/enc.onnx", kPointer);
  EXPECT_THAT(Refusal("m"),
              AllOf(StartsWith("m/enc.onnx: is a Git LFS pointer"), HasSubstr("pull")));
  EXPECT_FALSE(ReadModelFiles(folder_ / "m").ok()) << "for the other engine too";
  Write("m/config.ini", kPointer);
  EXPECT_THAT(Refusal("m"), StartsWith("m/config.ini: is a Git LFS pointer"));
  Write("m.tar.gz", kPointer);
  EXPECT_THAT(Refusal("m.tar.gz"), StartsWith("m.tar.gz: is a Git LFS pointer"));
  Write("page.tar.gz", "\n<!doctype HTML><html>");
  EXPECT_THAT(Refusal("page.tar.gz"), StartsWith("page.tar.gz: is a web page"));
  Write("empty.zip", "");
  EXPECT_THAT(Refusal("empty.zip"), StartsWith("empty.zip: is empty; download"));
}

TEST_F(FileCheckTest, StandInsThatAreNoModelsFilesAreLeftAlone) {
  std::vector<NamedBytes> files = test::ReadTiny("dfn3");
  files.push_back({.name = "m/.gitkeep", .bytes = {}});
  files.push_back({.name = "m/._enc.onnx", .bytes = {}});
  files.push_back({.name = "__MACOSX/README", .bytes = {}});
  EXPECT_TRUE(LoadModelFiles(files, "m").ok());
}

TEST_F(FileCheckTest, WhatIsMissingIsNamed) {
  CopyModel("m");
  fs::remove(folder_ / "m/erb_dec.onnx");
  EXPECT_THAT(Refusal("m"),
              StartsWith("m: there is no erb_dec.onnx beside enc.onnx and df_dec.onnx"));
  fs::remove(folder_ / "m/df_dec.onnx");
  EXPECT_THAT(Refusal("m"),
              StartsWith("m: there is no erb_dec.onnx and no df_dec.onnx beside enc"));
  fs::remove(folder_ / "m/config.ini");
  Write("m/coefs.npy", "one array");
  EXPECT_THAT(Refusal("m"), StartsWith("m: holds no model, since config.ini is missing"));
  fs::remove(folder_ / "m/enc.onnx");
  fs::remove(folder_ / "m/coefs.npy");
  EXPECT_THAT(Refusal("m"), StartsWith("m: holds no model, expected config.ini with enc.onnx"));
}

TEST_F(FileCheckTest, AFileOfAModelStandsForItsFolder) {
  CopyModel("m");
  const auto folder = LoadModel(folder_ / "m");
  ASSERT_TRUE(folder.ok());
  for (const char* file : {"enc.onnx", "df_dec.onnx", "config.ini"}) {
    const auto model = LoadModel(folder_ / "m" / file);
    ASSERT_TRUE(model.ok()) << model.error().message;
    EXPECT_TRUE(test::SameModel(*model, *folder));
    EXPECT_EQ(model->origin.source, (folder_ / "m").string());
    EXPECT_EQ(ReadModelFiles(folder_ / "m" / file)->size(), 4u);
  }
  EXPECT_EQ(FolderOfPart("config.ini"), "config.ini") << "there is none";
}

TEST_F(FileCheckTest, OtherFormatsAreNamed) {
  for (const char* name : {"a.tflite", "b.MLMODEL", "c.engine", "d.pb", "e.h5", "f.keras", "g.ort",
                           "h.gguf", "i.nnef", "j.npz"}) {
    Write(name, "content");
    EXPECT_THAT(Refusal(name),
                AllOf(StartsWith(std::string(name) + ": is a"),
                      HasSubstr("it needs the ONNX files or the PyTorch checkpoint")));
  }
  fs::create_directories(folder_ / "k.mlpackage/Data");
  EXPECT_THAT(Refusal("k.mlpackage"), StartsWith("k.mlpackage: is a Core ML model"));
  Write("l.7z", "content");
  EXPECT_THAT(Refusal("l.7z"),
              HasSubstr("a 7-Zip archive, which this program does not read; unpack"));
  Write("ov/net.xml", "<net>");
  Write("ov/net.bin", "weights");
  EXPECT_THAT(Refusal("ov"), StartsWith("ov: holds \"net.xml\", an OpenVINO model"));
  EXPECT_EQ(OtherFormatText("DeepFilterNet3_onnx.tar.gz"), std::nullopt);
}

TEST_F(FileCheckTest, AModelFurtherDownIsNamed) {
  CopyModel("outer/tmp/export");
  EXPECT_THAT(Refusal("outer"),
              StartsWith("outer: holds no model itself, but \"tmp/export\" in it"));
  CopyModel("deep/1/2/3/4/5");
  EXPECT_THAT(Refusal("deep"), StartsWith("deep: holds no model, expected"));
  // The extension of a folder that holds a model is only a name.
  CopyModel("mine.pb");
  EXPECT_TRUE(LoadModel(folder_ / "mine.pb").ok());
}

}  // namespace
}  // namespace dfn
