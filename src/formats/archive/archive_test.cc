#include "formats/archive/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <functional>

namespace dfn {
namespace {

using testing::HasSubstr;

// Options a writer has besides format and filter.
using Setup = std::function<void(archive*)>;

class Writer {
 public:
  explicit Writer(
      int format, bool gzip = false, const Setup& setup = [](archive*) {})
      : archive_(archive_write_new()), bytes_(size_t{1} << 20) {
    archive_write_set_format(archive_, format);
    if (gzip) archive_write_add_filter_gzip(archive_);
    setup(archive_);
    archive_write_open_memory(archive_, bytes_.data(), bytes_.size(), &used_);
  }

  Writer& Add(const std::string& name, const std::string& content, unsigned type = AE_IFREG,
              const std::string& link = "") {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_filetype(entry, type);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, static_cast<int64_t>(content.size()));
    if (type == AE_IFLNK) archive_entry_set_symlink(entry, link.c_str());
    if (type == AE_IFREG && !link.empty()) archive_entry_set_hardlink(entry, link.c_str());
    EXPECT_GE(archive_write_header(archive_, entry), ARCHIVE_WARN)
        << archive_error_string(archive_);
    archive_write_data(archive_, content.data(), content.size());
    archive_entry_free(entry);
    return *this;
  }

  std::vector<uint8_t> Finish() {
    EXPECT_EQ(archive_write_close(archive_), ARCHIVE_OK) << archive_error_string(archive_);
    archive_write_free(archive_);
    bytes_.resize(used_);
    return std::move(bytes_);
  }

