#include "convert/load/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/testing/scratch_folder.h"
#include "convert/packed/packed_model.h"
#include "convert/testing/graphs.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(LoadTest, FolderAndFilesInMemoryGiveTheSameModel) {
  for (const char* name : {"dfn3", "dfn2"}) {
    const auto folder = LoadModel(test::TinyFolder(std::string("tiny/") + name));
    ASSERT_TRUE(folder.ok()) << folder.error().message;
    const auto files = LoadModelFiles(test::ReadTiny(name), "memory");
    ASSERT_TRUE(files.ok()) << files.error().message;
    EXPECT_TRUE(test::SameModel(*folder, *files));
    EXPECT_EQ(files->origin.source, "memory");
    EXPECT_EQ(folder->origin.opset, 12);
  }
}

TEST(LoadTest, FilesAreThoseOfEveryFormAndTheOnlyGraph) {
  const ScratchFolder folder;
  const auto write = [&](const char* name) { std::ofstream(folder / name) << name; };
  const auto names = [&] {
    const auto files = ReadModelFiles(folder.path());
    EXPECT_TRUE(files.ok()) << files.error().message;
    std::vector<std::string> read;
    for (const NamedBytes& file : *files) read.push_back(file.name);
    return read;
  };
  write("denoiser.onnx");
  EXPECT_THAT(names(), ElementsAre("denoiser.onnx"));
  write("other.onnx");
  EXPECT_THAT(names(), ElementsAre());
  write("audio.onnx");
  write("combined.onnx");
  write("config.ini");
  EXPECT_THAT(names(), ElementsAre("config.ini", "combined.onnx", "audio.onnx"));
}

TEST(LoadTest, AGraphThatStandsForItselfIsNamedAlone) {
  const ScratchFolder folder;
  const auto write = [&](const char* name) { std::ofstream(folder / name) << name; };
  for (const char* name : {"enc.onnx", "denoiser.onnx", "other.onnx"}) write(name);
  const auto names = [&](const char* name) {
    const auto files = ReadModelFiles(folder / name);
    EXPECT_TRUE(files.ok()) << files.error().message;
    std::vector<std::string> read;
    if (!files.ok()) return read;
    for (const NamedBytes& file : *files) read.push_back(file.name);
    return read;
  };
  // A part of a network does not stand for itself.
  const auto part = ReadModelFiles(folder / "enc.onnx");
  ASSERT_FALSE(part.ok());
  EXPECT_EQ(part.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(names("denoiser.onnx"), ElementsAre("denoiser.onnx"));
  write("config.ini");
  EXPECT_THAT(names("denoiser.onnx"), ElementsAre("config.ini", "denoiser.onnx"));
}

TEST(LoadTest, ConfigIsTheFolders) {
  const auto model = LoadModel(test::TinyFolder("tiny/dfn2"));
  ASSERT_TRUE(model.ok()) << model.error().message;
  EXPECT_EQ(model->config.family, Family::kDeepFilterNet2);
  EXPECT_TRUE(model->config.enc_concat);
  EXPECT_EQ(model->config.df_order, 5u);  // in [deepfilternet], as in the official file
  EXPECT_EQ(model->config.lookahead_frames(), 4u);
  EXPECT_EQ(model->config.emb_width(), 16u);
}

TEST(LoadTest, MergedFolderIsTheSameModel) {
  const auto expected = LoadModel(test::TinyFolder("tiny/dfn3"));
  for (const char* form : {"tiny_combined/dfn3", "tiny_simplified/dfn3/"}) {
    const auto model = LoadModel(test::TinyFolder(form));
    ASSERT_TRUE(model.ok()) << model.error().message;
    EXPECT_TRUE(test::SameModel(*model, *expected));
  }
}

TEST(LoadTest, FilesAreFoundByTheLastPartOfTheirNames) {
  std::vector<NamedBytes> files = test::ReadTiny("dfn3");
  for (NamedBytes& file : files) file.name = "tmp/export/" + file.name;
  files.push_back({"tmp/export/readme.txt", {1, 2, 3}});
  EXPECT_TRUE(LoadModelFiles(files, "archive").ok());
  files.push_back(files[1]);
  const auto twice = LoadModelFiles(files, "archive");
  ASSERT_FALSE(twice.ok());
  EXPECT_EQ(twice.error().message, "archive: holds 2 files enc.onnx, expected one");
}

struct BadSet {
  const char* what;
  ErrorCode code;
  const char* expected;
  void (*spoil)(std::vector<NamedBytes>&);  // config.ini, enc, erb_dec, df_dec of "dfn3"
};

class BadSetTest : public ::testing::TestWithParam<BadSet> {};

TEST_P(BadSetTest, IsRefusedInOneSentence) {
  std::vector<NamedBytes> files = test::ReadTiny("dfn3");
  GetParam().spoil(files);
  const auto model = LoadModelFiles(files, "mine");
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().code, GetParam().code) << model.error().message;
  EXPECT_THAT(model.error().message, HasSubstr(GetParam().expected));
}

