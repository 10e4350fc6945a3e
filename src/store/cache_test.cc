#include "store/cache.h"

#include <gtest/gtest.h>

#include <fstream>
#include <optional>
#include <string>

#include "base/path_text.h"
#include "base/testing/environment.h"
#include "base/testing/scratch_folder.h"
#include "store/sha256.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;

TEST(CacheFolderTest, TakesTheFirstVariableThatIsSet) {
  ScopedVariable own("DEEPFILTER_CACHE", "/own");
  ScopedVariable xdg("XDG_CACHE_HOME", "/xdg");
#if defined(_WIN32)
  constexpr char kHome[] = "LOCALAPPDATA";
  const fs::path in_home = "/home/me/deepfilter/cache";
#else
  constexpr char kHome[] = "HOME";
  const fs::path in_home = "/home/me/.cache/deepfilter";
#endif
  ScopedVariable home(kHome, "/home/me");
  EXPECT_EQ(*CacheFolder(), "/own");
  ScopedVariable no_own("DEEPFILTER_CACHE", "");
  EXPECT_EQ(*CacheFolder(), "/xdg/deepfilter");
  ScopedVariable no_xdg("XDG_CACHE_HOME", std::nullopt);
  EXPECT_EQ(*CacheFolder(), in_home);
  ScopedVariable no_home(kHome, std::nullopt);
  const Result<fs::path> none = CacheFolder();
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
}

class CacheTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Sha256 sum;
    sum.Update({reinterpret_cast<const uint8_t*>(content_.data()), content_.size()});
    sum_ = sum.Finish();
    model_ = {.name = "tiny",
              .title = "Tiny",
              .archive = "tiny.tar.gz",
              .license = "MIT",
              .sha256 = sum_,
              .bytes = content_.size(),
              .note = "a test"};
  }

  void Write(const std::string& content) {
    std::ofstream(CachedModelPath(folder_, model_), std::ios::binary) << content;
  }

  const ScratchFolder scratch_;
  const fs::path folder_ = scratch_.path();
  // Longer than the block that is read at once.
  std::string content_ = std::string(100'000, 'x') + "end";
  std::string sum_;
  KnownModel model_;
};

TEST_F(CacheTest, AbsentFileAndAbsentFolder) {
  EXPECT_EQ(*CheckCachedModel(folder_, model_), CacheState::kAbsent);
  EXPECT_EQ(*CheckCachedModel(folder_ / "none", model_), CacheState::kAbsent);
}

TEST_F(CacheTest, RightBytesAreVerified) {
  Write(content_);
  EXPECT_EQ(*CheckCachedModel(folder_, model_), CacheState::kVerified);
}

TEST_F(CacheTest, AnotherByteOrLengthIsDamage) {
  std::string changed = content_;
  changed[70'000] = 'y';
  Write(changed);
  EXPECT_EQ(*CheckCachedModel(folder_, model_), CacheState::kDamaged);
  Write(content_.substr(1));
  EXPECT_EQ(*CheckCachedModel(folder_, model_), CacheState::kDamaged);
  Write("");
  EXPECT_EQ(*CheckCachedModel(folder_, model_), CacheState::kDamaged);
}

TEST_F(CacheTest, AFolderInItsPlaceIsAnErrorThatNamesIt) {
  fs::create_directory(CachedModelPath(folder_, model_));
  const Result<CacheState> state = CheckCachedModel(folder_, model_);
  ASSERT_FALSE(state.ok());
  EXPECT_EQ(state.error().code, ErrorCode::kIo);
  EXPECT_NE(state.error().message.find("tiny.tar.gz"), std::string::npos);
}

TEST_F(CacheTest, TheFolderThatAPackageBringsIsLookedThroughFirst) {
  const fs::path brought = folder_ / "brought";
  const fs::path cache = folder_ / "cache";
  fs::create_directories(brought);
  fs::create_directories(cache);
  ScopedVariable package("DEEPFILTER_MODELS", PathText(brought));
  ScopedVariable own("DEEPFILTER_CACHE", PathText(cache));
  const auto write = [&](const fs::path& folder, const std::string& content) {
    std::ofstream(CachedModelPath(folder, model_), std::ios::binary) << content;
  };
  EXPECT_EQ(FindModel(model_)->state, CacheState::kAbsent);
  write(cache, content_);
  EXPECT_EQ(FindModel(model_)->path, CachedModelPath(cache, model_));
  write(brought, "damaged");
  EXPECT_EQ(FindModel(model_)->path, CachedModelPath(cache, model_));
  write(cache, "damaged too");
  EXPECT_EQ(FindModel(model_)->state, CacheState::kDamaged);
  EXPECT_EQ(FindModel(model_)->path, CachedModelPath(brought, model_));
  write(brought, content_);
  EXPECT_EQ(FindModel(model_)->state, CacheState::kVerified);
  EXPECT_EQ(FindModel(model_)->path, CachedModelPath(brought, model_));
}

TEST_F(CacheTest, AFolderOfAPackageNeedsNoCacheFolder) {
  ScopedVariable own("DEEPFILTER_CACHE", std::nullopt);
  ScopedVariable xdg("XDG_CACHE_HOME", std::nullopt);
  ScopedVariable home("HOME", std::nullopt);
  ScopedVariable local("LOCALAPPDATA", std::nullopt);
  ScopedVariable package("DEEPFILTER_MODELS", folder_.string());
  ASSERT_FALSE(FindModel(model_).ok());
  EXPECT_EQ(FindModel(model_).error().code, ErrorCode::kNotFound);
  Write(content_);
  EXPECT_EQ(FindModel(model_)->path, CachedModelPath(folder_, model_));
}

}  // namespace
}  // namespace dfn