 private:
  archive* archive_;
  std::vector<uint8_t> bytes_;
  size_t used_ = 0;
};

constexpr int kTar = ARCHIVE_FORMAT_TAR_PAX_RESTRICTED;
constexpr int kZip = ARCHIVE_FORMAT_ZIP;

std::string Text(const NamedBytes& file) { return {file.bytes.begin(), file.bytes.end()}; }

void ExpectError(const std::vector<uint8_t>& bytes, ErrorCode code, const std::string& message,
                 const Limits& limits = {}) {
  const auto files = ReadArchive(bytes, "m.tar.gz", limits);
  ASSERT_FALSE(files.ok()) << message;
  EXPECT_EQ(files.error().code, code);
  EXPECT_THAT(files.error().message, HasSubstr("m.tar.gz: " + message));
}

class FormatsTest : public testing::TestWithParam<std::pair<int, bool>> {};

TEST_P(FormatsTest, FilesUnderTheirFullNamesInOrder) {
  const auto [format, gzip] = GetParam();
  const std::string large(200'000, 'q');
  const auto bytes = Writer(format, gzip)
                         .Add("tmp/export", "", AE_IFDIR)
                         .Add("tmp/export/config.ini", "[df]\n")
                         .Add("../enc.onnx", large)
                         .Add("empty", "")
                         .Finish();
  Limits limits;
  limits.max_inflate_ratio = 100'000;
  const auto files = ReadArchive(bytes, "m", limits);
  ASSERT_TRUE(files.ok()) << files.error().message;
  ASSERT_EQ(files->size(), 3u);
  EXPECT_EQ((*files)[0].name, "tmp/export/config.ini");
  EXPECT_EQ(Text((*files)[0]), "[df]\n");
  EXPECT_EQ((*files)[1].name, "../enc.onnx");
  EXPECT_EQ(Text((*files)[1]), large);
  EXPECT_EQ((*files)[2].name, "empty");
  EXPECT_TRUE((*files)[2].bytes.empty());
}

INSTANTIATE_TEST_SUITE_P(All, FormatsTest,
                         testing::Values(std::pair(kTar, false), std::pair(kTar, true),
                                         std::pair(ARCHIVE_FORMAT_TAR_GNUTAR, true),
                                         std::pair(kZip, false)));

// One header block of a tar file, and `content` filled up to whole blocks.
std::string TarBlocks(const std::string& name, char type, const std::string& octal_size,
                      const std::string& content) {
  std::string header(512, '\0');
  const auto put = [&](size_t at, const std::string& text) {
    header.replace(at, text.size(), text);
  };
  put(0, name);
  put(100, "0000644");
  put(124, octal_size);
  put(148, "        ");  // the checksum counts as spaces
  header[156] = type;
  put(257, std::string("ustar\00000", 8));
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  char checksum[8];
  std::snprintf(checksum, sizeof(checksum), "%06o", sum);
  put(148, checksum);
  return header + content + std::string((512 - content.size() % 512) % 512, '\0');
}

std::vector<uint8_t> Vector(const std::string& bytes) { return {bytes.begin(), bytes.end()}; }

TEST(ArchiveTest, NamesInUtf8WhateverTheLocale) {
  const std::string record = "20 path=d/\xc3\xbc\xc3\xbc.onnx\n";  // a pax header says UTF-8
  const auto files = ReadArchive(Vector(TarBlocks("pax", 'x', "00000000024", record) +
                                        TarBlocks("short", '0', "00000000001", "x")),
                                 "m", {});
  ASSERT_TRUE(files.ok()) << files.error().message;
  EXPECT_EQ(files->at(0).name, "d/\xc3\xbc\xc3\xbc.onnx");
}

TEST(ArchiveTest, LongNames) {
  const std::string name = std::string(300, 'n') + "/a.onnx";
  const auto files = ReadArchive(Writer(kTar, true).Add(name, "x").Finish(), "m", {});
  ASSERT_TRUE(files.ok()) << files.error().message;
  EXPECT_EQ(files->at(0).name, name);
}

TEST(ArchiveTest, LinksAndDevices) {
  const std::string why = "entry \"bad\" is a link or a device, not a file or folder";
  ExpectError(Writer(kTar).Add("bad", "", AE_IFLNK, "/etc/passwd").Finish(),
              ErrorCode::kUnsupported, why);
  ExpectError(Writer(kTar).Add("good", "x").Add("bad", "", AE_IFREG, "good").Finish(),
              ErrorCode::kUnsupported, why);
  ExpectError(Writer(kTar).Add("bad", "", AE_IFIFO).Finish(), ErrorCode::kUnsupported, why);
}

TEST(ArchiveTest, InflateBomb) {
  const auto bytes = Writer(kTar, true).Add("zeros", std::string(900'000, '\0')).Finish();
  ExpectError(bytes, ErrorCode::kLimit,
              "unpacks to more than " + std::to_string(200 * bytes.size()) +
                  " bytes, which is allowed for an archive of " + std::to_string(bytes.size()) +
                  " bytes");
}

TEST(ArchiveTest, DeclaredSizesAreLimitedToo) {
  const auto four_gigabytes = Vector(TarBlocks("a", '0', "40000000000", "x"));
  ExpectError(four_gigabytes, ErrorCode::kLimit, "entry \"a\" has more than 536870912 bytes");
  const auto one_megabyte = Vector(TarBlocks("a", '0', "00004000000", "x"));
  ExpectError(one_megabyte, ErrorCode::kLimit, "unpacks to more than 204800 bytes");
}

TEST(ArchiveTest, LimitsOnEntriesAndSizes) {
  const auto three = Writer(kTar).Add("a", "12345").Add("b", "12345").Add("c", "12345").Finish();
  Limits limits;
  limits.max_archive_entries = 2;
  ExpectError(three, ErrorCode::kLimit, "has more than 2 entries", limits);
  limits = {};
  limits.max_archive_bytes = 14;
  ExpectError(three, ErrorCode::kLimit, "unpacks to more than 14 bytes", limits);
  limits = {};
  limits.max_file_bytes = three.size() - 1;
  ExpectError(three, ErrorCode::kLimit,
              "has " + std::to_string(three.size()) + " bytes, but at most " +
                  std::to_string(three.size() - 1) + " are allowed",
              limits);
  limits = {};
  limits.max_name_bytes = 3;
  ExpectError(Writer(kTar).Add("four", "").Finish(), ErrorCode::kLimit,
              "holds a name of 4 bytes, but at most 3 are allowed", limits);
  limits = {};
  const auto packed = Writer(kTar, true).Add("a", std::string(2000, 'a')).Finish();
  limits.max_file_bytes = packed.size();
  ASSERT_LT(packed.size(), 2000u);
  ExpectError(packed, ErrorCode::kLimit,
              "entry \"a\" has more than " + std::to_string(packed.size()) + " bytes", limits);
}

TEST(ArchiveTest, CutShort) {
  const std::string content(5000, 'c');
  for (const bool gzip : {false, true}) {
    auto bytes = Writer(kTar, gzip).Add("a", content).Finish();
    bytes.resize(gzip ? bytes.size() / 2 : 2000);
    ExpectError(bytes, ErrorCode::kCorrupt,
                "is damaged, cut short, or neither a tar nor a zip archive (");
  }
  auto zip = Writer(kZip).Add("a", content).Finish();
  zip.resize(zip.size() / 2);
  ExpectError(zip, ErrorCode::kCorrupt,
              "is damaged, cut short, or neither a tar nor a zip archive (");
}

TEST(ArchiveTest, ZipWithAWrongChecksum) {
  const auto stored = [](archive* a) { archive_write_zip_set_compression_store(a); };
  auto bytes = Writer(kZip, false, stored).Add("a", "content").Finish();
  const auto at =
      std::search(bytes.begin(), bytes.end(), std::begin("content"), std::end("content") - 1);
  ASSERT_NE(at, bytes.end());
  *at ^= 1;
  ExpectError(bytes, ErrorCode::kCorrupt,
              "is damaged, cut short, or neither a tar nor a zip archive (");
}

TEST(ArchiveTest, ZipMethodsOtherThanDeflation) {
  auto bytes = Writer(kZip).Add("a", std::string(500, 'a')).Finish();
  constexpr uint8_t kLzma = 14;
  bytes[8] = kLzma;  // the method in the local header
  const uint8_t central[] = {'P', 'K', 1, 2};
  const auto at = std::search(bytes.begin(), bytes.end(), std::begin(central), std::end(central));
  ASSERT_NE(at, bytes.end());
  at[10] = kLzma;
  ExpectError(bytes, ErrorCode::kUnsupported,
              "entry \"a\" is packed by another method than deflation (ZIP 2.0 (lzma))");
}

using Filter = int (*)(archive*);

class FiltersTest : public testing::TestWithParam<Filter> {};

TEST_P(FiltersTest, PackedTarFilesAreRead) {
  const auto bytes = Writer(kTar, false, [](archive* a) { GetParam()(a); })
                         .Add("m/config.ini", "[df]\n")
                         .Add("m/enc.onnx", "graph")
                         .Finish();
  EXPECT_TRUE(LooksLikeArchive(Bytes(bytes).first(16)));
  const auto files = ReadArchive(bytes, "m", {});
  ASSERT_TRUE(files.ok()) << files.error().message;
  ASSERT_EQ(files->size(), 2u);
  EXPECT_EQ(Text((*files)[1]), "graph");
  ExpectError({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() / 2)},
              ErrorCode::kCorrupt, "is damaged, cut short");
}

INSTANTIATE_TEST_SUITE_P(All, FiltersTest,
                         testing::Values(archive_write_add_filter_gzip,
                                         archive_write_add_filter_bzip2,
                                         archive_write_add_filter_xz,
                                         archive_write_add_filter_zstd));

TEST(ArchiveTest, NamesAreReadUpToTheOneThatIsLookedFor) {
  const auto bytes =
      Writer(kTar, true).Add("a", "1").Add("b", "2").Add("d", "", AE_IFDIR).Add("c", "3").Finish();
  const auto names = [&](const std::string& stop) {
    const auto read = ReadArchiveNames(bytes, [&](auto name) { return name == stop; }, {});
    EXPECT_TRUE(read.ok());
    return *read;
  };
  EXPECT_THAT(names("b"), testing::ElementsAre("a", "b"));
  EXPECT_THAT(names("none"), testing::ElementsAre("a", "b", "c"));
  EXPECT_FALSE(ReadArchiveNames(Bytes(bytes).first(10), [](auto) { return false; }, {}).ok());
}

TEST(ArchiveTest, ArchivesAreToldByTheirBeginning) {
  const auto begins = [](const std::string& text) { return LooksLikeArchive(Vector(text)); };
  EXPECT_TRUE(begins("PK\x03\x04"));
  EXPECT_TRUE(LooksLikeArchive(Bytes(Writer(kTar).Add("a", "1").Finish()).first(512)));
  EXPECT_FALSE(begins("PK"));
  EXPECT_FALSE(begins(""));
  EXPECT_FALSE(begins("[df]\nsr = 48000\n"));
}

TEST(ArchiveTest, OtherFiles) {
  const std::string text = "This is no archive, but a sentence.";
  ExpectError({text.begin(), text.end()}, ErrorCode::kCorrupt,
              "is damaged, cut short, or neither a tar nor a zip archive (");
  ExpectError({}, ErrorCode::kCorrupt,
              "is damaged, cut short, or neither a tar nor a zip archive (");
}

}  // namespace
}  // namespace dfn