void ReplaceInConfig(std::vector<NamedBytes>& files, const std::string& from,
                     const std::string& to) {
  std::string text(files[0].bytes.begin(), files[0].bytes.end());
  const size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, from.size(), to);
  files[0].bytes.assign(text.begin(), text.end());
}

INSTANTIATE_TEST_SUITE_P(
    All, BadSetTest,
    ::testing::Values(
        BadSet{"Empty", ErrorCode::kNotFound, "mine: holds no model, expected config.ini",
               [](std::vector<NamedBytes>& f) { f.clear(); }},
        BadSet{"NoConfig", ErrorCode::kNotFound, "mine: holds no model",
               [](std::vector<NamedBytes>& f) { f.erase(f.begin()); }},
        BadSet{"NoDfDecoder", ErrorCode::kNotFound, "mine: there is no df_dec.onnx",
               [](std::vector<NamedBytes>& f) { f.pop_back(); }},
        BadSet{"CutShort", ErrorCode::kCorrupt, "mine/enc.onnx",
               [](std::vector<NamedBytes>& f) { f[1].bytes.resize(f[1].bytes.size() / 2); }},
        BadSet{"NothingInIt", ErrorCode::kCorrupt, "mine/enc.onnx: is empty",
               [](std::vector<NamedBytes>& f) { f[1].bytes.clear(); }},
        BadSet{"OtherEncoder", ErrorCode::kMismatch, "mine/enc.onnx: tensor ",
               [](std::vector<NamedBytes>& f) { f[1] = test::ReadTiny("dfn2")[1]; }},
        BadSet{"OtherDecoders", ErrorCode::kMismatch, "mine/erb_dec.onnx: erb_dec.linear_in",
               [](std::vector<NamedBytes>& f) {
                 const auto other = test::ReadTiny("dfn2");
                 f[0] = other[0];
                 f[1] = other[1];
               }},
        BadSet{"HugeSizes", ErrorCode::kMismatch, "config.ini asks for [",
               [](std::vector<NamedBytes>& f) {
                 ReplaceInConfig(f, "emb_hidden_dim = 16", "emb_hidden_dim = 65536");
               }},
        BadSet{"SizesBeyondTheLimit", ErrorCode::kLimit, "mine/config.ini: conv_ch is 65537",
               [](std::vector<NamedBytes>& f) {
                 ReplaceInConfig(f, "conv_ch = 8", "conv_ch = 65537");
               }}),
    [](const auto& test) { return std::string(test.param.what); });

class LoadFolderTest : public ::testing::Test {
 protected:
  void Copy(const std::string& from, const std::string& file) {
    fs::copy_file(test::TinyFolder(from) / file, folder_ / file);
  }
  const ScratchFolder scratch_;
  const fs::path folder_ = scratch_.path();
};

TEST_F(LoadFolderTest, NothingThere) {
  const auto absent = LoadModel(folder_ / "absent");
  ASSERT_FALSE(absent.ok());
  EXPECT_EQ(absent.error().code, ErrorCode::kNotFound);
  const auto empty = LoadModel(folder_);
  ASSERT_FALSE(empty.ok());
  EXPECT_EQ(empty.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(empty.error().message, HasSubstr("combined.onnx"));
}

TEST_F(LoadFolderTest, ThreeNetworksLeadOverAMergedOne) {
  for (const char* file : {"config.ini", "enc.onnx", "erb_dec.onnx", "df_dec.onnx"}) {
    Copy("tiny/dfn3", file);
  }
  std::ofstream(folder_ / "combined.onnx") << "no graph";
  const auto model = LoadModel(folder_);
  ASSERT_TRUE(model.ok()) << model.error().message;
  EXPECT_EQ(model->origin.form, "ONNX networks");
  EXPECT_EQ(model->origin.source, folder_.string());
}

TEST_F(LoadFolderTest, FilesBeyondTheLimitAreNotRead) {
  Copy("tiny_combined/dfn3", "config.ini");
  Copy("tiny_combined/dfn3", "combined.onnx");
  Limits limits;
  limits.max_file_bytes = 10'000;
  const auto model = LoadModel(folder_, limits);
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().code, ErrorCode::kLimit);
  EXPECT_THAT(model.error().message, HasSubstr("combined.onnx: has "));
}

