#include "formats/packed/packed_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "formats/packed/checksum.h"

namespace dfn {
namespace {

constexpr size_t kVersionAt = 8;
constexpr size_t kEntriesAt = 12;
constexpr size_t kSizeAt = 16;
constexpr size_t kFirstEntryAt = 24;

std::vector<uint8_t> SmallFile() {
  PackedWriter writer;
  writer.Text("greeting", "h\xc3\xa9");
  writer.Integer("count", 0x0102030405060708u);
  writer.Float("number", -1.5f);
  writer.Floats("floats", {2, 1}, std::vector<float>{0.25f, -0.0f});
  writer.Halves("halves", {3}, std::vector<uint16_t>{0x3c00, 0xc000, 1});
  writer.Int8s("bytes", {1, 2, 2}, std::vector<int8_t>{-127, 0, 1, 127});
  writer.Floats("none", {0, 4}, {});
  return writer.Finish();
}

template <class T>
void Put(std::vector<uint8_t>& file, size_t at, T value) {
  for (size_t i = 0; i < sizeof(T); ++i) file[at + i] = static_cast<uint8_t>(value >> 8 * i);
}

// The file with a size and a checksum that are right for its content.
std::vector<uint8_t> Sealed(std::vector<uint8_t> file) {
  Put(file, kSizeAt, uint64_t{file.size()});
  const size_t content = file.size() - 8;
  Put(file, content, PackedChecksum(Bytes(file).first(content)));
  return file;
}

void ExpectRefused(const std::vector<uint8_t>& file, ErrorCode code, const std::string& words,
                   const Limits& limits = {}) {
  const auto read = ReadPacked(file, "x.dfn", limits);
  ASSERT_FALSE(read.ok()) << words;
  EXPECT_EQ(read.error().code, code) << read.error().message;
  EXPECT_TRUE(read.error().message.starts_with("x.dfn: ")) << read.error().message;
  EXPECT_NE(read.error().message.find(words), std::string::npos) << read.error().message;
}

TEST(PackedFileTest, ReadsWhatWasWritten) {
  const std::vector<uint8_t> file = SmallFile();
  ASSERT_TRUE(LooksLikePacked(file));
  const auto read = ReadPacked(file, "x.dfn");
  ASSERT_TRUE(read.ok()) << read.error().message;
  ASSERT_EQ(read->size(), 7u);
  const auto expect = [&](size_t i, std::string_view name, PackedType type,
                          const std::vector<size_t>& shape, std::vector<uint8_t> data) {
    const PackedEntry& entry = (*read)[i];
    EXPECT_EQ(entry.name, name);
    EXPECT_EQ(entry.type, type) << name;
    EXPECT_EQ(entry.shape, shape) << name;
    EXPECT_TRUE(std::equal(entry.data.begin(), entry.data.end(), data.begin(), data.end())) << name;
  };
  expect(0, "greeting", PackedType::kText, {3}, {'h', 0xc3, 0xa9});
  expect(1, "count", PackedType::kInteger, {}, {8, 7, 6, 5, 4, 3, 2, 1});
  expect(2, "number", PackedType::kF32, {}, {0, 0, 0xc0, 0xbf});
  expect(3, "floats", PackedType::kF32, {2, 1}, {0, 0, 0x80, 0x3e, 0, 0, 0, 0x80});
  expect(4, "halves", PackedType::kF16, {3}, {0, 0x3c, 0, 0xc0, 1, 0});
  expect(5, "bytes", PackedType::kI8, {1, 2, 2}, {0x81, 0, 1, 0x7f});
  expect(6, "none", PackedType::kF32, {0, 4}, {});
}

// The bytes are the contract between versions of this program.
TEST(PackedFileTest, TheBytesAreTheFormat) {
  PackedWriter writer;
  writer.Floats("w", {1}, std::vector<float>{1.0f});
  const std::vector<uint8_t> expected = {
      0x8b, 'D', 'F', 'N', '\r', '\n', 0x1a, '\n',  // magic
      2,    0,   0,   0,                            // version
      1,    0,   0,   0,                            // entries
      60,   0,   0,   0,   0,    0,    0,    0,     // bytes
      2,    1,   1,   0,                            // f32, one axis, a name of one byte
      1,    0,   0,   0,   0,    0,    0,    0,     // the axis
      'w',                                          // the name
      0,    0,   0,   0,   0,    0,    0,    0,
      0,    0,   0,   0,   0,    0x80, 0x3f};  // up to byte 48, and the data
  std::vector<uint8_t> file = writer.Finish();
  ASSERT_EQ(file.size(), expected.size() + 8);
  EXPECT_EQ(LoadLittleEndian<uint64_t>(file.data() + expected.size()), PackedChecksum(expected));
  file.resize(expected.size());
  EXPECT_EQ(file, expected);
}

// Version 1 has no zeros before the data.
TEST(PackedFileTest, ReadsVersion1) {
  std::vector<uint8_t> file = {0x8b, 'D', 'F', 'N', '\r', '\n', 0x1a, '\n', 1, 0, 0,  0, 1,
                               0,    0,   0,   0,   0,    0,    0,    0,    0, 0, 0,  2, 1,
                               1,    0,   1,   0,   0,    0,    0,    0,    0, 0, 'w'};
  for (uint8_t byte : {0, 0, 0x80, 0x3f}) file.push_back(byte);
  file.resize(file.size() + 8);
  const std::vector<uint8_t> sealed = Sealed(file);
  const auto read = ReadPacked(sealed, "x.dfn");
  ASSERT_TRUE(read.ok()) << read.error().message;
  ASSERT_EQ(read->size(), 1u);
  EXPECT_EQ(LoadFloat(read->front().data.data()), 1.0f);
}

TEST(PackedFileTest, ValuesAreAligned) {
  const std::vector<uint8_t> file = SmallFile();
  const auto read = ReadPacked(file, "x.dfn");
  ASSERT_TRUE(read.ok());
  for (const PackedEntry& entry : *read) {
    EXPECT_EQ((entry.data.data() - file.data()) % kPackedAlignment, 0u) << entry.name;
  }
}

TEST(PackedFileTest, RefusesPaddingOfOtherBytesThanZero) {
  std::vector<uint8_t> file = SmallFile();
  // The first entry's name ends at byte 44.
  file[kFirstEntryAt + 21] = 1;
  ExpectRefused(Sealed(file), ErrorCode::kCorrupt, "other than zero");
}

TEST(PackedFileTest, TheSameCallsGiveTheSameBytes) { EXPECT_EQ(SmallFile(), SmallFile()); }

TEST(PackedFileTest, RefusesEveryCut) {
  const std::vector<uint8_t> file = SmallFile();
  for (size_t size = 0; size < file.size(); ++size) {
    const std::vector<uint8_t> cut(file.begin(), file.begin() + static_cast<ptrdiff_t>(size));
    ASSERT_FALSE(ReadPacked(cut, "x.dfn").ok()) << size;
    // Also where size and checksum were made to fit.
    if (size >= kFirstEntryAt + 8) {
      ASSERT_FALSE(ReadPacked(Sealed(cut), "x.dfn").ok()) << size;
    }
  }
  ExpectRefused({file.begin(), file.begin() + 20}, ErrorCode::kCorrupt, "cut short");
  ExpectRefused({file.begin(), file.end() - 1}, ErrorCode::kCorrupt, "but there are");
}

TEST(PackedFileTest, RefusesBytesBehindTheEnd) {
  std::vector<uint8_t> file = SmallFile();
  file.push_back(0);
  ExpectRefused(file, ErrorCode::kCorrupt, "but there are");
  ExpectRefused(Sealed(file), ErrorCode::kCorrupt, "behind its last entry");
}

TEST(PackedFileTest, RefusesEveryFlippedBit) {
  std::vector<uint8_t> file = SmallFile();
  for (size_t bit = 0; bit < 8 * file.size(); ++bit) {
    const auto flip = static_cast<uint8_t>(1 << bit % 8);
    file[bit / 8] ^= flip;
    ASSERT_FALSE(ReadPacked(file, "x.dfn").ok()) << bit;
    file[bit / 8] ^= flip;
  }
  file[kFirstEntryAt + 20] ^= 1;
  ExpectRefused(file, ErrorCode::kCorrupt, "is damaged");
}

TEST(PackedFileTest, RefusesOtherFilesAndVersions) {
  ExpectRefused({}, ErrorCode::kCorrupt, "is no packed model file");
  ExpectRefused({'P', 'K', 3, 4, 0, 0, 0, 0, 0}, ErrorCode::kCorrupt, "is no packed model file");
  std::vector<uint8_t> file = SmallFile();
  for (uint32_t version : {0u, kPackedVersion + 1}) {
    Put(file, kVersionAt, version);
    EXPECT_TRUE(LooksLikePacked(file));
    ExpectRefused(
        file, ErrorCode::kUnsupported,
        "of version " + std::to_string(version) + ", and this program reads versions 1 to 2");
  }
}

TEST(PackedFileTest, RefusesEntriesThatBreakTheRules) {
  const std::vector<uint8_t> file = SmallFile();
  std::vector<uint8_t> more = file;
  Put(more, kEntriesAt, uint32_t{8});
  ExpectRefused(Sealed(more), ErrorCode::kCorrupt, "in the middle of an entry");
  Put(more, kEntriesAt, uint32_t{60});
  ExpectRefused(Sealed(more), ErrorCode::kCorrupt, "more than fit into it");
  Put(more, kEntriesAt, UINT32_MAX);
  ExpectRefused(Sealed(more), ErrorCode::kLimit, "the limit is");
  std::vector<uint8_t> type = file;
  type[kFirstEntryAt] = 5;
  ExpectRefused(Sealed(type), ErrorCode::kCorrupt, "is of type 5");
  std::vector<uint8_t> size = file;
  Put(size, kFirstEntryAt + 4, uint64_t{4000});
  ExpectRefused(Sealed(size), ErrorCode::kCorrupt, "more than the file holds");
  Put(size, kFirstEntryAt + 4, UINT64_MAX);
  ExpectRefused(Sealed(size), ErrorCode::kLimit, "more elements than the limit");
}

TEST(PackedFileTest, KeepsToItsLimits) {
  const std::vector<uint8_t> file = SmallFile();
  ExpectRefused(file, ErrorCode::kLimit, "has 7 entries, the limit is 6", {.max_tensors = 6});
  ExpectRefused(file, ErrorCode::kLimit, "3 axes", {.max_tensor_rank = 2});
  ExpectRefused(file, ErrorCode::kLimit, "8 bytes", {.max_name_bytes = 7});
  ExpectRefused(file, ErrorCode::kLimit, "more elements than the limit",
                {.max_tensor_elements = 3});
}

}  // namespace
}  // namespace dfn
