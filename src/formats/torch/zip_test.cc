#include "formats/torch/zip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/testing/torch_zip.h"

namespace dfn::torch {
namespace {

using testing::HasSubstr;

std::string Text(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

// The error of opening, or of reading entry "a".
Error ErrorOf(const std::string& file, const Limits& limits = {}) {
  Result<ZipFile> zip = ZipFile::Open(AsBytes(file), "f.ckpt", limits);
  if (!zip) return zip.error();
  const Result<Bytes> content = zip->Read("a");
  if (!content) return content.error();
  ADD_FAILURE() << "the file was read";
  return {ErrorCode::kCancelled, ""};
}

void ExpectError(const std::string& file, ErrorCode code, const std::string& sentence,
                 const Limits& limits = {}) {
  const Error error = ErrorOf(file, limits);
  EXPECT_EQ(error.code, code) << error.message;
  EXPECT_THAT(error.message, HasSubstr("f.ckpt: "));
  EXPECT_THAT(error.message, HasSubstr(sentence));
}

TEST(ZipTest, ReadsStoredAndDeflatedEntries) {
  ZipWriter writer;
  writer.Add("a", "as it is");
  writer.Add("b/c", std::string(1000, 'x') + "packed", true);
  writer.Add("empty", "");
  for (const bool wide : {false, true}) {
    const std::string file = writer.Finish(wide);
    Result<ZipFile> zip = ZipFile::Open(AsBytes(file), "f.ckpt", {});
    ASSERT_TRUE(zip.ok()) << zip.error().message;
    EXPECT_EQ(zip->entries().size(), 3u);
    EXPECT_EQ(Text(*zip->Read("a")), "as it is");
    EXPECT_EQ(Text(*zip->Read("b/c")), std::string(1000, 'x') + "packed");
    EXPECT_EQ(Text(*zip->Read("empty")), "");
    EXPECT_EQ(zip->Read("b/c")->data(), zip->Read("b/c")->data()) << "inflated twice";
  }
}

TEST(ZipTest, ReadsSizesFromThe64BitExtraField) {
  ZipWriter writer;
  writer.Add("first", "12345");
  ZipLine& line = writer.Add("a", "content");
  line.extra = std::string("FB\x02\x00ZZ", 6) + std::string("\x01\x00\x18\x00", 4) +
               LittleEndian(uint64_t{7}) + LittleEndian(uint64_t{7}) +
               LittleEndian(uint64_t{line.offset});
  line.size = line.stored_size = line.offset = 0xffffffff;
  const std::string file = writer.Finish();
  Result<ZipFile> zip = ZipFile::Open(AsBytes(file), "f.ckpt", {});
  ASSERT_TRUE(zip.ok()) << zip.error().message;
  EXPECT_EQ(Text(*zip->Read("a")), "content");

  writer.lines[1].extra.resize(20);
  ExpectError(writer.Finish(), ErrorCode::kCorrupt, "lacks the 64-bit sizes");
}

TEST(ZipTest, EveryTruncationIsAnError) {
  ZipWriter writer;
  writer.Add("a", "some content");
  const std::string file = writer.Finish(true);
  for (size_t size = 0; size < file.size(); ++size) {
    EXPECT_EQ(ErrorOf(file.substr(0, size)).code, ErrorCode::kCorrupt) << size;
  }
}

TEST(ZipTest, OverlappingEntriesAreRefused) {
  ZipWriter twice;  // two names for one place
  twice.Add("a", "content");
  twice.lines.push_back(twice.lines[0]);
  twice.lines[1].name = "b";
  ExpectError(twice.Finish(), ErrorCode::kCorrupt, "entry \"b\" is not where");
  twice.lines[1].name = "a";
  ExpectError(twice.Finish(), ErrorCode::kCorrupt, "two entries \"a\"");

  ZipWriter inner;
  inner.Add("b", "inside");
  const std::string inside = inner.Finish();
  ZipWriter outer;  // one entry within another's data
  outer.Add("a", inside);
  outer.lines.push_back(inner.lines[0]);
  outer.lines[1].offset = static_cast<uint32_t>(outer.Finish().find(inside));
  ExpectError(outer.Finish(), ErrorCode::kCorrupt, "overlapping entries \"a\" and \"b\"");
}

TEST(ZipTest, BombsAreRefusedBeforeTheyInflate) {
  ZipWriter writer;
  writer.Add("a", std::string(10'000'000, '\0'), true);
  ExpectError(writer.Finish(), ErrorCode::kLimit, "more than 200 times its size");
  Limits limits;
  limits.max_inflate_ratio = 10'000;
  limits.max_archive_bytes = 9'000'000;
  ExpectError(writer.Finish(), ErrorCode::kLimit, "more than 9000000 bytes", limits);
}

TEST(ZipTest, AWrongSizeOfDeflatedDataIsAnError) {
  for (const int wrong : {-1, 1}) {
    ZipWriter writer;
    writer.Add("a", "some text, some text, some text", true).size += static_cast<uint32_t>(wrong);
    ExpectError(writer.Finish(), ErrorCode::kCorrupt, "does not inflate to its size");
  }
}

TEST(ZipTest, LimitsHold) {
  ZipWriter writer;
  writer.Add("a", "1");
  writer.Add("b", "2");
  Limits limits;
  limits.max_tensors = 1;
  ExpectError(writer.Finish(), ErrorCode::kLimit, "2 entries, the limit is 1", limits);
  limits = {};
  limits.max_name_bytes = 0;
  ExpectError(writer.Finish(), ErrorCode::kLimit, "name of 1 bytes", limits);
}

struct Lie {
  const char* name;
  void (*tell)(ZipLine&);
  ErrorCode code;
  const char* sentence;
};

class ZipLieTest : public testing::TestWithParam<Lie> {};

TEST_P(ZipLieTest, IsAnError) {
  ZipWriter writer;
  GetParam().tell(writer.Add("a", "content"));
  ExpectError(writer.Finish(), GetParam().code, GetParam().sentence);
}

INSTANTIATE_TEST_SUITE_P(
    All, ZipLieTest,
    testing::Values(
        Lie{"encrypted", [](ZipLine& l) { l.flags = 1; }, ErrorCode::kUnsupported, "encrypted"},
        Lie{"method", [](ZipLine& l) { l.method = 12; }, ErrorCode::kUnsupported, "method 12"},
        Lie{"checksum", [](ZipLine& l) { l.crc32 ^= 1; }, ErrorCode::kCorrupt, "checksum"},
        Lie{"size", [](ZipLine& l) { l.size += 1; }, ErrorCode::kCorrupt, "its size is 8"},
        Lie{"stored", [](ZipLine& l) { l.size = l.stored_size = 8; }, ErrorCode::kCorrupt,
            "lies outside"},
        Lie{"offset", [](ZipLine& l) { l.offset = 1; }, ErrorCode::kCorrupt, "is not where"},
        Lie{"far", [](ZipLine& l) { l.offset = 1 << 20; }, ErrorCode::kCorrupt, "lies outside"},
        Lie{"renamed", [](ZipLine& l) { l.name = "b"; }, ErrorCode::kCorrupt, "is not where"},
        Lie{"extra", [](ZipLine& l) { l.size = 0xffffffff; }, ErrorCode::kCorrupt,
            "lacks the 64-bit sizes"},
        Lie{"deflated", [](ZipLine& l) { l.method = 8; }, ErrorCode::kCorrupt, "does not inflate"}),
    [](const auto& test) { return test.param.name; });

// Offsets in the end record, from the file's end.
TEST(ZipTest, AnEndThatContradictsTheDirectoryIsAnError) {
  ZipWriter writer;
  writer.Add("a", "content");
  const std::string file = writer.Finish();
  std::string more_entries = file;
  more_entries[file.size() - 14] = more_entries[file.size() - 12] = 2;
  ExpectError(more_entries, ErrorCode::kCorrupt, "directory");
  std::string no_entries = file;
  no_entries[file.size() - 14] = no_entries[file.size() - 12] = 0;
  ExpectError(no_entries, ErrorCode::kCorrupt, "bytes behind the last entry");
  std::string parts = file;
  parts[file.size() - 18] = 1;
  ExpectError(parts, ErrorCode::kUnsupported, "several parts");
  std::string far = file;
  far[file.size() - 3] = 1;
  ExpectError(far, ErrorCode::kCorrupt, "directory that does not fit");
}

}  // namespace
}  // namespace dfn::torch