TEST_F(LoadFolderTest, TheFilesOfAFolderShareOneLimit) {
  Copy("tiny_combined/dfn3", "config.ini");
  Copy("tiny_combined/dfn3", "combined.onnx");
  const uintmax_t largest = fs::file_size(folder_ / "combined.onnx");
  Limits limits;
  limits.max_archive_bytes = largest;
  const auto model = LoadModel(folder_, limits);
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().code, ErrorCode::kLimit);
  EXPECT_THAT(model.error().message, HasSubstr("the model's files have more bytes"));
  limits.max_archive_bytes += fs::file_size(folder_ / "config.ini");
  EXPECT_TRUE(LoadModel(folder_, limits).ok());
}

TEST_F(LoadFolderTest, OneFileIsNoModel) {
  Copy("tiny/dfn3", "enc.onnx");
  const auto onnx = LoadModel(folder_ / "enc.onnx");
  ASSERT_FALSE(onnx.ok());
  EXPECT_EQ(onnx.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(onnx.error().message, HasSubstr("expected the folder"));
  fs::create_directory(folder_ / "config.ini");
  const auto folder = LoadModel(folder_);
  ASSERT_FALSE(folder.ok());
  EXPECT_EQ(folder.error().code, ErrorCode::kIo);
}

#if !defined(_WIN32)  // tar in a shell
// The official archives keep their files under tmp/export.
TEST_F(LoadFolderTest, ArchiveIsTheSameModel) {
  const fs::path exported = folder_ / "tmp" / "export";
  fs::create_directories(exported);
  for (const char* file : {"config.ini", "enc.onnx", "erb_dec.onnx", "df_dec.onnx"}) {
    fs::copy_file(test::TinyFolder("tiny/dfn3") / file, exported / file);
  }
  const std::string archive = (folder_ / "model.tar.gz").string();
  const std::string command = "tar -C '" + folder_.string() + "' -czf '" + archive + "' tmp";
  ASSERT_EQ(std::system(command.c_str()), 0);
  const auto model = LoadModel(archive);
  ASSERT_TRUE(model.ok()) << model.error().message;
  const auto expected = LoadModel(test::TinyFolder("tiny/dfn3"));
  EXPECT_TRUE(test::SameModel(*model, *expected));
  EXPECT_EQ(model->origin.source, archive);

  fs::resize_file(archive, fs::file_size(archive) / 2);
  const auto cut = LoadModel(archive);
  ASSERT_FALSE(cut.ok());
  EXPECT_EQ(cut.error().code, ErrorCode::kCorrupt);
}
#endif

// By its first bytes alone, from disk and from memory.
TEST_F(LoadFolderTest, APackedFileMayHaveAnyName) {
  const auto expected = LoadModel(test::TinyFolder("tiny/dfn3"));
  ASSERT_TRUE(expected.ok());
  const std::vector<uint8_t> packed = PackModel(*expected, Precision::kF32);
  for (const char* name : {"model.dfn", "enc.onnx", "model.ort", "config.ini", "model.tar.gz"}) {
    const fs::path path = folder_ / name;
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(packed.data()), static_cast<ptrdiff_t>(packed.size()));
    EXPECT_TRUE(IsPackedFile(path));
    const auto model = LoadModel(path);
    ASSERT_TRUE(model.ok()) << model.error().message;
    EXPECT_TRUE(test::SameModel(*model, *expected));
    EXPECT_EQ(model->origin.source, path.string());
    const auto files = ReadModelFiles(path);
    ASSERT_FALSE(files.ok());
    EXPECT_EQ(files.error().code, ErrorCode::kUnsupported);
    EXPECT_THAT(files.error().message, HasSubstr("holds no ONNX files"));
    const std::vector<NamedBytes> one = {{.name = name, .bytes = packed}};
    EXPECT_TRUE(LoadModelFiles(one, "").ok());
    fs::remove(path);
  }
  EXPECT_TRUE(LoadModelBytes(packed, "memory").ok());
  EXPECT_FALSE(IsPackedFile(folder_));
  EXPECT_FALSE(IsPackedFile(folder_ / "missing"));
  std::ofstream(folder_ / "short") << "\x8b"
                                      "DFN";
  EXPECT_FALSE(IsPackedFile(folder_ / "short"));
}

}  // namespace
}  // namespace dfn
