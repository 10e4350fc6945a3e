#include "store/archive_writer.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "base/testing/environment.h"
#include "base/testing/scratch_folder.h"
#include "store/cache.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;

Bytes BytesOf(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

class ArchiveWriterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Sha256 sum;
    sum.Update(BytesOf(content_));
    sum_ = sum.Finish();
    model_ = {.name = "tiny",
              .title = "Tiny",
              .archive = "tiny.tar.gz",
              .license = "MIT",
              .sha256 = sum_,
              .bytes = content_.size(),
              .note = ""};
  }

  // Nothing at all may be in the cache.
  void ExpectEmpty() const { EXPECT_TRUE(!fs::exists(cache_) || fs::is_empty(cache_)); }
  void ExpectVerified() const {
    const auto state = CheckCachedModel(cache_, model_);
    ASSERT_TRUE(state.ok());
    EXPECT_EQ(*state, CacheState::kVerified);
    EXPECT_EQ(std::distance(fs::directory_iterator(cache_), {}), 1);
  }

  const std::string content_ = "an archive";
  std::string sum_;
  KnownModel model_;
  const ScratchFolder scratch_;
  const fs::path folder_ = scratch_.path();
  const fs::path cache_ = folder_ / "made" / "cache";
  const ScopedVariable variable_{"DEEPFILTER_CACHE", cache_.string()};
};

TEST_F(ArchiveWriterTest, PutsAnArchiveIntoTheCache) {
  const auto path = AddToCache(model_, BytesOf(content_), "memory");
  ASSERT_TRUE(path.ok()) << path.error().message;
  EXPECT_EQ(*path, cache_ / "tiny.tar.gz");
  ExpectVerified();
}

TEST_F(ArchiveWriterTest, TakesItInPieces) {
  auto writer = ArchiveWriter::Create(cache_, model_, "somewhere");
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE(writer->Append(BytesOf("an ")).ok());
  ASSERT_TRUE(writer->Append({}).ok());
  ASSERT_TRUE(writer->Append(BytesOf("archive")).ok());
  EXPECT_EQ(writer->received(), content_.size());
  EXPECT_FALSE(fs::exists(cache_ / "tiny.tar.gz"));
  ASSERT_TRUE(writer->Commit().ok());
  ExpectVerified();
}

TEST_F(ArchiveWriterTest, ReplacesADamagedOne) {
  fs::create_directories(cache_);
  std::ofstream(cache_ / "tiny.tar.gz") << "broken";
  ASSERT_TRUE(AddToCache(model_, BytesOf(content_), "memory").ok());
  ExpectVerified();
}

TEST_F(ArchiveWriterTest, CopiesAFile) {
  const fs::path file = folder_ / "downloaded";
  std::ofstream(file) << content_;
  ASSERT_TRUE(AddToCache(model_, file).ok());
  ExpectVerified();
  EXPECT_TRUE(fs::exists(file));
}

TEST_F(ArchiveWriterTest, RefusesOtherBytesAndLeavesNothing) {
  const auto wrong = AddToCache(model_, BytesOf("An archive"), "somewhere");
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(wrong.error().message.find("somewhere: has the sha256 "), std::string::npos);
  for (const char* other : {"", "an archiv", "an archive "}) {
    const auto refused = AddToCache(model_, BytesOf(other), "somewhere");
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, ErrorCode::kCorrupt);
  }
  {
    auto writer = ArchiveWriter::Create(cache_, model_, "somewhere");
    ASSERT_TRUE(writer.ok());
    const Status more = writer->Append(BytesOf("an archive and more"));
    ASSERT_FALSE(more.ok());
    EXPECT_EQ(more.error().code, ErrorCode::kLimit);
  }
  const auto absent = AddToCache(model_, folder_ / "absent");
  ASSERT_FALSE(absent.ok());
  EXPECT_EQ(absent.error().code, ErrorCode::kNotFound);
  ExpectEmpty();
}

TEST_F(ArchiveWriterTest, ANameThatNeverGetsItsFileLeavesNothing) {
  {
    auto writer = ArchiveWriter::Create(cache_, model_, "somewhere");
    ASSERT_TRUE(writer.ok());
    ASSERT_TRUE(writer->Append(BytesOf("an arch")).ok());
  }
  ExpectEmpty();
}

}  // namespace
}  // namespace dfn
